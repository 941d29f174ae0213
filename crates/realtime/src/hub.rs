//! The rooms of one server: what is published once reaches each worker thread in one hop, and every
//! client from there without another.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use estrad_auth::Caller;
use estrad_domain::code::Code;
use estrad_domain::presentation::{Group, Recipients, Told};
use estrad_domain::principal::Principal;
use estrad_domain::{CompetitionId, PresentationId, TeamId, UserId};
use slab::Slab;
use tokio::sync::broadcast;

use crate::close::Close;
use crate::message::Message;
use crate::presence::Counter;

/// Publications that may wait for a worker. One that falls further behind lets its clients connect
/// again, and resume.
const QUEUE: usize = 1_024;
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
/// Publications that may wait for a client that is just joining.
const MAX_EARLY: usize = 256;

/// Something for a room.
#[derive(Debug, Clone)]
pub struct Publication {
    #[expect(missing_docs, reason = "says itself")]
    pub presentation_id: PresentationId,
    /// Its place in the log, if it has one.
    pub seq: Option<i64>,
    /// What is sent, to whom.
    pub parts: Vec<Part>,
    /// Whether the room is closed after it.
    pub ends: bool,
}

/// One message of a publication.
#[derive(Debug, Clone)]
pub struct Part {
    #[expect(missing_docs, reason = "says itself")]
    pub to: Recipients,
    #[expect(missing_docs, reason = "says itself")]
    pub message: Arc<Message>,
    /// The same in the words of the first front-end, where they differ.
    pub first_words: Option<Vec<Arc<Message>>>,
}

/// What lost its rights.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    /// A token, by its own id.
    Token(String),
    /// All tokens of a code.
    Code(String),
    /// The screens of a team.
    Team(TeamId),
    /// The screens of a competition.
    Competition(CompetitionId),
    /// All tokens of a user.
    User(UserId),
}

/// A client, as its transport has it. Its methods are called on its own thread, and don't call the
/// [`Worker`] back.
pub trait Subscriber {
    /// How many bytes may wait in the outbox.
    fn outbox_bytes(&self) -> usize {
        usize::MAX
    }
    /// Puts a message into the outbox.
    fn deliver(&self, message: &Arc<Message>);
    /// Sends what is in the outbox, as far as that is possible at once.
    fn flush(&self);
    /// Ends the connection once what is in the outbox has left.
    fn close(&self, close: Close);
    /// The token was revoked: it is to be closed with [`Close::TokenRevoked`], after a moment in which
    /// an operator's last word still counts.
    fn revoked(&self);
}

#[derive(Debug, Clone)]
enum Cast {
    /// Of one room, in their order.
    Publications(Arc<[Arc<Publication>]>),
    Revoked(Arc<Revocation>),
    Close(Close),
}

/// What is published to all workers of this server. Clones are of the same hub.
#[derive(Debug, Clone)]
pub struct Hub {
    casts: broadcast::Sender<Cast>,
    presence: Arc<Counter>,
}

impl Hub {
    pub(crate) fn new(presence: Arc<Counter>) -> Self {
        Self { casts: broadcast::Sender::new(QUEUE), presence }
    }

    /// To all in the room of the publication, on all threads. Without workers it reaches nobody.
    pub fn publish(&self, publication: Publication) {
        self.publish_all([publication]);
    }

    /// The same with several for one room. They take one place in the queue of a worker: what comes
    /// at once doesn't make it fall behind, however many they are.
    pub fn publish_all(&self, publications: impl IntoIterator<Item = Publication>) {
        let publications = publications.into_iter().map(Arc::new).collect();
        let _ = self.casts.send(Cast::Publications(publications));
    }

    /// Lets all go whose rights that takes.
    pub fn revoke(&self, revocation: Revocation) {
        let _ = self.casts.send(Cast::Revoked(Arc::new(revocation)));
    }

    /// Lets everybody go.
    pub fn close(&self, close: Close) {
        let _ = self.casts.send(Cast::Close(close));
    }

    /// The clients of one thread, which has to be the caller's. [`Worker::run`] carries to them what is
    /// published from now on.
    pub fn worker(&self) -> Rc<Worker> {
        Rc::new(Worker {
            casts: RefCell::new(Some(self.casts.subscribe())),
            presence: self.presence.clone(),
            connections: RefCell::default(),
            rooms: RefCell::default(),
            revoked: RefCell::default(),
        })
    }
}

/// The clients of one thread.
pub struct Worker {
    casts: RefCell<Option<broadcast::Receiver<Cast>>>,
    presence: Arc<Counter>,
    connections: RefCell<Slab<Rc<Connection>>>,
    rooms: RefCell<HashMap<PresentationId, Room>>,
    /// The last revocations: a token that was looked up just before must not slip in after.
    revoked: RefCell<VecDeque<(Instant, Arc<Revocation>)>>,
}

/// Those who take part in a presentation. What only its staff is told, such as the answers of thousands
/// of teams, costs nothing for each of the others.
#[derive(Default)]
struct Room {
    staff: Slab<Rc<Connection>>,
    others: Slab<Rc<Connection>>,
}

impl Room {
    fn side(&self, staff: bool) -> &Slab<Rc<Connection>> {
        if staff { &self.staff } else { &self.others }
    }

    fn side_mut(&mut self, staff: bool) -> &mut Slab<Rc<Connection>> {
        if staff { &mut self.staff } else { &mut self.others }
    }

    fn is_empty(&self) -> bool {
        self.staff.is_empty() && self.others.is_empty()
    }
}

/// Who a client is, as far as revocations ask.
#[derive(Debug)]
struct Identity {
    jti: String,
    user_id: Option<UserId>,
    code: Option<Code>,
    competition_id: Option<CompetitionId>,
    team_id: Option<TeamId>,
}

struct Connection {
    identity: Identity,
    subscriber: Rc<dyn Subscriber>,
    seat: RefCell<Option<Seat>>,
    place: Cell<usize>,
}

struct Seat {
    presentation_id: PresentationId,
    group: Group,
    first_words: bool,
    /// Its place on its side of the room.
    place: usize,
    progress: Progress,
}

/// How far the client is in the log.
enum Progress {
    /// It is about to be told where the presentation stands; what is published meanwhile waits.
    Early(Vec<Arc<Publication>>),
    /// It knows all up to this.
    Seen(i64),
}

impl Worker {
    /// Takes a client in whose token was looked up from that time on. It is in no room yet.
    pub fn connect(
        self: &Rc<Self>,
        caller: &Caller,
        looked_up: Instant,
        subscriber: Rc<dyn Subscriber>,
    ) -> ConnectionHandle {
        let mut connections = self.connections.borrow_mut();
        let entry = connections.vacant_entry();
        let connection = Rc::new(Connection {
            identity: Identity::of(caller),
            subscriber,
            seat: RefCell::new(None),
            place: Cell::new(entry.key()),
        });
        entry.insert(connection.clone());
        let revoked = self.revoked.borrow();
        let mut since = revoked.iter().filter(|(at, _)| *at >= looked_up);
        if since.any(|(_, revocation)| connection.identity.is_hit_by(revocation)) {
            connection.subscriber.revoked();
        }
        ConnectionHandle { worker: self.clone(), connection }
    }

    /// How many clients there are.
    pub fn len(&self) -> usize {
        self.connections.borrow().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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
        self.connections.borrow().iter().for_each(|(_, c)| c.subscriber.close(Close::Behind));
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
                Cast::Close(close) => {
                    self.connections.borrow().iter().for_each(|(_, c)| c.subscriber.close(*close));
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
            publication.ends || publication.parts.iter().any(|part| !part.to.are_staff())
        };
        let others: Vec<_> = run.iter().filter(reaches_others).copied().collect();
        if !others.is_empty() {
            self.hand_out(presentation_id, false, &others).await;
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
            if connection.identity.is_hit_by(revocation) {
                connection.subscriber.revoked();
            }
        }
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

impl Connection {
    fn take(&self, run: &[&Arc<Publication>]) {
        let mut seat = self.seat.borrow_mut();
        let Some(seat) = seat.as_mut() else { return };
        for publication in run {
            seat.take(publication, &*self.subscriber);
        }
        if matches!(seat.progress, Progress::Seen(_)) {
            self.subscriber.flush();
        }
    }
}

impl Seat {
    fn take(&mut self, publication: &Arc<Publication>, subscriber: &dyn Subscriber) {
        match &mut self.progress {
            Progress::Early(early) if early.len() < MAX_EARLY => early.push(publication.clone()),
            Progress::Early(_) => subscriber.close(Close::Behind),
            Progress::Seen(seen) => {
                match publication.seq {
                    Some(seq) if seq <= *seen => return,
                    Some(seq) => *seen = seq,
                    None => {}
                }
                self.send(publication, subscriber);
            }
        }
    }

    fn send(&self, publication: &Publication, subscriber: &dyn Subscriber) {
        for part in publication.parts.iter().filter(|part| part.to.include(self.group)) {
            match &part.first_words {
                Some(words) if self.first_words => {
                    words.iter().for_each(|message| subscriber.deliver(message));
                }
                _ => subscriber.deliver(&part.message),
            }
        }
        if publication.ends {
            subscriber.close(Close::Ended);
        }
    }
}

impl Identity {
    fn of(caller: &Caller) -> Self {
        let screen = match &caller.principal {
            Principal::Screen(screen) => Some(screen),
            Principal::User(_) => None,
        };
        Self {
            jti: caller.jti.clone(),
            user_id: caller.principal.user().map(|user| user.id),
            code: screen.map(|screen| screen.code.clone()),
            competition_id: screen.map(|screen| screen.competition_id),
            team_id: screen.and_then(|screen| screen.team_id),
        }
    }

    fn is_hit_by(&self, revocation: &Revocation) -> bool {
        match revocation {
            Revocation::Token(jti) => self.jti == *jti,
            Revocation::Code(code) => self.code.as_ref().is_some_and(|c| c.as_str() == code),
            Revocation::Team(id) => self.team_id == Some(*id),
            Revocation::Competition(id) => self.competition_id == Some(*id),
            Revocation::User(id) => self.user_id == Some(*id),
        }
    }
}

/// A client's place among those of its thread; given up when dropped.
pub struct ConnectionHandle {
    worker: Rc<Worker>,
    connection: Rc<Connection>,
}

impl ConnectionHandle {
    /// Takes a seat in a room, in place of the one it had. What is published waits until
    /// [`ConnectionHandle::begin`].
    pub fn join(&self, presentation_id: PresentationId, group: Group, first_words: bool) {
        self.leave();
        let mut rooms = self.worker.rooms.borrow_mut();
        let room = rooms.entry(presentation_id).or_default();
        let place = room.side_mut(group.is_staff()).insert(self.connection.clone());
        let progress = Progress::Early(Vec::new());
        let seat = Seat { presentation_id, group, first_words, place, progress };
        *self.connection.seat.borrow_mut() = Some(seat);
        self.worker.presence.enter(presentation_id, group);
    }

    /// Tells the client where the presentation stands, which is at `seq`, then what was published
    /// since.
    pub fn begin(&self, seq: i64, messages: &[Arc<Message>]) {
        let subscriber = &*self.connection.subscriber;
        messages.iter().for_each(|message| subscriber.deliver(message));
        if let Some(seat) = self.connection.seat.borrow_mut().as_mut() {
            let before = std::mem::replace(&mut seat.progress, Progress::Seen(seq));
            if let Progress::Early(early) = before {
                early.iter().for_each(|publication| seat.take(publication, subscriber));
            }
        }
        subscriber.flush();
    }

    /// The room that it is in.
    pub fn presentation_id(&self) -> Option<PresentationId> {
        self.connection.seat.borrow().as_ref().map(|seat| seat.presentation_id)
    }

    /// From now on in the words of the first front-end.
    pub fn use_first_words(&self) {
        if let Some(seat) = self.connection.seat.borrow_mut().as_mut() {
            seat.first_words = true;
        }
    }

    /// Leaves the room, if it is in one.
    pub fn leave(&self) {
        let Some(seat) = self.connection.seat.take() else { return };
        let mut rooms = self.worker.rooms.borrow_mut();
        if let Some(room) = rooms.get_mut(&seat.presentation_id) {
            room.side_mut(seat.group.is_staff()).try_remove(seat.place);
            if room.is_empty() {
                rooms.remove(&seat.presentation_id);
            }
        }
        self.worker.presence.leave(seat.presentation_id, seat.group);
    }
}

impl Drop for ConnectionHandle {
    fn drop(&mut self) {
        self.leave();
        self.worker.connections.borrow_mut().try_remove(self.connection.place.get());
    }
}

impl From<&Told> for Part {
    fn from(told: &Told) -> Self {
        let message = |event, data: &Option<serde_json::Value>| match data {
            Some(data) => Message::new(event, data),
            None => Message::bare(event),
        };
        let words = told
            .first_words
            .as_ref()
            .map(|words| words.iter().map(|(event, data)| Message::new(*event, data)).collect());
        Self { to: told.to, message: message(told.event, &told.data), first_words: words }
    }
}
