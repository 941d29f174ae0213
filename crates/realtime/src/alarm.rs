//! Waiting for a moment of the server's clock.

use std::time::Duration;

use estrad_domain::clock::{Clock, SystemClock, Timestamp};

use crate::broker::Later;

/// A clock that can be waited for.
pub trait Alarm: Clock {
    /// Returns once the clock shows that time or a later one.
    fn wait_until(&self, at: Timestamp) -> Later<'_, ()>;
}

/// The longest sleep in one go: the machine's clock may be set meanwhile.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

impl Alarm for SystemClock {
    fn wait_until(&self, at: Timestamp) -> Later<'_, ()> {
        Box::pin(async move {
            // What is not positive is no duration: the time has come.
            while let Ok(left) = (at - self.now()).to_std() {
                if left.is_zero() {
                    return;
                }
                tokio::time::sleep(left.min(LOOK_AGAIN)).await;
            }
        })
    }
}
