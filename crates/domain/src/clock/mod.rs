//! The one clock. Rules take the time as an argument; whoever calls them reads it here.
//!
//! Two clocks of the machine are behind it. The *wall clock* says what time it is, and is set now and
//! then: by hand, by NTP, after a battery was empty. The *monotonic clock* only counts, also while a
//! laptop sleeps, and nobody can set it. What a server decides goes by [`SteadyClock`], which shows
//! the wall's time and counts as the monotonic one: how long a question stays open does not depend on
//! what happens to the wall clock.

mod anchor;
mod machine;
mod steady;

use std::ops::Add;

use chrono::{DateTime, TimeDelta, Utc};

pub use anchor::{Anchor, STEP};
pub use machine::SystemClock;
pub use steady::SteadyClock;

/// A moment, to the microsecond (what both databases keep).
pub type Timestamp = DateTime<Utc>;

/// A moment of this machine's monotonic clock: microseconds since some moment before the program
/// began. It means nothing to another machine, or after the machine was started anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// The moment that the clock counts from, so many microseconds later.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// How much later it is than another one; negative if it is earlier.
    pub fn since(self, other: Self) -> TimeDelta {
        TimeDelta::microseconds(self.0.saturating_sub(other.0))
    }
}

impl Add<TimeDelta> for Moment {
    type Output = Self;

    fn add(self, by: TimeDelta) -> Self {
        Self(self.0.saturating_add(by.num_microseconds().unwrap_or(i64::MAX)))
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present moment of the monotonic clock.
    fn moment(&self) -> Moment;

    /// What time it is at that moment, as far as is known now.
    fn at(&self, moment: Moment) -> Timestamp;

    /// The present time, to the microsecond.
    fn now(&self) -> Timestamp {
        self.at(self.moment())
    }
}

/// The wall clock was set, by more than what is followed smoothly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// By how much: positive if it was set forward. Whole milliseconds, as deadlines have no more.
    pub by: TimeDelta,
    /// How many steps were taken before: so nobody takes one twice.
    pub number: u64,
}
