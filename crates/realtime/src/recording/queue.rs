//! Where results wait for the writer: so many at most, and so long at most.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::recording::{Outcome, Refused};
use tokio::sync::{mpsc, oneshot};

use super::Waiting;
use super::tally::Tally;
use crate::Live;

/// A job on its way to the writer.
pub(crate) struct Ticket {
    pub(super) job: Waiting,
    claim: Claim,
    reply: oneshot::Sender<Outcome>,
}

/// Whose the job is: of whoever waits for it, until the writer takes it.
#[derive(Debug, Clone, Default)]
struct Claim(Arc<AtomicU8>);

const WAITING: u8 = 0;
const TAKEN: u8 = 1;
const GIVEN_UP: u8 = 2;

impl Claim {
    /// Of the two sides, the first one has it.
    fn settle(&self, as_what: u8) -> bool {
        let settled =
            self.0.compare_exchange(WAITING, as_what, Ordering::AcqRel, Ordering::Acquire);
        settled.is_ok()
    }
}

impl Ticket {
    /// Takes it to be written; not if nobody waits for it any more, who was told "busy" then.
    pub(super) fn take(&self) -> bool {
        self.claim.settle(TAKEN)
    }

    /// Tells whoever waits. Nobody may: what was recorded is recorded.
    pub(super) fn tell(self, outcome: Outcome) {
        let _ = self.reply.send(outcome);
    }
}

/// The way to the writer.
#[derive(Debug, Clone)]
pub(crate) struct Queue(mpsc::Sender<Ticket>);

/// A queue for so many jobs.
pub(crate) fn queue(most: usize) -> (Queue, mpsc::Receiver<Ticket>) {
    let (sender, receiver) = mpsc::channel(most.max(1));
    (Queue(sender), receiver)
}

impl Queue {
    /// Waits for what comes of a job.
    async fn send(&self, job: Waiting, patience: Duration, tally: &Tally) -> Outcome {
        let busy = || {
            tally.turned_away();
            Err(Refused::from(StorageError::Busy))
        };
        let claim = Claim::default();
        let (reply, mut told) = oneshot::channel();
        // Full, or the writer is gone with the server.
        if self.0.try_send(Ticket { job, claim: claim.clone(), reply }).is_err() {
            return busy();
        }
        if let Ok(outcome) = tokio::time::timeout(patience, &mut told).await {
            return outcome.unwrap_or_else(|_| Err(StorageError::Interrupted.into()));
        }
        if claim.settle(GIVEN_UP) {
            return busy();
        }
        // It is in a transaction by now. If that takes as long again, what becomes of it is not known.
        match tokio::time::timeout(patience, told).await {
            Ok(outcome) => outcome.unwrap_or_else(|_| Err(StorageError::Interrupted.into())),
            Err(_) => Err(StorageError::Unavailable("no answer from the database".into()).into()),
        }
    }
}

impl Live {
    pub(super) async fn record(&self, job: Waiting) -> Outcome {
        self.queue().send(job, self.settings().recording.patience, self.tally()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Giving;
    use estrad_domain::clock::Moment;
    use estrad_domain::points::Points;
    use estrad_domain::presentation::Actor;
    use estrad_domain::{CompetitionId, QuestionId, TeamId};
    use estrad_persistence::queries::recording::{Refusal, Work};

    fn job() -> Waiting {
        let giving = Giving {
            competition_id: CompetitionId(1),
            team_id: TeamId(1),
            actor: Actor::Server,
            arrived: Moment::from_micros(0),
        };
        let (question_id, score) = (QuestionId(1), Points::whole(1));
        giving.job(Work::Score { question_id, score, reason: None })
    }

    fn is_busy(outcome: &Outcome) -> bool {
        matches!(outcome, Err(Refused { why: Refusal::Storage(StorageError::Busy), .. }))
    }

    #[tokio::test]
    async fn a_full_queue_is_told_at_once() {
        let (queue, _jobs) = queue(1);
        let tally = Tally::default();
        let patience = Duration::from_millis(10);
        let first = queue.send(job(), patience, &tally);
        let second = async {
            tokio::task::yield_now().await;
            // As long as that: it is not waited.
            queue.send(job(), Duration::MAX, &tally).await
        };
        let (first, second) = tokio::join!(first, second);
        assert!(is_busy(&first) && is_busy(&second));
        assert_eq!(tally.counts().busy, 2);
    }

    #[tokio::test]
    async fn what_was_given_up_is_not_taken() {
        let (queue, mut jobs) = queue(1);
        let outcome = queue.send(job(), Duration::from_millis(10), &Tally::default()).await;
        assert!(is_busy(&outcome));
        assert!(!jobs.recv().await.expect("a job").take());
    }

    #[tokio::test]
    async fn what_was_taken_is_not_called_busy() {
        let (queue, mut jobs) = queue(1);
        let tally = Tally::default();
        let taking = async {
            let ticket = jobs.recv().await.expect("a job");
            assert!(ticket.take());
            std::future::pending::<()>().await;
        };
        let outcome = tokio::select! {
            outcome = queue.send(job(), Duration::from_millis(10), &tally) => outcome,
            () = taking => return,
        };
        assert!(matches!(
            outcome,
            Err(Refused { why: Refusal::Storage(StorageError::Unavailable(_)), .. })
        ));
        assert_eq!(tally.counts().busy, 0);
    }
}
