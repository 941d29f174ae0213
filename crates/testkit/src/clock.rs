//! A clock that stands still until it is told otherwise.

use std::time::Duration;

use estrad_domain::clock::{Clock, Timestamp};
use estrad_realtime::{Alarm, Later};
use tokio::sync::watch;

/// Shows the time that the test sets.
#[derive(Debug)]
pub struct ManualClock(watch::Sender<Timestamp>);

impl ManualClock {
    /// Starts on the day of the show, 2026-11-22 at noon.
    pub fn new() -> Self {
        Self(watch::Sender::new(Timestamp::from_timestamp(1_795_348_800, 0).expect("a time")))
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now += by);
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }
}

impl Alarm for ManualClock {
    fn wait_until(&self, at: Timestamp) -> Later<'_, ()> {
        let mut now = self.0.subscribe();
        Box::pin(async move {
            // The sender is this clock, which outlives the wait.
            let _ = now.wait_for(|now| *now >= at).await;
        })
    }
}
