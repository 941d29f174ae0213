//! The time as a server reckons it: once compared with the wall clock, and counted from there.

use chrono::TimeDelta;

use super::{Moment, Timestamp};

/// More than this the wall clock does not drift: it was set. In milliseconds.
pub const STEP: i64 = 1_000;
/// How fast a smaller difference is made up for, in millionths: as fast as NTP corrects a clock. A
/// minute gets longer or shorter by a thirtieth of a second.
const MAX_LEAN: i64 = 500;
const MILLION: i64 = 1_000_000;

/// What time it was at some moment, and how fast it has been counted since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    moment: Moment,
    time: Timestamp,
    /// In millionths, beside the one of the monotonic clock.
    lean: i64,
}

impl Anchor {
    /// It is that time at that moment.
    pub fn new(moment: Moment, time: Timestamp) -> Self {
        Self { moment, time, lean: 0 }
    }

    /// What time it is at a moment.
    pub fn at(&self, moment: Moment) -> Timestamp {
        let passed = moment.since(self.moment);
        // What was before the anchor was counted in another way; so little before that it is the same.
        let micros = passed.num_microseconds().unwrap_or(0).max(0);
        let leant = TimeDelta::microseconds(micros.saturating_mul(self.lean) / MILLION);
        self.time + passed + leant
    }

    /// How far the wall clock is ahead at that moment, where it shows that time, in milliseconds.
    pub fn behind(&self, moment: Moment, wall: Timestamp) -> i64 {
        (wall - self.at(moment)).num_milliseconds()
    }

    /// The same time at that moment, counted from then on so that it comes nearer to the wall clock:
    /// it never jumps and never goes backwards.
    #[must_use]
    pub fn following(&self, moment: Moment, wall: Timestamp) -> Self {
        // Two clocks can't be read in the same instant: a millisecond is no difference.
        let lean = match self.behind(moment, wall) {
            -1..=1 => 0,
            behind => behind.signum() * MAX_LEAN,
        };
        Self { moment, time: self.at(moment), lean }
    }

    /// Another time at that moment: the wall clock was set by so much.
    #[must_use]
    pub fn stepped(&self, moment: Moment, by: TimeDelta) -> Self {
        Self { moment, time: self.at(moment) + by, lean: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment(milliseconds: i64) -> Moment {
        Moment::from_micros(milliseconds * 1_000)
    }

    fn time(milliseconds: i64) -> Timestamp {
        Timestamp::from_timestamp_millis(1_795_348_800_000 + milliseconds).expect("a time")
    }

    #[test]
    fn time_is_counted_whatever_the_wall_clock_shows() {
        let anchor = Anchor::new(moment(5_000), time(0));
        assert_eq!(anchor.at(moment(65_000)), time(60_000));
        assert_eq!(anchor.at(moment(4_000)), time(-1_000));
        assert_eq!(anchor.behind(moment(65_000), time(-3_540_000)), -3_600_000);
    }

    #[test]
    fn a_small_difference_is_made_up_for() {
        for off in [400, -400] {
            let mut anchor = Anchor::new(moment(0), time(0));
            let mut now = 0;
            while anchor.behind(moment(now), time(now + off)).abs() > 1 {
                anchor = anchor.following(moment(now), time(now + off));
                now += 250;
                assert!(now < 1_000_000, "takes so long: {anchor:?}");
            }
        }
    }

    proptest! {
        /// Whatever the wall clock shows: followed smoothly, time never goes backwards, and an hour
        /// is an hour but for two seconds.
        #[test]
        fn followed_time_only_goes_forward(walls in proptest::collection::vec(-900..900i64, 1..200)) {
            let mut anchor = Anchor::new(moment(0), time(0));
            let (mut now, mut last) = (0, anchor.at(moment(0)));
            for off in walls {
                now += 250;
                anchor = anchor.following(moment(now), time(now + off));
                for at in [anchor.at(moment(now)), anchor.at(moment(now + 100))] {
                    prop_assert!(at >= last);
                    last = at;
                }
            }
            let counted = (anchor.at(moment(now)) - time(0)).num_milliseconds();
            prop_assert!((counted - now).abs() * MILLION <= now * MAX_LEAN + MILLION);
        }
    }
}
