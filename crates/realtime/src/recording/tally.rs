//! Counting how results are grouped.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts since the start.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    jobs: AtomicU64,
    transactions: AtomicU64,
    busy: AtomicU64,
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordingCounts {
    /// Answers, batches of answers and scores that came to a transaction.
    pub jobs: u64,
    /// Transactions, those that failed included.
    pub transactions: u64,
    /// Jobs that were turned away as there were too many, or waited too long.
    pub busy: u64,
}

impl Tally {
    pub(super) fn transaction(&self, jobs: usize) {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        self.jobs.fetch_add(jobs as u64, Ordering::Relaxed);
    }

    pub(super) fn turned_away(&self) {
        self.busy.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> RecordingCounts {
        RecordingCounts {
            jobs: self.jobs.load(Ordering::Relaxed),
            transactions: self.transactions.load(Ordering::Relaxed),
            busy: self.busy.load(Ordering::Relaxed),
        }
    }
}
