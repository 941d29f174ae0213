//! Competing teams.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use estrad_domain::team::{MAX_TEAMS, Team};
use estrad_domain::text::Name;
use estrad_domain::types::View;
use estrad_domain::{CompetitionId, TeamId};

use super::codes::{self, CodeSource};
use crate::connection::on_each;
use crate::schema::teams;
use crate::{AnyConnection, Error, Result};

/// Teams of one statement: far below what either database allows for bound values.
const CHUNK: usize = 500;

pub(super) type TeamRow = (i64, i64, String);
pub(super) const COLUMNS: (teams::id, teams::competition_id, teams::name) =
    (teams::id, teams::competition_id, teams::name);

pub(super) fn team((id, competition_id, name): TeamRow) -> Team {
    Team { id: id.into(), competition_id: competition_id.into(), name }
}

/// The teams of a competition, by id.
pub fn all(connection: &mut AnyConnection, competition_id: CompetitionId) -> Result<Vec<Team>> {
    let rows = teams::table
        .filter(teams::competition_id.eq(competition_id.0))
        .order(teams::id)
        .select(COLUMNS)
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
        .select(COLUMNS)
        .first::<TeamRow>(connection)?;
    Ok(team(row))
}

/// Why teams were not added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// These of the names, by their place in the list, are taken: by a team of the competition, or by
    /// one that stands before in the list.
    #[error("{} of the names are taken", .0.len())]
    Taken(Vec<usize>),
    /// The database's.
    #[error(transparent)]
    Storage(#[from] Error),
}

/// Adds a team, with a code of its own. The competition was [touched] before.
///
/// [touched]: super::competitions::touch
///
/// # Errors
/// [`Error::Duplicate`] when the competition has one of that name; [`Error::TooMany`].
pub fn insert(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    name: &Name,
    source: CodeSource<'_>,
) -> Result<Team> {
    let added = insert_all(connection, competition_id, std::slice::from_ref(name), source);
    let added = added.map_err(|error| match error {
        AddError::Taken(_) => Error::Duplicate,
        AddError::Storage(error) => error,
    })?;
    added.into_iter().next().ok_or(Error::NotFound)
}

/// Adds teams, each with a code of its own: all or none. The competition was [touched] before.
///
/// [touched]: super::competitions::touch
///
/// # Errors
/// [`AddError::Taken`] names all that are taken; [`Error::TooMany`].
pub fn insert_all(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    names: &[Name],
    source: CodeSource<'_>,
) -> Result<Vec<Team>, AddError> {
    let all = teams::table.filter(teams::competition_id.eq(competition_id.0));
    let there = all.count().get_result::<i64>(connection).map_err(Error::from)?;
    if there.saturating_add_unsigned(names.len() as u64) > MAX_TEAMS {
        return Err(Error::TooMany { what: "teams", limit: MAX_TEAMS }.into());
    }
    let keys: Vec<String> = names.iter().map(Name::key).collect();
    let mut taken: HashSet<String> =
        with_keys(connection, competition_id, &keys)?.into_iter().map(|(key, _)| key).collect();
    let double = keys.iter().enumerate().filter(|(_, key)| !taken.insert((*key).clone()));
    let double: Vec<usize> = double.map(|(place, _)| place).collect();
    if !double.is_empty() {
        return Err(AddError::Taken(double));
    }
    let rows: Vec<_> = names
        .iter()
        .zip(&keys)
        .map(|(name, key)| {
            (
                teams::competition_id.eq(competition_id.0),
                teams::name.eq(name.as_str()),
                teams::name_key.eq(key),
                teams::name_twin.eq(0),
            )
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        on_each!(connection, |inner| diesel::insert_into(teams::table)
            .values(chunk)
            .execute(inner))
        .map_err(Error::from)?;
    }
    // Their keys tell them apart, in whatever order the database numbered them.
    let mut added: HashMap<String, Team> =
        with_keys(connection, competition_id, &keys)?.into_iter().collect();
    let added: Option<Vec<Team>> = keys.iter().map(|key| added.remove(key)).collect();
    let added = added.ok_or(Error::NotFound)?;
    let opens: Vec<_> = added.iter().map(|team| (View::Team, Some(team.id))).collect();
    codes::insert(connection, competition_id, &opens, source)?;
    Ok(added)
}

/// The teams of the competition whose names have one of the keys.
fn with_keys(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    keys: &[String],
) -> Result<Vec<(String, Team)>> {
    let mut found = Vec::new();
    for chunk in keys.chunks(CHUNK) {
        let rows = teams::table
            .filter(teams::competition_id.eq(competition_id.0))
            .filter(teams::name_key.eq_any(chunk.iter().map(|key| Some(key.clone()))))
            .select((teams::name_key, COLUMNS))
            .load::<(Option<String>, TeamRow)>(connection)?;
        found.extend(rows.into_iter().filter_map(|(key, row)| Some((key?, team(row)))));
    }
    Ok(found)
}

/// Renames a team. The competition was [touched] before.
///
/// [touched]: super::competitions::touch
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Duplicate`] when the competition has another one of that name, as far
/// as their keys say.
pub fn rename(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: TeamId,
    name: &Name,
) -> Result<Team> {
    let key = teams::table
        .find(id.0)
        .filter(teams::competition_id.eq(competition_id.0))
        .select(teams::name_key)
        .first::<Option<String>>(connection)?;
    let row = diesel::update(teams::table.find(id.0));
    // Only spelt another way, it collides with nothing that it did not collide with before.
    if key == Some(name.key()) {
        row.set(teams::name.eq(name.as_str())).execute(connection)?;
    } else {
        if !with_keys(connection, competition_id, &[name.key()])?.is_empty() {
            return Err(Error::Duplicate);
        }
        row.set((
            teams::name.eq(name.as_str()),
            teams::name_key.eq(name.key()),
            teams::name_twin.eq(0),
        ))
        .execute(connection)?;
    }
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
