//! The rooms of one server: what is published once reaches each worker thread in one hop, and every
//! client from there without another.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use estrad_domain::presentation::{Origin, Recipients, Told};
use estrad_domain::{CompetitionId, PresentationId, TeamId, UserId};
use tokio::sync::broadcast;

use crate::close::Close;
use crate::message::Message;
use crate::presence::Counter;
use crate::waiting::Waiting;
use crate::worker::Worker;

/// Publications that may wait for a worker. One that falls further behind lets its clients connect
/// again, and resume.
const QUEUE: usize = 1_024;
/// Something for a room.
#[derive(Debug, Clone)]
pub struct Publication {
    #[expect(missing_docs, reason = "says itself")]
    pub presentation_id: PresentationId,
    /// Its place in the log, if it has one.
    pub seq: Option<i64>,
    /// What is sent, to whom.
    pub parts: Vec<Part>,
    /// What all in the room are closed with after it, if they are.
    pub ends: Option<Close>,
}

/// One message of a publication.
#[derive(Debug, Clone)]
pub struct Part {
    #[expect(missing_docs, reason = "says itself")]
    pub to: Recipients,
    /// Who of them sent it and is not told it again.
    pub except: Option<Origin>,
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
    /// What the client waits for may have begun: [`Client::begun`](crate::Client::begun) is to be called.
    /// Who never waits has nothing to do.
    fn begun(&self) {}
}

/// What all workers are told.
#[derive(Debug, Clone)]
pub(crate) enum Cast {
    /// Of one room, in their order.
    Publications(Arc<[Arc<Publication>]>),
    Revoked(Arc<Revocation>),
    /// A competition is presented that clients may wait for.
    Begun(CompetitionId),
    Close(Close),
}

/// What is published to all workers of this server. Clones are of the same hub.
#[derive(Debug, Clone)]
pub struct Hub {
    casts: broadcast::Sender<Cast>,
    presence: Arc<Counter>,
    waiting: Arc<Waiting>,
    /// The number of the next connection.
    numbers: Arc<AtomicU64>,
}

impl Hub {
    pub(crate) fn new(presence: Arc<Counter>, waiting: Arc<Waiting>) -> Self {
        let numbers = Arc::new(AtomicU64::new(1));
        Self { casts: broadcast::Sender::new(QUEUE), presence, waiting, numbers }
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

    /// Has those join who wait for the competition, which is presented.
    pub(crate) fn begun(&self, id: CompetitionId) {
        let _ = self.casts.send(Cast::Begun(id));
    }

    /// Lets everybody go.
    pub fn close(&self, close: Close) {
        let _ = self.casts.send(Cast::Close(close));
    }

    /// The clients of one thread, which has to be the caller's. [`Worker::run`] carries to them what is
    /// published from now on.
    pub fn worker(&self) -> Rc<Worker> {
        let counters = (self.presence.clone(), self.waiting.clone(), self.numbers.clone());
        Worker::new(self.casts.subscribe(), counters)
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
        let message = message(told.event, &told.data);
        Self { to: told.to, except: told.except.clone(), message, first_words: words }
    }
}
