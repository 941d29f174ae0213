//! Where a connection is: between two requests, or serving one.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// The most bytes that are read between two requests: rests of bodies, and the next head.
const MAX_BETWEEN: usize = 16 * 1024 * 1024;

/// The phase of one connection. Its stream and the requests on it share this.
#[derive(Debug)]
pub(crate) struct Phase {
    /// From the first byte of a head to its last. The first head of a connection has as much from the
    /// moment that the connection is there: actix counts that itself.
    head_timeout: Duration,
    /// For the rest of a refused body.
    drain_timeout: Duration,
    serving: Cell<bool>,
    /// Until when the next head has to be there, once something of it or of what is before it is due.
    deadline: Cell<Option<Instant>>,
    /// Bytes that came since the last request.
    bytes: Cell<usize>,
    /// The last request was answered without all of its body, and the connection is closed.
    draining: Cell<bool>,
}

impl Phase {
    /// Of a new connection.
    pub(super) fn new(head_timeout: Duration, drain_timeout: Duration) -> Rc<Self> {
        Rc::new(Self {
            head_timeout,
            drain_timeout,
            serving: Cell::default(),
            deadline: Cell::default(),
            bytes: Cell::default(),
            draining: Cell::default(),
        })
    }

    /// A request begins, and lasts until this is dropped: then its answer has been handed over.
    pub(crate) fn serve(self: &Rc<Self>) -> Serving {
        self.serving.set(true);
        self.deadline.set(None);
        Serving { phase: self.clone(), rest: Cell::new(false) }
    }

    /// Whether bytes of a request's head are due, and not of its body.
    pub(super) fn is_between(&self) -> bool {
        !self.serving.get()
    }

    /// Bytes came between two requests.
    pub(super) fn received(&self, bytes: usize, now: Instant) {
        self.bytes.set(self.bytes.get().saturating_add(bytes));
        if self.deadline.get().is_none() {
            self.deadline.set(Some(now + self.head_timeout));
        }
    }

    /// Whether more came than belongs between two requests.
    pub(super) fn is_full(&self) -> bool {
        self.bytes.get() > MAX_BETWEEN
    }

    /// Whether what comes is dropped, and no head.
    pub(super) fn is_draining(&self) -> bool {
        self.draining.get()
    }

    /// Until when the next head has to be there; none while nobody waits for one.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline.get().filter(|_| self.is_between())
    }
}

/// A request that is served.
#[derive(Debug)]
pub(crate) struct Serving {
    phase: Rc<Phase>,
    rest: Cell<bool>,
}

impl Serving {
    /// Not all of its body was read: what follows is dropped, within bounds.
    pub(crate) fn leaves_rest(&self) {
        self.rest.set(true);
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.phase.serving.set(false);
        self.phase.bytes.set(0);
        self.phase.draining.set(self.rest.get());
        let until = Instant::now() + self.phase.drain_timeout;
        self.phase.deadline.set(self.rest.get().then_some(until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_head_has_its_time_from_its_first_byte_on() {
        let (phase, now) = (Phase::new(10 * SECOND, 5 * SECOND), Instant::now());
        assert_eq!(phase.deadline(), None, "who keeps a connection open need not send");
        phase.received(1, now);
        phase.received(1, now + 9 * SECOND);
        assert_eq!(phase.deadline(), Some(now + 10 * SECOND), "more bytes give no more time");
        let serving = phase.serve();
        assert_eq!(phase.deadline(), None);
        drop(serving);
        assert_eq!(phase.deadline(), None);
    }

    #[test]
    fn the_rest_of_a_body_is_bounded() {
        let phase = Phase::new(10 * SECOND, 5 * SECOND);
        let serving = phase.serve();
        serving.leaves_rest();
        drop(serving);
        assert!(phase.deadline().is_some(), "also where nothing more comes");
        phase.received(MAX_BETWEEN, Instant::now());
        assert!(!phase.is_full());
        phase.received(1, Instant::now());
        assert!(phase.is_full());
    }
}
