//! Competing teams.

use diesel::prelude::*;
use estrad_domain::team::{MAX_TEAMS, Team};
use estrad_domain::text::Name;
use estrad_domain::types::View;
use estrad_domain::{CompetitionId, TeamId};

use super::codes::{self, CodeSource};
use crate::schema::teams;
use crate::{AnyConnection, Error, Result};

pub(super) type TeamRow = (i64, i64, String);

pub(super) fn team((id, competition_id, name): TeamRow) -> Team {
    Team { id: id.into(), competition_id: competition_id.into(), name }
}

/// The teams of a competition, by id.
pub fn all(connection: &mut AnyConnection, competition_id: CompetitionId) -> Result<Vec<Team>> {
    let rows = teams::table
        .filter(teams::competition_id.eq(competition_id.0))
        .order(teams::id)
        .load::<TeamRow>(connection)?;
    Ok(rows.into_iter().map(team).collect())
}

/// A team of the competition.
///
/// # Errors
/// [`Error::NotFound`], also for a team of another competition.
pub fn get(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: TeamId,
) -> Result<Team> {
    let row = teams::table
        .find(id.0)
        .filter(teams::competition_id.eq(competition_id.0))
        .first::<TeamRow>(connection)?;
    Ok(team(row))
}

/// Adds a team, with a code of its own.
///
/// # Errors
/// [`Error::Duplicate`] when the competition has one of that name; [`Error::TooMany`].
pub fn insert(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    name: &Name,
    source: CodeSource<'_>,
) -> Result<Team> {
    let all = teams::table.filter(teams::competition_id.eq(competition_id.0));
    if all.count().get_result::<i64>(connection)? >= MAX_TEAMS {
        return Err(Error::TooMany { what: "teams", limit: MAX_TEAMS });
    }
    let row = diesel::insert_into(teams::table)
        .values((teams::competition_id.eq(competition_id.0), teams::name.eq(name.as_str())))
        .returning(teams::all_columns)
        .get_result::<TeamRow>(connection)?;
    let team = team(row);
    codes::insert(connection, competition_id, &[(View::Team, Some(team.id))], source)?;
    Ok(team)
}

/// Renames a team.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Duplicate`] when the competition has another one of that name.
pub fn rename(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: TeamId,
    name: &Name,
) -> Result<Team> {
    get(connection, competition_id, id)?;
    diesel::update(teams::table.find(id.0))
        .set(teams::name.eq(name.as_str()))
        .execute(connection)?;
    get(connection, competition_id, id)
}

/// Deletes a team with its answers, its scores and its code, whose tokens are worthless then.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: TeamId,
) -> Result<()> {
    let row = teams::table.find(id.0).filter(teams::competition_id.eq(competition_id.0));
    let deleted = diesel::delete(row).execute(connection)?;
    if deleted == 0 { Err(Error::NotFound) } else { Ok(()) }
}
