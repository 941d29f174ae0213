//! How much one principal may do, so that none of them takes the disk or the writer from the others.

use std::time::Duration;

use thiserror::Error;

use crate::clock::Moment;

/// How often something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// In a second, over time; at least 1.
    pub per_second: u32,
    /// At once, after a pause; at least 1.
    pub burst: u32,
}

/// What one principal has left. It starts full.
///
/// Something that counts as several may be done as long as there is anything left, and is paid off
/// afterwards: a batch larger than the burst is not refused for ever.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// In millionths; below 0 while something is paid off.
    left: i64,
    at: Moment,
}

const ONE: i64 = 1_000_000;

impl Allowance {
    /// A full one.
    pub fn full(rate: Rate, now: Moment) -> Self {
        Self { left: i64::from(rate.burst) * ONE, at: now }
    }

    /// Takes so many from it.
    ///
    /// # Errors
    /// How long to wait until there is something left.
    pub fn take(&mut self, rate: Rate, many: usize, now: Moment) -> Result<(), Duration> {
        self.fill(rate, now);
        if self.left < ONE {
            let missing = ONE - self.left;
            let micros = missing.div_euclid(i64::from(rate.per_second)) + 1;
            return Err(Duration::from_micros(micros.unsigned_abs()));
        }
        let many = i64::try_from(many).unwrap_or(i64::MAX / ONE).min(i64::MAX / (4 * ONE));
        self.left -= many * ONE;
        Ok(())
    }

    /// Whether it is as if nothing had been done.
    pub fn is_full(&mut self, rate: Rate, now: Moment) -> bool {
        self.fill(rate, now);
        self.left >= i64::from(rate.burst) * ONE
    }

    fn fill(&mut self, rate: Rate, now: Moment) {
        let passed = now.since(self.at).num_microseconds().unwrap_or(i64::MAX).max(0);
        let more = passed.saturating_mul(i64::from(rate.per_second));
        self.left = self.left.saturating_add(more).min(i64::from(rate.burst) * ONE);
        self.at = self.at.max(now);
    }
}

/// Why something is not done that would be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum QuotaExceeded {
    /// Too much in a short time.
    #[error("Too much at a time: wait a moment.")]
    Rate {
        /// When there is something left.
        retry_after: Duration,
    },
    /// What the team has answered in this presentation fills as much of its log as one team may.
    #[error(
        "The team has changed its answers so much that no more are taken in this presentation."
    )]
    Log,
}

impl QuotaExceeded {
    /// The stable word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rate { .. } => "rate",
            Self::Log => "log",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 20, burst: 200 };

    fn at(milliseconds: i64) -> Moment {
        Moment::from_micros(milliseconds * 1_000)
    }

    #[test]
    fn a_burst_is_let_through_and_then_the_rate() {
        let mut left = Allowance::full(RATE, at(0));
        let taken = (0..1_000).filter(|_| left.take(RATE, 1, at(0)).is_ok()).count();
        assert_eq!(taken, 200);
        let wait = left.take(RATE, 1, at(10)).expect_err("nothing is left");
        assert_eq!(wait.as_millis(), 40);
        let mut taken = 0;
        for millisecond in 0..10_000 {
            taken += usize::from(left.take(RATE, 1, at(millisecond)).is_ok());
        }
        assert_eq!(taken, 199);
        assert!(left.is_full(RATE, at(60_000)));
        left.take(RATE, 1, at(60_000)).expect("is left");
        assert!(!left.is_full(RATE, at(60_000)));
    }

    #[test]
    fn a_large_batch_is_paid_off_afterwards() {
        let mut left = Allowance::full(RATE, at(0));
        left.take(RATE, 1_000, at(0)).expect("something is left");
        let wait = left.take(RATE, 1, at(0)).expect_err("it is paid off");
        assert_eq!(wait.as_millis(), 40_050);
        left.take(RATE, 1, at(40_051)).expect("is left");
    }

    #[test]
    fn a_clock_that_stands_still_gives_nothing() {
        let mut left = Allowance::full(RATE, at(1_000));
        left.take(RATE, 200, at(1_000)).expect("is left");
        assert!(left.take(RATE, 1, at(0)).is_err());
        assert!(left.take(RATE, usize::MAX, at(1_100)).is_ok());
    }
}
