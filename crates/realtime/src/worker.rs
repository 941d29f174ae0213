//! The clients of one thread, and how what is published is carried to them.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use estrad_auth::Caller;
use estrad_domain::presentation::{Group, Teams};
use estrad_domain::{CompetitionId, PresentationId, TeamId};
use slab::Slab;
use tokio::sync::broadcast;

use crate::close::Close;
use crate::hub::{Cast, Part, Publication, Revocation, Subscriber};
use crate::presence::Counter;
use crate::seat::{Connection, ConnectionHandle};
use crate::waiting::Waiting;

/// Publications that are handed to clients together.
const BATCH: usize = 64;
/// Clients served before others on the thread have their turn: among them is who sends the next change,
/// which then leaves together with those that wait.
const TURN: usize = 32;
/// What comes faster than it can be handed out is left to gather for this part of the time that the last
/// handing out took: a client costs about as much for several messages as for one, as they leave with
/// one write. What comes alone never waits.
const PAUSE_SHARE: u32 = 4;
/// A pause is not longer than this,
const MAX_PAUSE: Duration = Duration::from_millis(10);
/// and a shorter one than this is none: timers are no finer.
const MIN_PAUSE: Duration = Duration::from_millis(1);
/// Revocations that are remembered for clients whose token is being looked up.
const KEPT_REVOCATIONS: usize = 256;
/// The clients of one thread.
pub struct Worker {
    casts: RefCell<Option<broadcast::Receiver<Cast>>>,
    presence: Arc<Counter>,
    numbers: Arc<AtomicU64>,
    waiting: Arc<Waiting>,
    connections: RefCell<Slab<Rc<Connection>>>,
    rooms: RefCell<HashMap<PresentationId, Room>>,
    /// Those who wait for a competition to be presented.
    lobbies: RefCell<HashMap<CompetitionId, Slab<Rc<Connection>>>>,
    /// The last revocations: a token that was looked up just before must not slip in after.
    revoked: RefCell<VecDeque<(Instant, Arc<Revocation>)>>,
}

/// Those who take part in a presentation. What only its staff is told, or one team, such as the answers
/// of thousands of teams, costs nothing for each of the others.
#[derive(Default)]
struct Room {
    staff: Slab<Rc<Connection>>,
    others: Slab<Rc<Connection>>,
    /// Where the screens of each team are among the others.
    teams: HashMap<TeamId, Vec<usize>>,
}

impl Room {
    fn side(&self, staff: bool) -> &Slab<Rc<Connection>> {
        if staff { &self.staff } else { &self.others }
    }

    fn enter(&mut self, group: Group, connection: Rc<Connection>) -> usize {
        if group.is_staff() {
            return self.staff.insert(connection);
        }
        let place = self.others.insert(connection);
        if let Group::Team(id) = group {
            self.teams.entry(id).or_default().push(place);
        }
        place
    }

    fn leave(&mut self, group: Group, place: usize) {
        if group.is_staff() {
            self.staff.try_remove(place);
            return;
        }
        self.others.try_remove(place);
        if let Group::Team(id) = group
            && let Some(places) = self.teams.get_mut(&id)
        {
            places.retain(|other| *other != place);
            if places.is_empty() {
                self.teams.remove(&id);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.staff.is_empty() && self.others.is_empty()
    }
}

impl Worker {
    pub(crate) fn new(
        casts: broadcast::Receiver<Cast>,
        (presence, waiting, numbers): (Arc<Counter>, Arc<Waiting>, Arc<AtomicU64>),
    ) -> Rc<Self> {
        Rc::new(Self {
            casts: RefCell::new(Some(casts)),
            presence,
            numbers,
            waiting,
            lobbies: RefCell::default(),
            connections: RefCell::default(),
            rooms: RefCell::default(),
            revoked: RefCell::default(),
        })
    }

    /// Takes a client in whose token was looked up from that time on. It is in no room yet.
    pub fn connect(
        self: &Rc<Self>,
        caller: &Caller,
        looked_up: Instant,
        subscriber: Rc<dyn Subscriber>,
    ) -> ConnectionHandle {
        let mut connections = self.connections.borrow_mut();
        let entry = connections.vacant_entry();
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let connection = Rc::new(Connection::new(caller, subscriber, number, entry.key()));
        entry.insert(connection.clone());
        let revoked = self.revoked.borrow();
        let since = revoked.iter().filter(|(at, _)| *at >= looked_up);
        since.for_each(|(_, revocation)| connection.lose(revocation));
        ConnectionHandle::new(self.clone(), connection)
    }

    /// Gives a connection a place in a room.
    pub(crate) fn enter(
        &self,
        id: PresentationId,
        group: Group,
        connection: Rc<Connection>,
    ) -> usize {
        let mut rooms = self.rooms.borrow_mut();
        let place = rooms.entry(id).or_default().enter(group, connection);
        self.presence.enter(id, group);
        place
    }

    /// Takes that place back.
    pub(crate) fn leave(&self, id: PresentationId, group: Group, place: usize) {
        let mut rooms = self.rooms.borrow_mut();
        if let Some(room) = rooms.get_mut(&id) {
            room.leave(group, place);
            if room.is_empty() {
                rooms.remove(&id);
            }
        }
        self.presence.leave(id, group);
    }

    /// Notes how long a message took to one of the group and back.
    pub(crate) fn measure(&self, id: PresentationId, group: Group, took: Duration) {
        self.presence.measure(id, group, took);
    }

    /// Has a connection wait for a competition.
    pub(crate) fn wait(&self, id: CompetitionId, connection: Rc<Connection>) -> usize {
        self.waiting.enter(id);
        self.lobbies.borrow_mut().entry(id).or_default().insert(connection)
    }

    /// Ends that.
    pub(crate) fn stop_waiting(&self, id: CompetitionId, place: usize) {
        let mut lobbies = self.lobbies.borrow_mut();
        if let Some(lobby) = lobbies.get_mut(&id) {
            lobby.try_remove(place);
            if lobby.is_empty() {
                lobbies.remove(&id);
            }
        }
        self.waiting.leave(id);
    }

    /// Forgets a client that is gone.
    pub(crate) fn disconnect(&self, place: usize) {
        self.connections.borrow_mut().try_remove(place);
    }

    /// Carries what is published to the clients of this thread, until the hub is gone. A second call
    /// returns at once.
    pub async fn run(self: Rc<Self>) {
        use broadcast::error::{RecvError, TryRecvError};
        let Some(mut casts) = self.casts.take() else { return };
        let mut batch = Vec::with_capacity(BATCH);
        let mut took = Duration::ZERO;
        loop {
            let pause = (took / PAUSE_SHARE).min(MAX_PAUSE);
            if pause >= MIN_PAUSE && !casts.is_empty() {
                tokio::time::sleep(pause).await;
            }
            match casts.recv().await {
                Ok(cast) => batch.push(cast),
                Err(RecvError::Lagged(missed)) => self.fell_behind(missed),
                Err(RecvError::Closed) => return,
            }
            while batch.len() < BATCH {
                match casts.try_recv() {
                    Ok(cast) => batch.push(cast),
                    Err(TryRecvError::Lagged(missed)) => self.fell_behind(missed),
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            let begun = Instant::now();
            self.carry(&batch).await;
            took = begun.elapsed();
            batch.clear();
        }
    }

    fn fell_behind(&self, missed: u64) {
        tracing::warn!(missed, "a worker fell behind: its clients connect again");
        self.connections.borrow().iter().for_each(|(_, c)| c.close(Close::Behind));
    }

    async fn carry(&self, batch: &[Cast]) {
        let mut rest = batch;
        while let Some(first) = rest.first() {
            let run = match first {
                Cast::Publications(_) => {
                    let (run, casts) = same_room(rest);
                    for run in run.chunks(BATCH) {
                        self.publish(run).await;
                    }
                    casts
                }
                Cast::Revoked(revocation) => {
                    self.revoke(revocation);
                    1
                }
                Cast::Begun(id) => {
                    let lobbies = self.lobbies.borrow();
                    lobbies.get(id).into_iter().flatten().for_each(|(_, c)| c.begun());
                    1
                }
                Cast::Close(close) => {
                    self.connections.borrow().iter().for_each(|(_, c)| c.close(*close));
                    1
                }
            };
            rest = &rest[run..];
        }
    }

    /// Several publications for one room: each client gets all of them, and is flushed once.
    async fn publish(&self, run: &[&Arc<Publication>]) {
        let Some(first) = run.first() else { return };
        let presentation_id = first.presentation_id;
        self.hand_out(presentation_id, true, run).await;
        let reaches_others = |publication: &&&Arc<Publication>| {
            publication.ends.is_some() || publication.parts.iter().any(|part| !part.to.are_staff())
        };
        let others: Vec<_> = run.iter().filter(reaches_others).copied().collect();
        // What is for single teams goes to them alone, in its order with what is for all.
        for run in others.chunk_by(|one, next| is_for_teams(one) == is_for_teams(next)) {
            if run.iter().all(|publication| is_for_teams(publication)) {
                self.hand_to_teams(presentation_id, run);
            } else {
                self.hand_out(presentation_id, false, run).await;
            }
        }
    }

    fn hand_to_teams(&self, id: PresentationId, run: &[&Arc<Publication>]) {
        let mut by_team = BTreeMap::<TeamId, Vec<&Arc<Publication>>>::new();
        for publication in run {
            for team in publication.parts.iter().filter_map(team_of) {
                let own = by_team.entry(team).or_default();
                if own.last().is_none_or(|last| !Arc::ptr_eq(last, publication)) {
                    own.push(publication);
                }
            }
        }
        let rooms = self.rooms.borrow();
        let Some(room) = rooms.get(&id) else { return };
        for (team, run) in by_team {
            let places = room.teams.get(&team).into_iter().flatten();
            for connection in places.filter_map(|place| room.others.get(*place)) {
                connection.take(&run);
            }
        }
    }

    async fn hand_out(&self, id: PresentationId, staff: bool, run: &[&Arc<Publication>]) {
        let mut from = 0;
        loop {
            {
                let rooms = self.rooms.borrow();
                let Some(room) = rooms.get(&id) else { return };
                let side = room.side(staff);
                // By place, as some may leave while others on the thread have their turn.
                let to = (from + TURN).min(side.capacity());
                for connection in (from..to).filter_map(|place| side.get(place)) {
                    connection.take(run);
                }
                if to == side.capacity() {
                    break;
                }
                from = to;
            }
            tokio::task::yield_now().await;
        }
        if run.len() == BATCH {
            // More may follow, and what the clients could not take at once is to leave before.
            tokio::task::yield_now().await;
        }
    }

    fn revoke(&self, revocation: &Arc<Revocation>) {
        let mut revoked = self.revoked.borrow_mut();
        revoked.truncate(KEPT_REVOCATIONS - 1);
        revoked.push_front((Instant::now(), revocation.clone()));
        let connections = self.connections.borrow();
        for (_, connection) in connections.iter() {
            connection.lose(revocation);
        }
    }
}

/// Whether all that is in it for others than the staff is for single teams.
fn is_for_teams(publication: &Publication) -> bool {
    let to_others = publication.parts.iter().filter(|part| !part.to.are_staff());
    publication.ends.is_none() && to_others.into_iter().all(|part| team_of(part).is_some())
}

/// The one team that it is for, beside the staff.
fn team_of(part: &Part) -> Option<TeamId> {
    match part.to.teams {
        Teams::One(id) if !part.to.audience => Some(id),
        _ => None,
    }
}

/// The publications at the beginning that are for one room, and of how many casts they are.
fn same_room(casts: &[Cast]) -> (Vec<&Arc<Publication>>, usize) {
    let (mut run, mut count) = (Vec::<&Arc<Publication>>::new(), 0);
    for cast in casts {
        let Cast::Publications(publications) = cast else { break };
        let next = publications.first().map(|publication| publication.presentation_id);
        let id = run.first().map(|publication| publication.presentation_id);
        if id.is_some() && next.is_some() && id != next {
            break;
        }
        run.extend(publications.iter());
        count += 1;
    }
    (run, count)
}
