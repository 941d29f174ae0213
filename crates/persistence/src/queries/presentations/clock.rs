//! Moving everything that is to come by as much as the clock was set.

use chrono::TimeDelta;
use diesel::prelude::*;
use estrad_domain::PresentationId;
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{Actor, Event, LogEntry};

use super::row::{json, time};
use super::{all_with_deadlines, append, log};
use crate::queries::{competitions, connections};
use crate::schema::presentation_events;
use crate::{AnyConnection, Error, Result};

/// How long after another server its steps are known again.
const SAME_FOR: TimeDelta = TimeDelta::seconds(10);
/// Of how many steps one may be known again: a server that is slow may come after others' next ones.
const LATEST: i64 = 8;
/// By how much two servers may differ about one step.
const SAME_BY: i64 = 1_000;

/// Moves the times of all presentations that go on or can be resumed by as much as the clock was set, to
/// what is `now` the time, and gives what was logged.
///
/// One whose log has this step already is left as it is: another server on the machine saw it first,
/// or its commit was not heard of. It is rare and there are few presentations: they are gone through
/// one by one.
pub fn set_clock(
    connection: &mut AnyConnection,
    by_ms: i64,
    now: Timestamp,
) -> Result<Vec<LogEntry>> {
    let mut entries = Vec::new();
    // By the time before the step, as the times that are compared with it.
    let before = now.timestamp_millis().saturating_sub(by_ms);
    let mut concerned = all_with_deadlines(connection, before)?;
    // In the order in which results are recorded, so that nobody waits for each other.
    concerned.sort_by_key(|presentation| presentation.competition_id);
    for presentation in concerned {
        match competitions::lock(connection, presentation.competition_id) {
            Err(Error::NotFound) => continue,
            locked => locked?,
        }
        let mut presentation = log::lock(connection, presentation.id)?;
        let is_over = !presentation.is_active() && presentation.resumable_until.is_none();
        if is_over || was_set(connection, presentation.id, by_ms, now)? {
            continue;
        }
        connections::shift(connection, presentation.id, by_ms)?;
        let event = presentation.clock_set(by_ms);
        let events = vec![(Actor::Server, event)];
        entries.extend(append(connection, &mut presentation, events, now)?);
    }
    Ok(entries)
}

/// Whether the log has that step. A second one that is as great ends at another time.
fn was_set(
    connection: &mut AnyConnection,
    id: PresentationId,
    by_ms: i64,
    now: Timestamp,
) -> Result<bool> {
    let last = presentation_events::table
        .filter(presentation_events::presentation_id.eq(id.0))
        .filter(presentation_events::kind.eq("clock_set"))
        .order(presentation_events::seq.desc())
        .limit(LATEST)
        .select((presentation_events::at, presentation_events::event))
        .load::<(chrono::NaiveDateTime, String)>(connection)?;
    let near = SAME_FOR.min(TimeDelta::milliseconds(by_ms.abs() / 2));
    for (at, event) in last {
        let Event::ClockSet { by_ms: before, .. } = json(&event)? else { continue };
        if (before - by_ms).abs() <= SAME_BY && (now - time(at)).abs() <= near {
            return Ok(true);
        }
    }
    Ok(false)
}
