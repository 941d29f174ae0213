//! How many tries of one account from one address are under way at a time.
//!
//! A try counts as wrong while it is under way. Were all of a burst counted at once, the right ones among
//! them would be refused for the others' sake; so only a few are, and the rest wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::PasswordError;

/// Fewer than the wrong tries that cost no pause.
const AT_ONCE: usize = 2;
/// How long somebody waits to be let through.
const PATIENCE: Duration = Duration::from_secs(10);
/// From so many on, those that nobody stands at are taken away.
const MANY: usize = 1_000;

#[derive(Debug, Clone, Default)]
pub(crate) struct Gates(Arc<Mutex<HashMap<String, Arc<Semaphore>>>>);

impl Gates {
    /// Waits to be let through; whoever holds what is given is still under way.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] after ten seconds.
    pub(crate) async fn pass(&self, key: String) -> Result<OwnedSemaphorePermit, PasswordError> {
        let gate = {
            let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if gates.len() >= MANY {
                gates.retain(|_, gate| Arc::strong_count(gate) > 1);
            }
            Arc::clone(gates.entry(key).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
        };
        match tokio::time::timeout(PATIENCE, gate.acquire_owned()).await {
            Ok(Ok(passed)) => Ok(passed),
            Ok(Err(_)) | Err(_) => Err(PasswordError::Busy),
        }
    }
}
