//! What was sent and who heard it: the tally of a fan-out.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::error::LoadError;

/// The tally that all clients of a fan-out share.
#[derive(Debug)]
pub(crate) struct Board {
    tally: RefCell<Tally>,
    changed: Notify,
    patience: Duration,
}

#[derive(Debug)]
struct Tally {
    /// The number of the `sync` before the first broadcast.
    base: u64,
    listeners: usize,
    broadcasts: Vec<Broadcast>,
    /// How many broadcasts have not reached everyone.
    open: usize,
    /// How many broadcasts were for warming up.
    warm_up: usize,
    latencies: Vec<u32>,
    fault: Option<LoadError>,
}

#[derive(Debug)]
struct Broadcast {
    sent: Instant,
    received: usize,
    /// From the sending to the first client's hearing it, in microseconds.
    first: u32,
    /// And to the last one's.
    last: u32,
}

/// Of the broadcasts after the warm-up, all in microseconds.
#[derive(Debug)]
pub(crate) struct Timings {
    /// From the sending to each client's hearing it.
    pub(crate) latencies: Vec<u32>,
    /// Of each broadcast, between the first client and the last.
    pub(crate) spreads: Vec<u32>,
}

impl Board {
    /// For broadcasts that are numbered after `base` and heard by so many. A server that is
    /// silent for longer than `patience` is given up.
    pub(crate) fn new(base: u64, listeners: usize, patience: Duration) -> Self {
        let tally = Tally {
            base,
            listeners,
            broadcasts: Vec::new(),
            open: 0,
            warm_up: 0,
            latencies: Vec::new(),
            fault: None,
        };
        Self { tally: RefCell::new(tally), changed: Notify::new(), patience }
    }

    /// A broadcast is sent now. Gives its number.
    pub(crate) fn send(&self) -> u64 {
        let mut tally = self.tally.borrow_mut();
        tally.open += 1;
        let sent = Instant::now();
        tally.broadcasts.push(Broadcast { sent, received: 0, first: 0, last: 0 });
        tally.base + tally.broadcasts.len() as u64
    }

    /// A client heard the `sync` of this number. Those from before the first broadcast don't count.
    pub(crate) fn hear(&self, number: u64) {
        let mut tally = self.tally.borrow_mut();
        let Tally { base, listeners, broadcasts, open, latencies, .. } = &mut *tally;
        let index = number.checked_sub(*base + 1).and_then(|index| usize::try_from(index).ok());
        let Some(broadcast) = index.and_then(|index| broadcasts.get_mut(index)) else { return };
        let latency = u32::try_from(broadcast.sent.elapsed().as_micros()).unwrap_or(u32::MAX);
        latencies.push(latency);
        if broadcast.received == 0 {
            broadcast.first = latency;
        }
        broadcast.last = latency;
        broadcast.received += 1;
        if broadcast.received == *listeners {
            *open -= 1;
            self.changed.notify_one();
        }
    }

    /// A client can't go on, so there will be no result.
    pub(crate) fn fail(&self, error: LoadError) {
        self.tally.borrow_mut().fault.get_or_insert(error);
        self.changed.notify_one();
    }

    /// Waits until fewer than `limit` broadcasts are under way.
    pub(crate) async fn below(&self, limit: usize) -> Result<(), LoadError> {
        loop {
            {
                let mut tally = self.tally.borrow_mut();
                if let Some(fault) = tally.fault.take() {
                    return Err(fault);
                }
                if tally.open < limit {
                    return Ok(());
                }
            }
            if timeout(self.patience, self.changed.notified()).await.is_err() {
                return Err(self.tally.borrow().stalled());
            }
        }
    }

    /// Forgets the times so far.
    pub(crate) fn end_warm_up(&self) {
        let mut tally = self.tally.borrow_mut();
        tally.warm_up = tally.broadcasts.len();
        tally.latencies.clear();
    }

    /// The times since the warm-up.
    pub(crate) fn timings(&self) -> Timings {
        let tally = self.tally.borrow();
        let measured = &tally.broadcasts[tally.warm_up..];
        Timings {
            latencies: tally.latencies.clone(),
            spreads: measured.iter().map(|broadcast| broadcast.last - broadcast.first).collect(),
        }
    }
}

impl Tally {
    fn stalled(&self) -> LoadError {
        let under_way = self.broadcasts.iter().filter(|sent| sent.received < self.listeners);
        LoadError::Stalled {
            received: under_way.map(|sent| sent.received).sum(),
            expected: self.open * self.listeners,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broadcast_is_over_when_everyone_heard_it() {
        let board = Board::new(40, 2, Duration::ZERO);
        board.hear(40);
        assert_eq!((board.send(), board.send()), (41, 42));
        for number in [41, 42, 42] {
            board.hear(number);
        }
        assert_eq!(board.tally.borrow().open, 1);
        board.hear(41);
        board.hear(43);
        assert_eq!(board.tally.borrow().open, 0);
        assert_eq!(board.timings().latencies.len(), 4);
        assert_eq!(board.timings().spreads.len(), 2);
    }

    #[test]
    fn the_warm_up_does_not_count() {
        let board = Board::new(0, 1, Duration::ZERO);
        board.send();
        board.hear(1);
        board.end_warm_up();
        board.send();
        board.hear(2);
        assert_eq!(board.timings().latencies.len(), 1);
        assert_eq!(board.timings().spreads, [0]);
    }

    #[tokio::test]
    async fn a_silent_server_is_given_up() {
        let board = Board::new(0, 3, Duration::from_millis(1));
        board.send();
        board.hear(1);
        let stalled = board.below(1).await.unwrap_err();
        assert!(matches!(stalled, LoadError::Stalled { received: 1, expected: 3 }));
        board.fail(LoadError::Closed(Some(1008)));
        assert!(matches!(board.below(1).await, Err(LoadError::Closed(Some(1008)))));
    }
}
