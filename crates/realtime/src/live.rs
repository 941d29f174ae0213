//! What the live part consists of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use estrad_auth::{Authenticator, Random};
use estrad_domain::clock::{Clock, Moment, Timestamp};
use estrad_domain::policy;
use estrad_domain::presentation::{LogEntry, Presence};
use estrad_domain::{PresentationId, TeamId};
use estrad_persistence::{Database, Error as StorageError};
use tokio::sync::{Notify, RwLock, RwLockReadGuard, RwLockWriteGuard, Semaphore, SemaphorePermit};

use crate::alarm::Alarm;
use crate::attendance::{self, Attendance};
use crate::broker::{Broker, Notice};
use crate::clock_steps;
use crate::edits::Edits;
use crate::hub::Hub;
use crate::presence::{self, Counter};
use crate::quotas::{QuotaSettings, Quotas};
use crate::recording::{self, Queue, Tally};
use crate::relay::{Relay, Watching};
use crate::resumption::Resumptions;
use crate::timekeeper;
use crate::waiting::Waiting;

/// Clients that are looked up and seated at a time. No more than so many are asked of the database for
/// them, however many come; how many may wait is bounded by the connections that there may be.
const ENTERING: usize = 64;

/// What the operator of the server may choose.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long after the deadline an answer that was under way still counts.
    pub grace: TimeDelta,
    /// How long a presentation goes on without anything happening.
    pub idle: TimeDelta,
    /// How long a presentation can be resumed after its end; not at all if this is nothing.
    pub resumable: TimeDelta,
    #[expect(missing_docs, reason = "says itself")]
    pub policy: policy::Settings,
    #[expect(missing_docs, reason = "says itself")]
    pub recording: RecordingSettings,
    /// How much each team, code and user may write.
    pub quotas: QuotaSettings,
}

/// How answers and scores come into transactions.
#[derive(Debug, Clone, Copy)]
pub struct RecordingSettings {
    /// The most that wait; the next one is told that the server is busy.
    pub queue: usize,
    /// The most in one transaction.
    pub group: usize,
    /// How long one waits for its transaction to begin before it is told that the server is busy, and
    /// then for the transaction to end.
    pub patience: Duration,
}

impl Default for RecordingSettings {
    fn default() -> Self {
        Self { queue: 10_000, group: 512, patience: Duration::from_secs(5) }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            grace: TimeDelta::milliseconds(500),
            idle: TimeDelta::hours(12),
            resumable: TimeDelta::minutes(10),
            policy: policy::Settings::default(),
            recording: RecordingSettings::default(),
            quotas: QuotaSettings::default(),
        }
    }
}

impl Settings {
    /// Until when a presentation can be resumed that ends now, in milliseconds since 1970.
    pub(crate) fn resumable_until(&self, now: Timestamp) -> Option<i64> {
        let is_on = self.resumable > TimeDelta::zero();
        is_on.then(|| (now + self.resumable).timestamp_millis())
    }
}

/// The live part of one server. Clones are of the same.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    database: Database,
    authenticator: Authenticator,
    alarm: Arc<dyn Alarm>,
    /// Held by whoever decides by the clock, and alone by whoever sets it.
    clock_stands: RwLock<()>,
    settings: Settings,
    hub: Hub,
    broker: Arc<dyn Broker>,
    watching: Watching,
    timers: Arc<Notify>,
    resumptions: Resumptions,
    quotas: Quotas,
    edits: Edits,
    queue: Queue,
    tally: Tally,
    /// Clients that are looked up and seated at a time.
    entering: Semaphore,
    counter: Arc<Counter>,
    /// What this server is called among others.
    node: String,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl Live {
    /// Sets it going, on the tokio runtime that this is called on: presentations that were going on when
    /// the last server ended go on.
    pub fn launch(
        database: Database,
        authenticator: Authenticator,
        alarm: Arc<dyn Alarm>,
        random: &dyn Random,
        broker: Arc<dyn Broker>,
        settings: Settings,
    ) -> Self {
        let (counter, timers) = (Arc::new(Counter::new(alarm.clone())), Arc::new(Notify::new()));
        let waiting = Arc::new(Waiting::default());
        let hub = Hub::new(counter.clone(), waiting.clone());
        let clock: Arc<dyn Clock> = alarm.clone();
        let around = (clock, waiting, timers.clone());
        let (relay, watching) = Relay::new(database.clone(), hub.clone(), &*broker, around);
        let mut node = [0; 8];
        random.fill(&mut node);
        let node: String = node.iter().map(|byte| format!("{byte:02x}")).collect();
        tokio::spawn(relay.run());
        tokio::spawn(presence::tell_changes(counter.clone(), broker.clone(), node.clone()));
        let (queue, jobs) = recording::queue(settings.recording.queue);
        let live = Self(Arc::new(Inner {
            database,
            authenticator,
            alarm,
            clock_stands: RwLock::default(),
            settings,
            hub,
            broker,
            watching,
            timers,
            resumptions: Resumptions::default(),
            quotas: Quotas::default(),
            edits: Edits::default(),
            entering: Semaphore::new(ENTERING),
            queue,
            tally: Tally::default(),
            counter,
            node,
        }));
        tokio::spawn(recording::write(live.clone(), jobs));
        tokio::spawn(timekeeper::keep(live.clone()));
        tokio::spawn(clock_steps::follow(live.clone()));
        tokio::spawn(attendance::note(live.clone()));
        live
    }

    /// The rooms of this server.
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// How many clients take part, on all servers.
    pub fn presence(&self, id: PresentationId) -> Presence {
        self.0.watching.presence(id)
    }

    /// Which teams this server has screens of.
    pub(crate) fn attendance(&self) -> &Attendance {
        &self.0.counter.attendance
    }

    /// Whether another server has a screen of the team.
    pub(crate) fn is_elsewhere(&self, id: PresentationId, team_id: TeamId) -> bool {
        self.0.watching.is_elsewhere(id, team_id, &self.0.node)
    }

    /// Waits for a client's turn to be looked up or seated: when a whole hall comes back in one instant,
    /// those that wait do so here, and don't take the places of everybody else before the database.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed.
        self.0.entering.acquire().await.ok()
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    /// Who lets people in.
    pub fn authenticator(&self) -> &Authenticator {
        &self.0.authenticator
    }

    pub(crate) fn alarm(&self) -> &dyn Alarm {
        &*self.0.alarm
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.alarm.now()
    }

    /// The present moment, for what is decided upon later.
    pub(crate) fn moment(&self) -> Moment {
        self.0.alarm.moment()
    }

    /// Until this is dropped, the clock and the deadlines that are in the database stay in step: to be
    /// held while something is decided by both.
    pub(crate) async fn clock_stands(&self) -> RwLockReadGuard<'_, ()> {
        self.0.clock_stands.read().await
    }

    /// Waits until nobody decides anything by the clock, and keeps everybody from it.
    pub(crate) async fn set_clock(&self) -> RwLockWriteGuard<'_, ()> {
        self.0.clock_stands.write().await
    }

    pub(crate) fn settings(&self) -> Settings {
        self.0.settings
    }

    pub(crate) fn queue(&self) -> &Queue {
        &self.0.queue
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.0.tally
    }

    /// The presentations that have ended and that clients of this server wait for.
    pub(crate) fn resumptions(&self) -> &Resumptions {
        &self.0.resumptions
    }

    pub(crate) fn quotas(&self) -> &Quotas {
        &self.0.quotas
    }

    pub(crate) fn edits(&self) -> &Edits {
        &self.0.edits
    }

    pub(crate) fn timers(&self) -> &Notify {
        &self.0.timers
    }

    /// From the return on, every later entry of the log reaches the rooms of this server.
    pub(crate) async fn watch(&self, id: PresentationId) -> Result<(), StorageError> {
        self.0.watching.watch(id).await
    }

    /// Tells all servers of entries that are in the log now.
    pub(crate) async fn publish(&self, entries: Vec<LogEntry>) {
        if !entries.is_empty() {
            self.tell(Notice::Logged { entries }).await;
        }
    }

    pub(crate) async fn tell(&self, notice: Notice) {
        self.0.broker.tell(notice).await;
    }
}
