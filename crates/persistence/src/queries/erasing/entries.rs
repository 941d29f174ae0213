//! What is personal in the entries of logs that stay.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::upsert::excluded;
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::Event;
use estrad_domain::{CompetitionId, TeamId};

use super::BATCH;
use crate::connection::on_each;
use crate::queries::ledger::Place;
use crate::queries::presentations::{json, to_json};
use crate::schema::{presentation_events, presentations};
use crate::{AnyConnection, Result};

/// Which entries are meant.
#[derive(Debug, Clone, Copy)]
pub enum EntryFilter {
    /// What is of a team, and the scoreboards that it is on.
    Team(CompetitionId, TeamId),
    /// What is older.
    Before(Timestamp),
}

impl EntryFilter {
    fn team(self) -> Option<TeamId> {
        match self {
            Self::Team(_, id) => Some(id),
            Self::Before(_) => None,
        }
    }
}

/// An entry as its row has it.
#[derive(Queryable, Insertable)]
#[diesel(table_name = presentation_events, treat_none_as_default_value = false)]
struct Row {
    presentation_id: i64,
    seq: i64,
    at: NaiveDateTime,
    actor: String,
    kind: String,
    team_id: Option<i64>,
    question_id: Option<i64>,
    event: String,
    erased: bool,
}

impl Row {
    fn place(&self) -> Place {
        Place { presentation_id: self.presentation_id.into(), seq: self.seq }
    }

    /// Takes out what is personal, and says whether there was anything.
    fn erase(&mut self, team: Option<TeamId>) -> Result<bool> {
        let mut event: Event = json(&self.event)?;
        if !event.erase(team) {
            return Ok(false);
        }
        self.event = to_json(&event)?;
        self.erased = true;
        Ok(true)
    }
}

fn page(
    connection: &mut AnyConnection,
    filter: EntryFilter,
    after: Option<Place>,
) -> Result<Vec<Row>> {
    // What is of no team has no words in it, but for the scoreboards that were opened, and why all
    // teams got more time.
    let board = presentation_events::kind.eq_any(["synced", "reopened"]);
    let mut query = presentation_events::table.into_boxed();
    query = match filter {
        EntryFilter::Team(competition_id, team_id) => {
            let runs = presentations::table
                .filter(presentations::competition_id.eq(competition_id.0))
                .select(presentations::id);
            let of_team = presentation_events::team_id.eq_any([team_id.0]);
            query
                .filter(presentation_events::presentation_id.eq_any(runs))
                .filter(board.nullable().or(of_team))
        }
        EntryFilter::Before(time) => query
            .filter(presentation_events::at.lt(time.naive_utc()))
            .filter(presentation_events::erased.eq(false))
            .filter(board.or(presentation_events::team_id.is_not_null())),
    };
    if let Some(Place { presentation_id, seq }) = after {
        let same = presentation_events::presentation_id.eq(presentation_id.0);
        let later = presentation_events::presentation_id.gt(presentation_id.0);
        query = query.filter(later.or(same.and(presentation_events::seq.gt(seq))));
    }
    Ok(query
        .order((presentation_events::presentation_id, presentation_events::seq))
        .limit(BATCH)
        .load::<Row>(connection)?)
}

/// Where the next page begins, if there is one.
fn next(rows: &[Row]) -> Option<Place> {
    let is_last = (rows.len() as i64) < BATCH;
    rows.last().filter(|_| !is_last).map(Row::place)
}

/// How many entries of the page after a place have something to erase, but for those of some
/// competitions, and where the next page begins.
///
/// # Errors
/// Of the database.
pub fn count_page(
    connection: &mut AnyConnection,
    filter: EntryFilter,
    after: Option<Place>,
    but_for: &[CompetitionId],
) -> Result<(usize, Option<Place>)> {
    let mut rows = page(connection, filter, after)?;
    let next = next(&rows);
    let ids: Vec<i64> = rows.iter().map(|row| row.presentation_id).collect();
    let runs = presentations::table
        .filter(presentations::id.eq_any(ids))
        .select((presentations::id, presentations::competition_id))
        .load::<(i64, i64)>(connection)?;
    let skipped: Vec<i64> = runs
        .into_iter()
        .filter(|(_, of)| but_for.contains(&CompetitionId(*of)))
        .map(|(id, _)| id)
        .collect();
    let mut found = 0;
    for row in rows.iter_mut().filter(|row| !skipped.contains(&row.presentation_id)) {
        found += usize::from(row.erase(filter.team())?);
    }
    Ok((found, next))
}

/// Erases what is personal in the page of entries after a place. Says how many there were, and where the
/// next page begins.
///
/// # Errors
/// Of the database.
pub fn erase_page(
    connection: &mut AnyConnection,
    filter: EntryFilter,
    after: Option<Place>,
) -> Result<(usize, Option<Place>)> {
    let rows = page(connection, filter, after)?;
    let next = next(&rows);
    let mut erased = Vec::with_capacity(rows.len());
    for mut row in rows {
        if row.erase(filter.team())? {
            erased.push(row);
        }
    }
    // All of them in one statement: each row is there, so nothing is inserted.
    if !erased.is_empty() {
        on_each!(connection, |inner| diesel::insert_into(presentation_events::table)
            .values(&erased)
            .on_conflict((presentation_events::presentation_id, presentation_events::seq))
            .do_update()
            .set((
                presentation_events::event.eq(excluded(presentation_events::event)),
                presentation_events::erased.eq(excluded(presentation_events::erased)),
            ))
            .execute(inner))?;
    }
    Ok((erased.len(), next))
}
