//! Which answers were sent, and what became of them.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::error::LoadError;

/// What all teams of a round share.
#[derive(Debug, Default)]
pub(crate) struct Ballot {
    tally: RefCell<Tally>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Tally {
    /// When the answer of that `id` was sent.
    sent: Vec<Instant>,
    answered: usize,
    outcome: Outcome,
    fault: Option<LoadError>,
}

/// What became of the answers of a round.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Of each answer that was taken, from its sending to its acknowledgement, in microseconds.
    pub(crate) latencies: Vec<u32>,
    pub(crate) refused: usize,
    /// From the first answer to the last outcome.
    pub(crate) took: Duration,
}

impl Ballot {
    /// An answer is sent now. Gives its `id`.
    pub(crate) fn send(&self) -> u64 {
        let mut tally = self.tally.borrow_mut();
        tally.sent.push(Instant::now());
        tally.sent.len() as u64 - 1
    }

    /// The answer of that `id` was taken, or not.
    pub(crate) fn hear(&self, id: u64, ok: bool) {
        let mut tally = self.tally.borrow_mut();
        let sent = usize::try_from(id).ok().and_then(|id| tally.sent.get(id).copied());
        let (Some(sent), Some(first)) = (sent, tally.sent.first().copied()) else { return };
        if ok {
            let latency = u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX);
            tally.outcome.latencies.push(latency);
        } else {
            tally.outcome.refused += 1;
        }
        tally.outcome.took = first.elapsed();
        tally.answered += 1;
        if tally.answered == tally.sent.len() {
            self.changed.notify_one();
        }
    }

    /// A client can't go on, so there will be no result.
    pub(crate) fn fail(&self, error: LoadError) {
        self.tally.borrow_mut().fault.get_or_insert(error);
        self.changed.notify_one();
    }

    /// Waits until there is an outcome of all that were sent, and begins anew. A server that is
    /// silent for longer than `patience` is given up.
    pub(crate) async fn close(&self, patience: Duration) -> Result<Outcome, LoadError> {
        loop {
            {
                let mut tally = self.tally.borrow_mut();
                if let Some(fault) = tally.fault.take() {
                    return Err(fault);
                }
                if tally.answered == tally.sent.len() {
                    return Ok(std::mem::take(&mut *tally).outcome);
                }
            }
            if timeout(patience, self.changed.notified()).await.is_err() {
                let tally = self.tally.borrow();
                let (answered, sent) = (tally.answered, tally.sent.len());
                return Err(LoadError::Unanswered { answered, sent });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn is_over_when_all_are_answered() {
        let ballot = Ballot::default();
        let ids = [ballot.send(), ballot.send()];
        ballot.hear(ids[1], true);
        let patience = Duration::from_millis(1);
        let unanswered = ballot.close(patience).await.unwrap_err();
        assert!(matches!(unanswered, LoadError::Unanswered { answered: 1, sent: 2 }));
        ballot.hear(ids[0], false);
        let outcome = ballot.close(patience).await.unwrap();
        assert_eq!((outcome.latencies.len(), outcome.refused), (1, 1));
        assert_eq!(ballot.send(), 0);
    }

    #[tokio::test]
    async fn ends_with_a_client() {
        let ballot = Ballot::default();
        ballot.fail(LoadError::Closed(Some(4002)));
        assert!(ballot.close(Duration::ZERO).await.is_err());
    }
}
