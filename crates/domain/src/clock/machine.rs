//! The machine's own clocks, as they are.

use std::time::Duration;

use chrono::{SubsecRound, TimeDelta, Utc};

use super::{Clock, Moment, Timestamp};

/// The machine's wall clock. For commands, which are over before it is set; a server has a
/// [`SteadyClock`](super::SteadyClock).
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn moment(&self) -> Moment {
        moment()
    }

    fn at(&self, moment: Moment) -> Timestamp {
        wall() + moment.since(self.moment())
    }

    fn now(&self) -> Timestamp {
        wall()
    }
}

/// What the wall clock shows, cut to the microsecond.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
pub(super) fn wall() -> Timestamp {
    Utc::now().trunc_subsecs(6)
}

/// The present moment of the monotonic clock.
pub(super) fn moment() -> Moment {
    Moment::from_micros(0) + TimeDelta::from_std(counted()).unwrap_or(TimeDelta::MAX)
}

/// The clock that counts while the machine sleeps, too.
#[cfg(unix)]
fn counted() -> Duration {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const COUNTING: rustix::time::ClockId = rustix::time::ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const COUNTING: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
    // It counts from the machine's start: it has no negative times.
    Duration::try_from(rustix::time::clock_gettime(COUNTING)).unwrap_or_default()
}

#[cfg(not(unix))]
fn counted() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}
