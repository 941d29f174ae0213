//! Which competitions clients of this server wait for, until these are presented.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use estrad_domain::CompetitionId;

/// Counts the clients of all threads that wait, by competition. Not on the way of what is published.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    counts: Mutex<HashMap<CompetitionId, usize>>,
}

impl Waiting {
    pub(crate) fn enter(&self, id: CompetitionId) {
        *self.lock().entry(id).or_default() += 1;
    }

    pub(crate) fn leave(&self, id: CompetitionId) {
        let mut counts = self.lock();
        if let Some(count) = counts.get_mut(&id) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&id);
            }
        }
    }

    /// Those that somebody waits for.
    pub(crate) fn competitions(&self) -> Vec<CompetitionId> {
        self.lock().keys().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CompetitionId, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
