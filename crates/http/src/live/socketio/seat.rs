//! A session's place on its own thread: its websocket, and what others on the thread do to it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use estrad_realtime::{Close, Message, Subscriber};
use estrad_socketio::{CloseReason, Output, Ticket, TransportType};

use super::super::metrics::LiveMetrics;
use super::super::websocket::Socket;
use super::NAMESPACE;
use super::member::Member;

/// Bytes that are handed to the kernel at once; what it does not take stays here, the rest in the
/// session's outbox.
const CHUNK: usize = 64 * 1024;

/// A session on its own thread.
pub(super) struct Seat {
    pub(super) member: Arc<Member>,
    metrics: Arc<LiveMetrics>,
    max_waiting: usize,
    link: RefCell<Option<Link>>,
    closing: Cell<Option<Close>>,
    /// Whether something is being done for the client.
    busy: Cell<bool>,
    /// Whether it ends as soon as that is answered.
    ends_after_work: Cell<bool>,
    revoked: Cell<bool>,
    begun: Cell<bool>,
}

/// A websocket that the session is on, or tries out.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) socket: Rc<Socket>,
    pub(super) ticket: Ticket,
}

impl Seat {
    pub(super) fn new(member: Arc<Member>, max_waiting: usize, metrics: Arc<LiveMetrics>) -> Self {
        Self {
            member,
            metrics,
            max_waiting,
            link: RefCell::default(),
            closing: Cell::default(),
            busy: Cell::default(),
            ends_after_work: Cell::default(),
            revoked: Cell::default(),
            begun: Cell::default(),
        }
    }

    /// The websocket, if there is one.
    pub(super) fn link(&self) -> Option<Link> {
        self.link.borrow().clone()
    }

    /// Takes a websocket, in place of the one it had.
    pub(super) fn set_link(&self, link: Option<Link>) -> Option<Link> {
        self.link.replace(link)
    }

    /// Why the server ends the session, if it does.
    pub(super) fn closing(&self) -> Option<Close> {
        self.closing.get()
    }

    /// Says whether something is being done for the client, which is over once that is not so any more,
    /// if it is to be.
    pub(super) fn set_busy(&self, busy: bool) {
        self.busy.set(busy);
        if !busy && self.ends_after_work.take() {
            self.end_session(Close::Ended);
        }
    }

    fn end_session(&self, close: Close) {
        let mut session = self.member.session();
        if close.reconnect() {
            return session.close_to_return(Instant::now());
        }
        // Clients connect again by themselves unless they are put out first.
        let _ = session.disconnect(NAMESPACE);
        session.close(Instant::now());
    }

    /// Whether the token was revoked since this was asked last.
    pub(super) fn take_revoked(&self) -> bool {
        self.revoked.take()
    }

    /// Whether what the client waits for has begun since this was asked last.
    pub(super) fn take_begun(&self) -> bool {
        self.begun.take()
    }

    /// Sends what waits, as far as that is possible at once. What the websocket has to be closed for,
    /// if it has to be.
    pub(super) fn pump(&self) -> Option<CloseReason> {
        let Some(Link { socket, ticket }) = self.link() else {
            self.member.wake_requests();
            return None;
        };
        let mut session = self.member.session();
        let close = loop {
            if socket.waiting() >= CHUNK && !matches!(socket.flush(), Ok(true)) {
                break None;
            }
            match session.websocket_next(ticket) {
                Output::Send(frame) => socket.push(&frame),
                Output::Wait => break None,
                Output::Close(reason) => break Some(reason),
            }
        };
        let polling = session.transport() == TransportType::Polling;
        drop(session);
        // Who is gone is noticed by its task.
        let _ = socket.flush();
        if polling || close.is_some() {
            self.member.wake_requests();
        }
        close
    }
}

impl Subscriber for Seat {
    fn outbox_bytes(&self) -> usize {
        self.max_waiting
    }

    fn deliver(&self, message: &Arc<Message>) {
        self.metrics.delivered();
        if let Some(event) = message.socketio() {
            // Who is gone misses it; who does not keep up is let go at the flush.
            let _ = self.member.session().emit(event);
        }
    }

    fn flush(&self) {
        let close = self.pump();
        let waits = self.link().is_some_and(|link| link.socket.waiting() > 0);
        if close.is_some() || waits || self.member.session().closed().is_some() {
            self.member.wake_home();
        }
    }

    fn close(&self, close: Close) {
        if self.closing.get().is_some() {
            return;
        }
        // The front-end in use leaves; others know from the event that they may come back.
        let close = if close.is_end() { Close::Ended } else { close };
        self.closing.set(Some(close));
        if close == Close::Ended && self.busy.get() {
            // Whoever ends a presentation is told that it was done, though its end may be published
            // before that.
            self.ends_after_work.set(true);
        } else {
            self.end_session(close);
        }
        self.member.wake_home();
    }

    fn revoked(&self) {
        self.revoked.set(true);
        self.member.wake_home();
    }

    fn begun(&self) {
        self.begun.set(true);
        self.member.wake_home();
    }
}
