//! The clock that a server goes by.

use std::sync::{PoisonError, RwLock};

use chrono::TimeDelta;

use super::anchor::{Anchor, STEP};
use super::machine::{moment, wall};
use super::{Clock, Moment, Step, Timestamp};

/// Shows the time of the wall clock, as of when it was made, and counts as the monotonic clock does.
///
/// It follows small differences smoothly. A greater one is a [`Step`], which it takes when it is told
/// to: whoever tells it moves the deadlines by as much in the same instant.
#[derive(Debug)]
pub struct SteadyClock(RwLock<Reckoning>);

#[derive(Debug, Clone, Copy)]
struct Reckoning {
    anchor: Anchor,
    steps: u64,
}

impl SteadyClock {
    /// Shows what the wall clock shows now.
    pub fn new() -> Self {
        Self(RwLock::new(Reckoning { anchor: Anchor::new(moment(), wall()), steps: 0 }))
    }

    /// Compares itself with the wall clock: follows it, or says by how much that was set.
    pub fn look(&self) -> Option<Step> {
        let (now, wall) = (moment(), wall());
        let mut reckoning = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let behind = reckoning.anchor.behind(now, wall);
        if behind.abs() > STEP {
            return Some(Step { by: TimeDelta::milliseconds(behind), number: reckoning.steps });
        }
        reckoning.anchor = reckoning.anchor.following(now, wall);
        None
    }

    /// Takes a step, unless another one was taken since it was seen.
    pub fn take(&self, step: Step) {
        let mut reckoning = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if step.number == reckoning.steps {
            reckoning.anchor = reckoning.anchor.stepped(moment(), step.by);
            reckoning.steps += 1;
        }
    }

    fn anchor(&self) -> Anchor {
        self.0.read().unwrap_or_else(PoisonError::into_inner).anchor
    }
}

impl Default for SteadyClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SteadyClock {
    fn moment(&self) -> Moment {
        moment()
    }

    fn at(&self, moment: Moment) -> Timestamp {
        self.anchor().at(moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_taken_once() {
        let clock = SteadyClock::new();
        let (before, by) = (clock.now(), TimeDelta::hours(-1));
        let step = Step { by, number: 0 };
        clock.take(step);
        clock.take(step);
        let passed = clock.now() - by - before;
        assert!(passed >= TimeDelta::zero() && passed < TimeDelta::minutes(30), "{passed}");
        // The wall clock was not set: seen from there it is ahead now.
        let seen = clock.look().expect("a difference");
        assert_eq!((seen.number, seen.by > TimeDelta::minutes(30)), (1, true));
    }
}
