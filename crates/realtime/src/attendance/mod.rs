//! When the screens of teams come and go, and how long messages take to them, for the log: whether a
//! team could answer at all is asked afterwards.
//!
//! Each server notes its own clients; what is news is decided in the transaction, by what is there
//! already ([`connections::note`]). Nothing of it moves a presentation on or tells anybody.

mod register;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use estrad_domain::clock::Moment;
use estrad_domain::presentation::TeamConnection;
use estrad_domain::{PresentationId, TeamId};
use estrad_persistence::queries::connections::{self, Notice};
use estrad_persistence::queries::presentations;
use estrad_persistence::{AnyConnection, Error as StorageError};
use tokio::sync::Notify;

use crate::{Live, LiveError};
use register::{Found, Register};

/// Pause after the database could not be reached.
const RETRY: Duration = Duration::from_secs(1);
/// How long what is due waits for more: a whole hall comes in one transaction.
const GATHER: Duration = Duration::from_millis(250);
/// How often what could not be written is tried again before it is given up.
const TRIES: usize = 30;

/// The teams that this server has screens of.
#[derive(Debug, Default)]
pub(crate) struct Attendance {
    register: Mutex<Register>,
    changed: Notify,
}

impl Attendance {
    pub(crate) fn enter(&self, id: PresentationId, team_id: TeamId, now: Moment) {
        self.lock().enter((id, team_id), now);
        self.changed.notify_one();
    }

    pub(crate) fn leave(&self, id: PresentationId, team_id: TeamId, now: Moment) {
        self.lock().leave((id, team_id), now);
        self.changed.notify_one();
    }

    pub(crate) fn measure(&self, id: PresentationId, team_id: TeamId, took: Duration) {
        self.lock().measure((id, team_id), took);
        self.changed.notify_one();
    }

    /// A presentation goes on that was over; the log has those teams as connected.
    pub(crate) fn resumed(&self, id: PresentationId, online: &[TeamId], now: Moment) {
        self.lock().resumed(id, online, now);
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Register> {
        self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes who comes and goes until the server ends.
pub(crate) async fn note(live: Live) {
    while let Err(error) = expect_those_before(&live).await {
        tracing::warn!(%error, "can't look up which teams were connected; trying again");
        tokio::time::sleep(RETRY).await;
    }
    loop {
        let attendance = live.attendance();
        let due = attendance.lock().due();
        match due {
            None => attendance.changed.notified().await,
            Some(due) => tokio::select! {
                () = attendance.changed.notified() => continue,
                () = live.alarm().wait_until(live.alarm().at(due)) => {}
            },
        }
        tokio::time::sleep(GATHER).await;
        let now = live.alarm().moment();
        let found = attendance.lock().take_due(now, |(id, team_id)| live.is_elsewhere(id, team_id));
        for (id, found) in found {
            write(&live, id, found).await;
        }
    }
}

/// Which teams the server before this one had: they come back, or are lost.
async fn expect_those_before(live: &Live) -> Result<(), StorageError> {
    let now = live.alarm().moment();
    let connected = live.database().read(|connection| {
        let mut connected = Vec::new();
        for presentation in presentations::all_active(connection)? {
            let teams = connections::list(connection, presentation.id)?;
            let online = teams.into_iter().filter(|team| team.online);
            connected.extend(online.map(|team| (presentation.id, team.team_id)));
        }
        Ok::<_, StorageError>(connected)
    });
    for key in connected.await? {
        live.attendance().lock().expect(key, now);
    }
    Ok(())
}

/// Writes what was found, also if that takes a while: the moments stay what they were.
async fn write(live: &Live, id: PresentationId, found: Vec<Found>) {
    for _ in 0..TRIES {
        let standing = live.clock_stands().await;
        let now = live.now();
        let notice = |one: &Found| Notice {
            team_id: one.team_id,
            at: live.alarm().at(one.at),
            noticed: one.noticed,
            round_trip: one.round_trip,
        };
        let notices: Vec<Notice> = found.iter().map(notice).collect();
        let note = move |c: &mut AnyConnection| connections::note(c, id, &notices, now);
        let written = live.database().write(note).await;
        drop(standing);
        match written {
            Ok(entries) => return live.publish(entries).await,
            Err(error) => {
                tracing::warn!(%error, "can't note who is connected; trying again");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
    tracing::error!(entries = found.len(), "who was connected is not in the log");
}

impl Live {
    /// Notes anew who is there, now that a presentation goes on which was over.
    pub(crate) async fn look_who_is_there(&self, id: PresentationId) {
        match self.connections(id).await {
            Ok(known) => {
                let online = known.iter().filter(|team| team.online).map(|team| team.team_id);
                let online: Vec<_> = online.collect();
                self.attendance().resumed(id, &online, self.alarm().moment());
            }
            Err(error) => tracing::warn!(%error, "can't look up which teams were connected"),
        }
    }

    /// How the teams of a presentation were connected, by their ids: those that ever were.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn connections(&self, id: PresentationId) -> Result<Vec<TeamConnection>, LiveError> {
        let read = move |connection: &mut AnyConnection| connections::list(connection, id);
        Ok(self.database().read(read).await?)
    }
}
