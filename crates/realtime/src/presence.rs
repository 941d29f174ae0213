//! How many clients take part.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use estrad_domain::PresentationId;
use estrad_domain::presentation::{Group, Presence};
use tokio::sync::Notify;

use crate::alarm::Alarm;
use crate::attendance::Attendance;
use crate::broker::{Broker, Notice};

/// Pause between two tellings: at most twice a second.
const PAUSE: Duration = Duration::from_millis(500);
/// When a server repeats its counts, so that others know that it is there.
pub(crate) const REPEAT: Duration = Duration::from_secs(10);

/// Counts who joins and leaves on this server. Not on the way of what is published.
#[derive(Debug)]
pub(crate) struct Counter {
    counts: Mutex<Counts>,
    changed: Notify,
    clock: Arc<dyn Alarm>,
    /// When those of teams come and go.
    pub(crate) attendance: Attendance,
}

#[derive(Debug, Default)]
struct Counts {
    rooms: HashMap<PresentationId, Presence>,
    /// Those whose count was not told yet.
    changed: BTreeSet<PresentationId>,
}

impl Counter {
    pub(crate) fn new(clock: Arc<dyn Alarm>) -> Self {
        let (counts, changed) = (Mutex::default(), Notify::new());
        Self { counts, changed, clock, attendance: Attendance::default() }
    }

    pub(crate) fn enter(&self, id: PresentationId, group: Group) {
        self.change(id, |presence| presence.enter(group));
        if let Group::Team(team_id) = group {
            self.attendance.enter(id, team_id, self.clock.moment());
        }
    }

    pub(crate) fn leave(&self, id: PresentationId, group: Group) {
        self.change(id, |presence| presence.leave(group));
        if let Group::Team(team_id) = group {
            self.attendance.leave(id, team_id, self.clock.moment());
        }
    }

    /// A message went to a client of the group and back.
    pub(crate) fn measure(&self, id: PresentationId, group: Group, took: Duration) {
        if let Group::Team(team_id) = group {
            self.attendance.measure(id, team_id, took);
        }
    }

    fn change(&self, id: PresentationId, change: impl FnOnce(&mut Presence)) {
        let mut counts = self.lock();
        let presence = counts.rooms.entry(id).or_default();
        change(presence);
        if presence.is_empty() {
            counts.rooms.remove(&id);
        }
        counts.changed.insert(id);
        drop(counts);
        self.changed.notify_one();
    }

    /// The counts that were not told yet, which are told then.
    fn take_changed(&self) -> Vec<(PresentationId, Presence)> {
        let mut counts = self.lock();
        let changed = std::mem::take(&mut counts.changed);
        let count = |id| (id, counts.rooms.get(&id).cloned().unwrap_or_default());
        changed.into_iter().map(count).collect()
    }

    /// Has all counts told once more.
    fn repeat(&self) {
        let mut counts = self.lock();
        let all: Vec<_> = counts.rooms.keys().copied().collect();
        counts.changed.extend(all);
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells all servers how many clients this one has, when that changes and now and then.
pub(crate) async fn tell_changes(counter: Arc<Counter>, broker: Arc<dyn Broker>, node: String) {
    loop {
        if tokio::time::timeout(REPEAT, counter.changed.notified()).await.is_err() {
            counter.repeat();
        }
        for (presentation_id, presence) in counter.take_changed() {
            broker.tell(Notice::Present { node: node.clone(), presentation_id, presence }).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
}
