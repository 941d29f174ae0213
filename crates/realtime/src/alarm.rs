//! Waiting for a moment of the server's clock, and for that clock to be set.

use std::time::Duration;

use chrono::TimeDelta;
use estrad_domain::clock::{Clock, SteadyClock, Step, Timestamp};

use crate::broker::Later;

/// A clock that can be waited for.
pub trait Alarm: Clock {
    /// Returns once the clock shows that time or a later one.
    fn wait_until(&self, at: Timestamp) -> Later<'_, ()>;

    /// Follows the wall clock, and returns once that was set by more than a second.
    fn set(&self) -> Later<'_, Step>;

    /// Takes a step that was seen: from now on the clock shows the other time. A step that was taken
    /// already is passed over.
    fn take(&self, step: Step);
}

/// The longest sleep in one go: the machine may sleep meanwhile, which this sleep does not count.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(5);
/// How often the wall clock is looked at.
const COMPARE: Duration = Duration::from_millis(250);

impl Alarm for SteadyClock {
    fn wait_until(&self, at: Timestamp) -> Later<'_, ()> {
        Box::pin(async move {
            // What is not positive is no duration: the time has come.
            while let Ok(left) = (at - self.now()).min(LOOK_AGAIN).to_std() {
                if left.is_zero() {
                    return;
                }
                tokio::time::sleep(left).await;
            }
        })
    }

    fn set(&self) -> Later<'_, Step> {
        Box::pin(async move {
            loop {
                if let Some(step) = self.look() {
                    return step;
                }
                tokio::time::sleep(COMPARE).await;
            }
        })
    }

    fn take(&self, step: Step) {
        SteadyClock::take(self, step);
    }
}
