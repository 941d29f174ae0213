//! Whole competitions.

use diesel::prelude::*;
use estrad_domain::CompetitionId;
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::Actor;

use super::BATCH;
use crate::queries::{competitions as rows, presentations as runs};
use crate::schema::{
    answers, codes, competitions, presentation_events, presentations, scores, teams,
};
use crate::{AnyConnection, Result};

/// The most old competitions that are found at once; another run finds the next ones.
const MAX_FOUND: i64 = 10_000;

/// A competition that nobody used for long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldCompetition {
    /// Which one.
    pub id: CompetitionId,
    /// What it is called.
    pub name: String,
    /// Its year.
    pub year: i32,
}

/// How much there is of a competition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Teams.
    pub teams: i64,
    /// Presentations, with what was entered at the desk.
    pub presentations: i64,
    /// Entries of their logs.
    pub entries: i64,
    /// Answers.
    pub answers: i64,
    /// Scores.
    pub scores: i64,
}

/// The competitions that were last changed and presented before a time, and are not being presented.
///
/// # Errors
/// Of the database.
pub fn unused_since(
    connection: &mut AnyConnection,
    before: Timestamp,
) -> Result<Vec<OldCompetition>> {
    let before = before.naive_utc();
    let used =
        presentations::table.filter(presentations::competition_id.eq(competitions::id)).filter(
            presentations::ended_at
                .is_null()
                .or(presentations::started_at.ge(before))
                .or(presentations::ended_at.ge(before))
                .or(presentations::last_event_at.ge(before)),
        );
    let rows = competitions::table
        .filter(competitions::updated_at.lt(before))
        .filter(diesel::dsl::not(diesel::dsl::exists(used)))
        .order(competitions::id)
        .limit(MAX_FOUND)
        .select((competitions::id, competitions::name, competitions::year))
        .load::<(i64, String, i32)>(connection)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, year)| OldCompetition { id: id.into(), name, year })
        .collect())
}

/// How much there is of a competition.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn count(connection: &mut AnyConnection, id: CompetitionId) -> Result<Counts> {
    rows::head(connection, id)?;
    let of = teams::competition_id.eq(id.0);
    let runs = presentations::table.filter(presentations::competition_id.eq(id.0));
    let entries = presentation_events::table
        .filter(presentation_events::presentation_id.eq_any(runs.select(presentations::id)));
    Ok(Counts {
        teams: teams::table.filter(of).count().get_result(connection)?,
        presentations: runs.count().get_result(connection)?,
        entries: entries.count().get_result(connection)?,
        answers: answers::table
            .inner_join(teams::table)
            .filter(of)
            .count()
            .get_result(connection)?,
        scores: scores::table.inner_join(teams::table).filter(of).count().get_result(connection)?,
    })
}

/// Begins to erase a competition: a presentation that goes on ends, and no code opens anything any more.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn begin(connection: &mut AnyConnection, id: CompetitionId, now: Timestamp) -> Result<()> {
    rows::touch(connection, rows::Edit { competition_id: id, expected_version: None, at: now })?;
    runs::end(connection, id, &Actor::Server, now)?;
    diesel::delete(codes::table.filter(codes::competition_id.eq(id.0))).execute(connection)?;
    Ok(())
}

/// Deletes some entries of its logs, the first ones, and says how many.
///
/// # Errors
/// Of the database.
pub fn delete_entries(connection: &mut AnyConnection, id: CompetitionId) -> Result<usize> {
    let runs = presentations::table
        .filter(presentations::competition_id.eq(id.0))
        .select(presentations::id);
    let found = presentation_events::table
        .filter(presentation_events::presentation_id.eq_any(runs))
        .order((presentation_events::presentation_id, presentation_events::seq))
        .limit(BATCH)
        .select((presentation_events::presentation_id, presentation_events::seq))
        .load::<(i64, i64)>(connection)?;
    // They are in order: of the first presentation among them, all up to the last one.
    let Some((presentation_id, _)) = found.first().copied() else { return Ok(0) };
    let last = found.iter().take_while(|(of, _)| *of == presentation_id).last();
    let last = last.map_or(0, |(_, seq)| *seq);
    let old = presentation_events::table
        .filter(presentation_events::presentation_id.eq(presentation_id))
        .filter(presentation_events::seq.le(last));
    Ok(diesel::delete(old).execute(connection)?)
}

/// Deletes some of its answers and scores, and says how many.
///
/// # Errors
/// Of the database.
pub fn delete_results(connection: &mut AnyConnection, id: CompetitionId) -> Result<usize> {
    let teams = teams::table.filter(teams::competition_id.eq(id.0)).select(teams::id);
    let given = answers::table
        .filter(answers::team_id.eq_any(teams))
        .limit(BATCH)
        .select(answers::id)
        .load::<i64>(connection)?;
    let points = scores::table
        .filter(scores::team_id.eq_any(teams))
        .limit(BATCH)
        .select(scores::id)
        .load::<i64>(connection)?;
    let given = diesel::delete(answers::table.filter(answers::id.eq_any(given)));
    let deleted = given.execute(connection)?;
    let points = diesel::delete(scores::table.filter(scores::id.eq_any(points)));
    Ok(deleted + points.execute(connection)?)
}

/// Deletes what is left of a competition.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn finish(connection: &mut AnyConnection, id: CompetitionId) -> Result<()> {
    rows::delete(connection, id)
}
