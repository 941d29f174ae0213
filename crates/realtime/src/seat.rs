//! A client on its thread: who it is, where it sits, and how far it is in the log.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use estrad_auth::Caller;
use estrad_domain::code::Code;
use estrad_domain::presentation::{Group, Origin};
use estrad_domain::principal::Principal;
use estrad_domain::{CompetitionId, PresentationId, TeamId, UserId};

use crate::close::Close;
use crate::hub::{Part, Publication, Revocation, Subscriber};
use crate::message::Message;
use crate::worker::Worker;

/// Publications that may wait for a client that is just joining.
const MAX_EARLY: usize = 256;

/// Who a client is, as far as revocations ask.
#[derive(Debug)]
struct Identity {
    jti: String,
    user_id: Option<UserId>,
    code: Option<Code>,
    competition_id: Option<CompetitionId>,
    team_id: Option<TeamId>,
}

/// A client, as others on its thread reach it.
pub(crate) struct Connection {
    identity: Identity,
    subscriber: Rc<dyn Subscriber>,
    seat: RefCell<Option<Seat>>,
    /// Tells it apart from the others of this server.
    number: u64,
    /// The competition that it waits for, and its place among those who do.
    waits: Cell<Option<(CompetitionId, usize)>>,
    /// Its place among the connections of its thread.
    place: usize,
}

/// Its place in a room.
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

impl Connection {
    pub(crate) fn new(
        caller: &Caller,
        subscriber: Rc<dyn Subscriber>,
        number: u64,
        place: usize,
    ) -> Self {
        Self {
            identity: Identity::of(caller),
            subscriber,
            seat: RefCell::new(None),
            number,
            waits: Cell::new(None),
            place,
        }
    }

    /// Whether it may have a part of what is published, as one of that group.
    fn may_have(&self, part: &Part, group: Group) -> bool {
        let sent = |origin: &Origin| origin.is_connection(&self.identity.jti, self.number);
        part.to.include(group) && !part.except.as_ref().is_some_and(sent)
    }

    pub(crate) fn close(&self, close: Close) {
        self.subscriber.close(close);
    }

    /// What it waits for is presented.
    pub(crate) fn begun(&self) {
        self.subscriber.begun();
    }

    /// Takes the client's rights, if these are among them.
    pub(crate) fn lose(&self, revocation: &Revocation) {
        if self.identity.is_hit_by(revocation) {
            self.subscriber.revoked();
        }
    }

    /// Hands out publications of its room, and sends all of it at once.
    pub(crate) fn take(&self, run: &[&Arc<Publication>]) {
        let mut seat = self.seat.borrow_mut();
        let Some(seat) = seat.as_mut() else { return };
        for publication in run {
            seat.take(publication, self);
        }
        if matches!(seat.progress, Progress::Seen(_)) {
            self.subscriber.flush();
        }
    }
}

impl Seat {
    fn take(&mut self, publication: &Arc<Publication>, connection: &Connection) {
        match &mut self.progress {
            Progress::Early(early) if early.len() < MAX_EARLY => early.push(publication.clone()),
            Progress::Early(_) => connection.close(Close::Behind),
            Progress::Seen(seen) => {
                match publication.seq {
                    Some(seq) if seq <= *seen => return,
                    Some(seq) => *seen = seq,
                    None => {}
                }
                self.send(publication, connection);
            }
        }
    }

    fn send(&self, publication: &Publication, connection: &Connection) {
        let subscriber = &*connection.subscriber;
        let mine = publication.parts.iter().filter(|part| connection.may_have(part, self.group));
        for part in mine {
            match &part.first_words {
                Some(words) if self.first_words => {
                    words.iter().for_each(|message| subscriber.deliver(message));
                }
                _ => subscriber.deliver(&part.message),
            }
        }
        if let Some(close) = publication.ends {
            subscriber.close(close);
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
    pub(crate) fn new(worker: Rc<Worker>, connection: Rc<Connection>) -> Self {
        Self { worker, connection }
    }

    /// Takes a seat in a room, in place of the one it had. What is published waits until
    /// [`ConnectionHandle::begin`].
    pub fn join(&self, presentation_id: PresentationId, group: Group, first_words: bool) {
        self.leave();
        self.stop_waiting();
        let place = self.worker.enter(presentation_id, group, self.connection.clone());
        let progress = Progress::Early(Vec::new());
        let seat = Seat { presentation_id, group, first_words, place, progress };
        *self.connection.seat.borrow_mut() = Some(seat);
    }

    /// Tells the client where the presentation stands, which is at `seq`, then what was published
    /// since.
    pub fn begin(&self, seq: i64, messages: &[Arc<Message>]) {
        let subscriber = &*self.connection.subscriber;
        messages.iter().for_each(|message| subscriber.deliver(message));
        if let Some(seat) = self.connection.seat.borrow_mut().as_mut() {
            let before = std::mem::replace(&mut seat.progress, Progress::Seen(seq));
            if let Progress::Early(early) = before {
                early.iter().for_each(|publication| seat.take(publication, &self.connection));
            }
        }
        subscriber.flush();
    }

    /// The room that it is in.
    pub fn presentation_id(&self) -> Option<PresentationId> {
        self.connection.seat.borrow().as_ref().map(|seat| seat.presentation_id)
    }

    /// Tells it apart from the other connections of this server.
    pub(crate) fn number(&self) -> u64 {
        self.connection.number
    }

    /// A message went to the client and back in that time.
    pub(crate) fn measure(&self, took: Duration) {
        if let Some(seat) = self.connection.seat.borrow().as_ref() {
            self.worker.measure(seat.presentation_id, seat.group, took);
        }
    }

    /// Waits for the competition to be presented, in place of another one: from now on no start of it is
    /// missed. Whether it did not wait for it already.
    pub(crate) fn wait_for(&self, id: CompetitionId) -> bool {
        if self.waits_for() == Some(id) {
            return false;
        }
        self.stop_waiting();
        let place = self.worker.wait(id, self.connection.clone());
        self.connection.waits.set(Some((id, place)));
        true
    }

    /// The competition that it waits for.
    pub(crate) fn waits_for(&self) -> Option<CompetitionId> {
        self.connection.waits.get().map(|(id, _)| id)
    }

    fn stop_waiting(&self) {
        if let Some((id, place)) = self.connection.waits.take() {
            self.worker.stop_waiting(id, place);
        }
    }

    /// Up to where the client knows the log of that room, if it is in it.
    pub(crate) fn seen(&self, id: PresentationId) -> Option<i64> {
        match self.connection.seat.borrow().as_ref() {
            Some(Seat { presentation_id, progress: Progress::Seen(seen), .. })
                if *presentation_id == id =>
            {
                Some(*seen)
            }
            _ => None,
        }
    }

    /// Sends the client something of its own.
    pub(crate) fn tell(&self, messages: &[Arc<Message>]) {
        let subscriber = &*self.connection.subscriber;
        messages.iter().for_each(|message| subscriber.deliver(message));
        subscriber.flush();
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
        self.worker.leave(seat.presentation_id, seat.group, seat.place);
    }
}

impl Drop for ConnectionHandle {
    fn drop(&mut self) {
        self.leave();
        self.stop_waiting();
        self.worker.disconnect(self.connection.place);
    }
}
