//! Ends what has to end by itself: countdowns, and presentations that everybody forgot.
//!
//! What is due stands in the database, so a server that starts again goes on where it was, and of
//! several servers whichever is first does it.

use std::time::Duration;

use chrono::TimeDelta;
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{Actor, EndReason, Event, Presentation, Timer};
use estrad_persistence::queries::presentations;

use crate::{Live, LiveError, resumption};

/// How often the database is looked at in any case: another server may have started a timer and
/// the notice of it may be lost.
const LOOK: TimeDelta = TimeDelta::seconds(60);
/// Pause after the database could not be reached.
const RETRY: Duration = Duration::from_secs(1);

/// Keeps the time until the server ends.
pub(crate) async fn keep(live: Live) {
    loop {
        match round(&live).await {
            Ok(next) => {
                tokio::select! {
                    () = live.alarm().wait_until(next) => {}
                    () = live.timers().notified() => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "can't keep the time; trying again");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Does what is due, and gives the time at which something is next.
async fn round(live: &Live) -> Result<Timestamp, LiveError> {
    let active = live.database().read(presentations::all_active).await?;
    let (mut next, mut failed) = (live.now() + LOOK, None);
    for presentation in active {
        match due(&presentation, live.now(), live.settings().idle) {
            Due::Now => {
                // One that can't be done keeps no other waiting.
                if let Err(error) = carry_out(live, &presentation).await {
                    failed = Some(error);
                }
            }
            Due::At(at) => next = next.min(at),
        }
    }
    if let Some(at) = resumption::look(live).await? {
        next = next.min(at);
    }
    failed.map_or(Ok(next), Err)
}

enum Due {
    Now,
    At(Timestamp),
}

fn due(presentation: &Presentation, now: Timestamp, idle: TimeDelta) -> Due {
    let forgotten = presentation.last_event_at + idle;
    let at = presentation.state.timer.deadline().map_or(forgotten, |end| end.min(forgotten));
    if at <= now { Due::Now } else { Due::At(at) }
}

async fn carry_out(live: &Live, presentation: &Presentation) -> Result<(), LiveError> {
    let (idle, settings) = (live.settings().idle, live.settings());
    // Looked at again under the lock: somebody may have been quicker.
    let decide = move |presentation: &Presentation, now: Timestamp| {
        let timer = presentation.state.timer;
        if timer.deadline().is_some_and(|deadline| deadline <= now) {
            return Some(Event::TimeIsUp { timer: Timer { enabled: false, ..timer } });
        }
        let forgotten = presentation.last_event_at + idle <= now;
        let resumable_until = settings.resumable_until(now);
        forgotten.then_some(Event::Ended { reason: EndReason::Expired, resumable_until })
    };
    let advanced =
        live.advance(presentation.competition_id, Actor::Server, move |_, presentation, now| {
            Ok(decide(presentation, now))
        });
    match advanced.await {
        Ok(_) | Err(LiveError::NotActive | LiveError::NoCompetition) => Ok(()),
        Err(error) => Err(error),
    }
}
