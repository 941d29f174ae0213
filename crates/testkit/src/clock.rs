//! A clock that stands still until it is told otherwise.

use std::sync::Mutex;
use std::time::Duration;

use estrad_domain::clock::{Clock, Timestamp};

/// Shows the time that the test sets.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// Starts on the day of the show, 2026-11-22 at noon.
    pub fn new() -> Self {
        Self(Mutex::new(Timestamp::from_timestamp(1_795_348_800, 0).expect("a time")))
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        *self.0.lock().expect("no test panicked here") += by;
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("no test panicked here")
    }
}
