//! Writing the log. Each entry is written in one transaction with the state that comes of it.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{Actor, EndReason, Event, LogEntry, Presentation, SlidePlace};
use estrad_domain::{CompetitionId, PresentationId, TeamId};
use thiserror::Error as ThisError;

use super::row::{COLUMNS, PresentationRow, StateRow, json, presentation, time, to_json};
use crate::connection::on_each;
use crate::schema::{presentation_events, presentations};
use crate::{AnyConnection, Error, Result};

/// Rows of one INSERT: far below what either database allows for bound values.
const CHUNK: usize = 500;

/// Why a presentation did not move on.
#[derive(Debug, ThisError)]
pub enum AdvanceError<R> {
    /// It is over, or never was.
    #[error("the presentation is over")]
    NotActive,
    /// By the rules.
    #[error("refused")]
    Refused(R),
    #[expect(missing_docs, reason = "says itself")]
    #[error(transparent)]
    Storage(#[from] Error),
}

/// Starts a run, at its first slide.
///
/// # Errors
/// [`Error::Duplicate`] while one is going on; [`Error::InUse`] for a competition that is not there.
pub fn start(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    actor: &Actor,
    now: Timestamp,
) -> Result<(Presentation, LogEntry)> {
    let slides = super::slides(connection, competition_id)?;
    let place = slides.first().map(|s| SlidePlace { slide_id: s.id, slide_order: s.order });
    let mut started = insert(connection, competition_id, None, now)?;
    let event = Event::Started { slide: place };
    let entries = append(connection, &mut started, vec![(actor.clone(), event)], now)?;
    let entry = entries.into_iter().next().ok_or(Error::NotFound)?;
    Ok((started, entry))
}

/// The run that results are logged in: the one that is going on, else the newest; none for a
/// competition that was never run. It is locked until the end of the transaction.
pub fn current(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
) -> Result<Option<Presentation>> {
    // An update that changes nothing, as for any lock.
    let active = presentations::table
        .filter(presentations::competition_id.eq(competition_id.0))
        .filter(presentations::ended_at.is_null());
    let active = diesel::update(active)
        .set(presentations::seq.eq(presentations::seq))
        .returning(COLUMNS)
        .get_result::<PresentationRow>(connection)
        .optional()?;
    match active {
        Some(row) => presentation(row).map(Some),
        None => super::latest(connection, competition_id)?
            .map(|latest| lock(connection, latest.id))
            .transpose(),
    }
}

/// A run that stands for the desk, for results of a competition that was never run.
pub fn desk(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    now: Timestamp,
) -> Result<Presentation> {
    insert(connection, competition_id, Some(now), now)
}

fn insert(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    ended_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Presentation> {
    let row = diesel::insert_into(presentations::table)
        .values((
            presentations::competition_id.eq(competition_id.0),
            presentations::started_at.eq(now.naive_utc()),
            presentations::ended_at.eq(ended_at.map(|at| at.naive_utc())),
            presentations::end_reason.eq(ended_at.map(|_| EndReason::Desk.word())),
        ))
        .returning(COLUMNS)
        .get_result::<PresentationRow>(connection)?;
    presentation(row)
}

/// Reads a presentation as it is now, and keeps others from changing it until the transaction ends.
pub(in crate::queries) fn lock(
    connection: &mut AnyConnection,
    id: PresentationId,
) -> Result<Presentation> {
    // An update that changes nothing: it locks the row, which SQLite's one writer needs no more than
    // it hurts.
    let row = diesel::update(presentations::table.find(id.0))
        .set(presentations::seq.eq(presentations::seq))
        .returning(COLUMNS)
        .get_result::<PresentationRow>(connection)?;
    presentation(row)
}

/// Moves an active presentation on by the event that is decided upon, if one is, with everybody else
/// kept out meanwhile.
///
/// # Errors
/// [`AdvanceError`]; nothing was changed then.
pub fn advance<R>(
    connection: &mut AnyConnection,
    id: PresentationId,
    actor: &Actor,
    now: Timestamp,
    decide: impl FnOnce(&mut AnyConnection, &Presentation) -> Result<Option<Event>, AdvanceError<R>>,
) -> Result<(Presentation, Option<LogEntry>), AdvanceError<R>> {
    let mut presentation = lock(connection, id).map_err(|error| match error {
        Error::NotFound => AdvanceError::NotActive,
        other => other.into(),
    })?;
    if !presentation.is_active() {
        return Err(AdvanceError::NotActive);
    }
    let events = decide(connection, &presentation)?.into_iter();
    let events = events.map(|event| (actor.clone(), event)).collect();
    let mut entries = append(connection, &mut presentation, events, now)?;
    Ok((presentation, entries.pop()))
}

/// Lets a run that has ended go on. Lock the competition before, and look whether it may: only the newest
/// run can go on.
///
/// # Errors
/// [`Error::Duplicate`] while one is going on.
pub fn resume(
    connection: &mut AnyConnection,
    id: PresentationId,
    actor: &Actor,
    event: Event,
    now: Timestamp,
) -> Result<(Presentation, Option<LogEntry>)> {
    let mut presentation = lock(connection, id)?;
    let entries = append(connection, &mut presentation, vec![(actor.clone(), event)], now)?;
    Ok((presentation, entries.into_iter().next()))
}

/// Ends the presentation of the competition that goes on, if one does. Lock the competition before.
pub fn end(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<LogEntry>> {
    let Some(active) = super::active(connection, competition_id)? else { return Ok(None) };
    let mut active = lock(connection, active.id)?;
    let ended = Event::Ended { reason: EndReason::Ended, resumable_until: None };
    Ok(append(connection, &mut active, vec![(actor.clone(), ended)], now)?.pop())
}

/// Adds events to the log of a presentation that is locked, and moves it on by them.
pub fn append(
    connection: &mut AnyConnection,
    presentation: &mut Presentation,
    events: Vec<(Actor, Event)>,
    now: Timestamp,
) -> Result<Vec<LogEntry>> {
    let events = events.into_iter().map(|(actor, event)| (actor, event, now)).collect();
    append_each(connection, presentation, events)
}

/// [Adds](append) events that each have a time of their own: what arrived first may be written last.
pub fn append_each(
    connection: &mut AnyConnection,
    presentation: &mut Presentation,
    events: Vec<(Actor, Event, Timestamp)>,
) -> Result<Vec<LogEntry>> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let mut entries = Vec::with_capacity(events.len());
    for (actor, event, at) in events {
        presentation.evolve(&event, at);
        let (presentation_id, seq) = (presentation.id, presentation.seq);
        entries.push(LogEntry { presentation_id, seq, at, actor, event, erased: false });
    }
    let rows = entries.iter().map(entry_row).collect::<Result<Vec<_>>>()?;
    for chunk in rows.chunks(CHUNK) {
        on_each!(connection, |inner| diesel::insert_into(presentation_events::table)
            .values(chunk)
            .execute(inner))?;
    }
    diesel::update(presentations::table.find(presentation.id.0))
        .set(StateRow::of(presentation)?)
        .execute(connection)?;
    Ok(entries)
}

/// With nothing left to the database, so that SQLite too takes many in one statement.
#[derive(Insertable)]
#[diesel(table_name = presentation_events, treat_none_as_default_value = false)]
struct EntryRow {
    presentation_id: i64,
    seq: i64,
    at: chrono::NaiveDateTime,
    actor: String,
    kind: &'static str,
    team_id: Option<i64>,
    question_id: Option<i64>,
    event: String,
}

fn entry_row(entry: &LogEntry) -> Result<EntryRow> {
    Ok(EntryRow {
        presentation_id: entry.presentation_id.0,
        seq: entry.seq,
        at: entry.at.naive_utc(),
        actor: to_json(&entry.actor)?,
        kind: entry.event.kind(),
        team_id: entry.event.team_id().map(|id| id.0),
        question_id: entry.event.question_id().map(|id| id.0),
        event: to_json(&entry.event)?,
    })
}

/// How many bytes of a log are about a team, with what each entry takes beside its event.
pub fn bytes_of(
    connection: &mut AnyConnection,
    id: PresentationId,
    team_id: TeamId,
) -> Result<i64> {
    let sum =
        diesel::dsl::sql::<BigInt>("CAST(COALESCE(SUM(OCTET_LENGTH(event) + 256), 0) AS BIGINT)");
    Ok(presentation_events::table
        .filter(presentation_events::presentation_id.eq(id.0))
        .filter(presentation_events::team_id.eq(team_id.0))
        .select(sum)
        .get_result(connection)?)
}

/// Entries of a log after a place in it, in order, at most `limit`.
pub fn entries(
    connection: &mut AnyConnection,
    id: PresentationId,
    since: i64,
    limit: i64,
) -> Result<Vec<LogEntry>> {
    let rows = presentation_events::table
        .filter(presentation_events::presentation_id.eq(id.0))
        .filter(presentation_events::seq.gt(since))
        .order(presentation_events::seq)
        .limit(limit)
        .select((
            presentation_events::seq,
            presentation_events::at,
            presentation_events::actor,
            presentation_events::event,
            presentation_events::erased,
        ))
        .load::<(i64, chrono::NaiveDateTime, String, String, bool)>(connection)?;
    let entry = |(seq, at, actor, event, erased): (i64, _, String, String, bool)| {
        let (actor, event) = (json(&actor)?, json(&event)?);
        Ok(LogEntry { presentation_id: id, seq, at: time(at), actor, event, erased })
    };
    rows.into_iter().map(entry).collect()
}
