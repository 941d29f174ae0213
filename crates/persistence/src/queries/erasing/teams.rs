//! Teams of competitions that stay, and old answers.

use diesel::prelude::*;
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::erased_name;
use estrad_domain::text::Name;
use estrad_domain::{CompetitionId, TeamId};

use super::BATCH;
use crate::queries::codes::{self as code_rows, CodeSource};
use crate::queries::{competitions, teams as team_rows};
use crate::schema::{
    answer_keys, answers, codes, presentation_events, presentations, team_connections, teams,
};
use crate::{AnyConnection, Error, Result};

/// The competition of a team, also of one that was deleted, where there is something in a log.
///
/// # Errors
/// [`Error::NotFound`].
pub fn competition_of(connection: &mut AnyConnection, id: TeamId) -> Result<CompetitionId> {
    let there = teams::table
        .find(id.0)
        .select(teams::competition_id)
        .first::<i64>(connection)
        .optional()?;
    if let Some(there) = there {
        return Ok(there.into());
    }
    let logged = presentation_events::table
        .filter(presentation_events::team_id.eq(id.0))
        .select(presentation_events::presentation_id)
        .first::<i64>(connection)?;
    let logged = presentations::table.find(logged).select(presentations::competition_id);
    Ok(logged.first::<i64>(connection)?.into())
}

/// How many answers of a team there are.
///
/// # Errors
/// Of the database.
pub fn count_answers(connection: &mut AnyConnection, id: TeamId) -> Result<i64> {
    Ok(answers::table.filter(answers::team_id.eq(id.0)).count().get_result(connection)?)
}

/// Erases a team, where it is still there: its name, its answers, its code, and how it was connected.
/// Says how many answers there were. Its scores stay, and so do its places in the standings.
///
/// # Errors
/// [`Error::NotFound`] for the competition; [`Error::Duplicate`] where another team has taken the name
/// that erased teams get.
pub fn erase_team(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: TeamId,
    source: CodeSource<'_>,
    now: Timestamp,
) -> Result<usize> {
    let touch = competitions::Edit { competition_id, expected_version: None, at: now };
    competitions::touch(connection, touch)?;
    let name = Name::new(erased_name(id)).map_err(|why| Error::UnknownValue(why.to_string()))?;
    match team_rows::rename(connection, competition_id, id, &name) {
        Ok(_) => {}
        // It was deleted before: what is left of it is in the logs.
        Err(Error::NotFound) => return Ok(0),
        Err(error) => return Err(error),
    }
    let code = codes::table
        .filter(codes::team_id.eq(id.0))
        .select(codes::id)
        .first::<i64>(connection)
        .optional()?;
    if let Some(code) = code {
        code_rows::renew(connection, competition_id, code.into(), source)?;
    }
    diesel::delete(answer_keys::table.filter(answer_keys::team_id.eq(id.0))).execute(connection)?;
    let sums = team_connections::table.filter(team_connections::team_id.eq(id.0));
    diesel::delete(sums).execute(connection)?;
    let given = answers::table.filter(answers::team_id.eq(id.0));
    Ok(diesel::delete(given).execute(connection)?)
}

/// How many answers there are from before a time, but for those of some competitions.
///
/// # Errors
/// Of the database.
pub fn count_old_answers(
    connection: &mut AnyConnection,
    before: Timestamp,
    but_for: &[CompetitionId],
) -> Result<i64> {
    Ok(answers::table
        .inner_join(teams::table)
        .filter(answers::updated_at.lt(before.naive_utc()))
        .filter(teams::competition_id.ne_all(but_for.iter().map(|id| id.0).collect::<Vec<_>>()))
        .count()
        .get_result(connection)?)
}

/// Deletes some answers from before a time, and says how many.
///
/// # Errors
/// Of the database.
pub fn delete_old_answers(connection: &mut AnyConnection, before: Timestamp) -> Result<usize> {
    let old = answers::table
        .filter(answers::updated_at.lt(before.naive_utc()))
        .limit(BATCH)
        .select(answers::id)
        .load::<i64>(connection)?;
    Ok(diesel::delete(answers::table.filter(answers::id.eq_any(old))).execute(connection)?)
}
