//! A clock that stands still until it is told otherwise.

use std::time::Duration;

use chrono::TimeDelta;
use estrad_domain::clock::{Clock, Moment, STEP, Step, Timestamp};
use estrad_realtime::{Alarm, Later};
use tokio::sync::watch;

/// Shows the time that the test sets.
#[derive(Debug)]
pub struct ManualClock(watch::Sender<Hands>);

/// What the clock shows.
#[derive(Debug, Clone, Copy)]
struct Hands {
    moment: Moment,
    /// What the server takes for the time.
    time: Timestamp,
    /// What somebody who looks at the wall takes for the time.
    wall: Timestamp,
    steps: u64,
}

impl ManualClock {
    /// Starts on the day of the show, 2026-11-22 at noon.
    pub fn new() -> Self {
        let time = Timestamp::from_timestamp(1_795_348_800, 0).expect("a time");
        let moment = Moment::from_micros(0);
        Self(watch::Sender::new(Hands { moment, time, wall: time, steps: 0 }))
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|hands| {
            hands.moment = hands.moment + TimeDelta::from_std(by).expect("not so long");
            hands.time += by;
            hands.wall += by;
        });
    }

    /// Sets the wall clock forward, or back: no time passes.
    pub fn set_wall(&self, by: TimeDelta) {
        self.0.send_modify(|hands| hands.wall += by);
    }

    /// Waits until the server has noticed that the wall clock was set, and goes by it.
    pub async fn caught_up(&self) {
        let mut hands = self.0.subscribe();
        let caught_up = hands.wait_for(|hands| hands.behind().abs() <= STEP);
        caught_up.await.expect("the sender is this clock");
    }
}

impl Hands {
    /// How far the wall clock is ahead, in milliseconds.
    fn behind(&self) -> i64 {
        (self.wall - self.time).num_milliseconds()
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn moment(&self) -> Moment {
        self.0.borrow().moment
    }

    fn at(&self, moment: Moment) -> Timestamp {
        let hands = *self.0.borrow();
        hands.time + moment.since(hands.moment)
    }
}

impl Alarm for ManualClock {
    fn wait_until(&self, at: Timestamp) -> Later<'_, ()> {
        let mut hands = self.0.subscribe();
        Box::pin(async move {
            // The sender is this clock, which outlives the wait.
            let _ = hands.wait_for(|hands| hands.time >= at).await;
        })
    }

    fn set(&self) -> Later<'_, Step> {
        let mut hands = self.0.subscribe();
        Box::pin(async move {
            let set = hands.wait_for(|hands| hands.behind().abs() > STEP).await;
            let hands = *set.expect("the sender is this clock");
            Step { by: TimeDelta::milliseconds(hands.behind()), number: hands.steps }
        })
    }

    fn take(&self, step: Step) {
        self.0.send_modify(|hands| {
            if step.number == hands.steps {
                hands.time += step.by;
                hands.steps += 1;
            }
        });
    }
}
