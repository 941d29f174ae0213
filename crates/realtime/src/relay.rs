//! Carries what the broker tells to the rooms of this server: each log in order and without gaps,
//! whatever was lost or overtaken on the way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use estrad_domain::clock::{Clock, Timestamp};
use estrad_domain::presentation::{
    Actor, EndReason, Event, LogEntry, Presence, Recipients, ServerEvent, tell,
};
use estrad_domain::{PresentationId, TeamId};
use estrad_persistence::queries::presentations;
use estrad_persistence::{AnyConnection, Database, Error as StorageError};
use serde_json::json;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior};

use crate::broker::{Broker, Heard, Notice, Subscription};
use crate::close::Close;
use crate::gathering::Gathering;
use crate::hub::{Hub, Part, Publication};
use crate::message::Message;
use crate::waiting::Waiting;

/// Presentations that may wait to be watched.
const QUEUE: usize = 1_024;
/// How often logs are compared with what was carried: the last notice of one may be lost, and no other
/// would show it.
const LOOK: Duration = Duration::from_secs(60);
/// How often it is looked up whether what clients wait for has begun, beside that it is heard.
const LOOK_FOR_STARTS: Duration = Duration::from_secs(3);
/// Entries that are read at a time to fill a gap.
const PAGE: i64 = 500;
/// How long a count of another server is believed: it tells it every [`crate::presence::REPEAT`].
const BELIEVED: Duration = Duration::from_secs(30);

/// Asks the relay to carry a log.
#[derive(Debug, Clone)]
pub(crate) struct Watching {
    asks: mpsc::Sender<(PresentationId, oneshot::Sender<Result<(), StorageError>>)>,
    counts: Arc<Mutex<Counts>>,
}

type Counts = HashMap<PresentationId, HashMap<String, (Presence, Instant)>>;

impl Watching {
    /// From the return on, every later entry of the log reaches the rooms.
    ///
    /// # Errors
    /// When it can't be looked up where the log stands.
    pub(crate) async fn watch(&self, id: PresentationId) -> Result<(), StorageError> {
        let (done, watched) = oneshot::channel();
        // The relay ends with the server only.
        let gone = |_| StorageError::Interrupted;
        self.asks.send((id, done)).await.map_err(|_| StorageError::Interrupted)?;
        watched.await.map_err(gone)?
    }

    /// How many clients take part, on all servers.
    pub(crate) fn presence(&self, id: PresentationId) -> Presence {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut total = Presence::default();
        if let Some(nodes) = counts.get_mut(&id) {
            nodes.retain(|_, (_, told_at)| told_at.elapsed() < BELIEVED);
            nodes.values().for_each(|(presence, _)| total.add(presence));
        }
        total
    }

    /// Whether another server than that one has a screen of the team.
    pub(crate) fn is_elsewhere(&self, id: PresentationId, team_id: TeamId, node: &str) -> bool {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(&id).into_iter().flatten().any(|(other, (presence, told_at))| {
            let believed = other != node && told_at.elapsed() < BELIEVED;
            believed && presence.teams.contains_key(&team_id.0)
        })
    }

    fn count(&self, id: PresentationId, node: &str, presence: &Presence) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if presence.is_empty() {
            if let Some(nodes) = counts.get_mut(&id) {
                nodes.remove(node);
            }
            counts.retain(|_, nodes| !nodes.is_empty());
        } else {
            let nodes = counts.entry(id).or_default();
            nodes.insert(node.to_owned(), (presence.clone(), Instant::now()));
        }
    }
}

/// The one task that carries.
pub(crate) struct Relay {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hub: Hub,
    /// Rung when something happened that a timer depends on.
    pub(crate) timers: Arc<Notify>,
    /// What clients of this server wait for.
    waiting: Arc<Waiting>,
    heard: Box<dyn Subscription>,
    asks: mpsc::Receiver<(PresentationId, oneshot::Sender<Result<(), StorageError>>)>,
    watching: Watching,
    /// The last entry of each log that has been taken.
    carried: HashMap<PresentationId, i64>,
    /// Until when those can be resumed that have ended and are watched all the same.
    resumable: HashMap<PresentationId, Timestamp>,
    /// Who was there when that was last told.
    present: HashMap<PresentationId, Presence>,
    /// The answers that have been taken and not published yet.
    gathering: HashMap<PresentationId, Gathering>,
}

impl Relay {
    pub(crate) fn new(
        database: Database,
        hub: Hub,
        broker: &dyn Broker,
        (clock, waiting, timers): (Arc<dyn Clock>, Arc<Waiting>, Arc<Notify>),
    ) -> (Self, Watching) {
        let (sender, asks) = mpsc::channel(QUEUE);
        let watching = Watching { asks: sender, counts: Arc::default() };
        let (heard, carried) = (broker.subscribe(), HashMap::new());
        let relay = Self {
            database,
            clock,
            hub,
            timers,
            waiting,
            heard,
            asks,
            watching: watching.clone(),
            carried,
            gathering: HashMap::new(),
            resumable: HashMap::new(),
            present: HashMap::new(),
        };
        (relay, watching)
    }

    pub(crate) async fn run(mut self) {
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut starts = tokio::time::interval(LOOK_FOR_STARTS);
        starts.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = self.gathering.values().filter_map(Gathering::due).min();
            tokio::select! {
                () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    self.publish_due();
                }
                Some((id, done)) = self.asks.recv() => {
                    let _ = done.send(self.start_watching(id).await);
                }
                _ = looks.tick() => self.catch_up_with_all().await,
                _ = starts.tick() => self.look_for_starts().await,
                heard = self.heard.next() => match heard {
                    Some(Heard::Notice(notice)) => self.take(&notice).await,
                    Some(Heard::Missed) => {
                        self.catch_up_with_all().await;
                        self.look_for_starts().await;
                        // Rights that are gone may be among what was missed: who comes back is looked
                        // up anew.
                        self.hub.close(Close::Behind);
                    }
                    None => return,
                },
            }
        }
    }

    async fn start_watching(&mut self, id: PresentationId) -> Result<(), StorageError> {
        if self.carried.contains_key(&id) {
            return Ok(());
        }
        match self.database.read(move |connection| presentations::get(connection, id)).await {
            Ok(presentation) if presentation.is_active() => {
                self.carried.insert(id, presentation.seq);
                Ok(())
            }
            // It may go on, and there are those who wait for that.
            Ok(presentation) if presentation.is_resumable(self.clock.now()) => {
                self.carried.insert(id, presentation.seq);
                self.resumable.extend(presentation.resumable_until.map(|until| (id, until)));
                Ok(())
            }
            // Nothing follows that anybody is told.
            Ok(_) | Err(StorageError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn take(&mut self, notice: &Notice) {
        match notice {
            Notice::Logged { entries } => {
                if entries.iter().any(|entry| concerns_timers(&entry.event)) {
                    self.timers.notify_one();
                }
                if entries.iter().any(|entry| begins(&entry.event)) {
                    self.look_for_starts().await;
                }
                self.take_entries(entries).await;
            }
            Notice::Present { node, presentation_id, presence } => {
                self.watching.count(*presentation_id, node, presence);
                self.tell_presence(*presentation_id);
            }
            Notice::Revoked { what } => self.hub.revoke(what.clone()),
            Notice::Edited { presentation_id, competition_id, version } => {
                let data = json!({"competition_id": competition_id, "version": version});
                self.publish(
                    *presentation_id,
                    ServerEvent::CompetitionChanged,
                    Recipients::EVERYONE,
                    data,
                );
            }
        }
    }

    /// Has those join who wait for what is presented by now. The database is asked and not the notice
    /// believed, which may be lost or old.
    async fn look_for_starts(&mut self) {
        let waited_for = self.waiting.competitions();
        if waited_for.is_empty() {
            return;
        }
        let read = move |c: &mut AnyConnection| presentations::active_among(c, &waited_for);
        match self.database.read(read).await {
            Ok(begun) => begun.into_iter().for_each(|id| self.hub.begun(id)),
            // It is looked at again.
            Err(error) => tracing::warn!(%error, "can't see whether presentations have begun"),
        }
    }

    /// Says who is there, where that has changed: servers repeat themselves.
    fn tell_presence(&mut self, id: PresentationId) {
        let now = self.watching.presence(id);
        let before = self.present.remove(&id);
        if !now.is_empty() {
            self.present.insert(id, now.clone());
        }
        if before.unwrap_or_default() != now {
            self.publish(id, ServerEvent::Presence, Recipients::STAFF, now);
        }
    }

    /// Something that is in no log.
    fn publish(
        &self,
        presentation_id: PresentationId,
        event: ServerEvent,
        to: Recipients,
        data: impl serde::Serialize,
    ) {
        let part = Part { to, except: None, message: Message::new(event, data), first_words: None };
        self.hub.publish(Publication { presentation_id, seq: None, parts: vec![part], ends: None });
    }

    async fn take_entries(&mut self, entries: &[LogEntry]) {
        let Some(first) = entries.first() else { return };
        let id = first.presentation_id;
        // Where nobody watches, nobody is here to be told.
        let Some(&carried) = self.carried.get(&id) else { return };
        if first.seq > carried + 1 && !self.catch_up(id).await {
            return;
        }
        // Also what was not read just now: the last entry of a log that was deleted is in no database.
        self.carry(entries);
    }

    fn carry(&mut self, entries: &[LogEntry]) {
        for entry in entries {
            let id = entry.presentation_id;
            let Some(carried) = self.carried.get_mut(&id) else { return };
            if entry.seq <= *carried {
                continue;
            }
            *carried = entry.seq;
            match entry.event {
                Event::Resumed { .. } => drop(self.resumable.remove(&id)),
                Event::ClockSet { resumable_until: Some(until), .. } => {
                    let until = Timestamp::from_timestamp_millis(until).map(|until| (id, until));
                    self.resumable.extend(until);
                }
                _ => {}
            }
            let ends = matches!(entry.event, Event::Ended { .. });
            let due = self.gathering.entry(id).or_default().take(entry.clone(), Instant::now());
            self.publish_entries(&due);
            if ends {
                // The room is closed; what is still logged after that is for nobody in it.
                self.gathering.remove(&id);
                self.carried.remove(&id);
            }
        }
    }

    fn publish_due(&mut self) {
        let now = Instant::now();
        let mut due = Vec::new();
        for gathering in self.gathering.values_mut() {
            if gathering.due().is_some_and(|at| at <= now) {
                due.push(gathering.let_go(now));
            }
        }
        due.iter().for_each(|entries| self.publish_entries(entries));
    }

    /// Entries of one log, in their order.
    fn publish_entries(&self, entries: &[LogEntry]) {
        if entries.is_empty() {
            return;
        }
        let now = self.clock.now();
        self.hub.publish_all(entries.iter().map(|entry| Publication {
            presentation_id: entry.presentation_id,
            seq: Some(entry.seq),
            parts: tell(entry, now).iter().map(Part::from).collect(),
            ends: match entry.event {
                Event::Ended { resumable_until: Some(_), .. } => Some(Close::Resumable),
                Event::Ended { resumable_until: None, .. } => Some(Close::Ended),
                _ => None,
            },
        }));
    }

    async fn catch_up_with_all(&mut self) {
        self.timers.notify_one();
        let now = self.clock.now();
        for (id, _) in self.resumable.extract_if(|_, until| *until <= now) {
            self.carried.remove(&id);
        }
        for id in self.carried.keys().copied().collect::<Vec<_>>() {
            self.catch_up(id).await;
        }
        self.end_what_is_gone().await;
    }

    /// Ends the logs that are not there any more: another process erased or deleted their competitions,
    /// and can tell nobody here.
    async fn end_what_is_gone(&mut self) {
        let ids: Vec<_> = self.carried.keys().copied().collect();
        let read = move |connection: &mut _| presentations::missing(connection, &ids);
        let gone = match self.database.read(read).await {
            Ok(gone) => gone,
            Err(error) => return tracing::warn!(%error, "can't look which logs are gone"),
        };
        for presentation_id in gone {
            let Some(carried) = self.carried.get(&presentation_id) else { continue };
            let event = Event::Ended { reason: EndReason::Ended, resumable_until: None };
            let (seq, at) = (carried + 1, self.clock.now());
            let actor = Actor::Server;
            self.carry(&[LogEntry { presentation_id, seq, at, actor, event, erased: false }]);
        }
    }

    /// Carries what is in the log by now; false if that can't be read.
    async fn catch_up(&mut self, id: PresentationId) -> bool {
        while let Some(&since) = self.carried.get(&id) {
            let page = self
                .database
                .read(move |connection| presentations::entries(connection, id, since, PAGE))
                .await;
            match page {
                Ok(page) if page.is_empty() => break,
                Ok(page) => self.carry(&page),
                // The next notice of this log shows the gap again.
                Err(error) => {
                    tracing::warn!(%error, "can't read what was missed");
                    return false;
                }
            }
        }
        true
    }
}

/// Whether a competition is presented after it that was not before.
fn begins(event: &Event) -> bool {
    matches!(event, Event::Started { .. } | Event::Resumed { .. })
}

fn concerns_timers(event: &Event) -> bool {
    match event {
        Event::Started { .. }
        | Event::Synced { .. }
        | Event::TimeIsUp { .. }
        | Event::SlideMoved { .. }
        | Event::ClockSet { .. }
        | Event::TimerPaused { .. }
        | Event::TimerResumed { .. }
        | Event::TimerAdded { .. }
        | Event::Resumed { .. }
        | Event::Ended { .. } => true,
        Event::Reopened { .. }
        | Event::Stepped { .. }
        | Event::Answered(_)
        | Event::Refused(_)
        | Event::Scored(_)
        | Event::Reset(_)
        | Event::TeamConnected { .. }
        | Event::TeamDisconnected { .. }
        | Event::RoundTrips { .. } => false,
    }
}
