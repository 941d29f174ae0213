//! The rules of timers, tried with whatever an operator may press in whatever order.

use std::collections::HashMap;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::clock::Timestamp;
use crate::{SlideId, TeamId};

const GRACE: TimeDelta = TimeDelta::milliseconds(500);
/// How finely time passes, in milliseconds.
const TICK: i64 = 100;
const TEAM: TeamId = TeamId(1);

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_timestamp_millis(milliseconds).expect("a time")
}

/// What an operator, an editor or the server does.
#[derive(Debug, Clone)]
enum Press {
    Step(usize),
    Start,
    StartWithValue(i64),
    Stop,
    Pause,
    Resume,
    Add(i64),
    Restart,
    Reopen {
        team: Option<i64>,
        seconds: i64,
    },
    /// The server notices that time is up.
    Notice,
    /// An editor gives the slide another think time, or none.
    ThinkTime(usize, Option<i32>),
    /// An editor moves the slide to the front.
    ToFront(usize),
    /// An editor deletes the slide.
    Delete(usize),
    /// The presentation ends by accident and goes on.
    Wait,
}

/// A presentation of three slides: two with a think time of ten seconds, one with none.
struct Show {
    state: State,
    slides: Vec<SlideInfo>,
    restart: TimerRestart,
    now: i64,
}

impl Show {
    fn new(restart: TimerRestart) -> Self {
        let slide = |(order, think_time): (usize, i32)| SlideInfo {
            id: SlideId(order as i64 + 1),
            order: order as i32,
            think_time: Some(think_time),
        };
        let slides: Vec<_> = [10, 0, 10].into_iter().enumerate().map(slide).collect();
        let mut state = State::default();
        let slide = Some(SlidePlace { slide_id: slides[0].id, slide_order: 0 });
        state.evolve(&Event::Started { slide }, at(0));
        Self { state, slides, restart, now: 0 }
    }

    fn sync(&mut self, change: &Change) -> Result<bool, ChangeRefused> {
        let (slides, restart, now) = (&self.slides, self.restart, at(self.now));
        let event = change.decide(&self.state, Rules { slides, restart, now })?;
        Ok(self.happen(event))
    }

    fn timer(&mut self, action: &TimerAction) -> Result<bool, ChangeRefused> {
        let (slides, restart, now) = (&self.slides, self.restart, at(self.now));
        let event = action.decide(&self.state, Rules { slides, restart, now })?;
        Ok(self.happen(event))
    }

    fn step(&mut self, order: usize) {
        // As the client in use says it.
        let timer = Some(TimerChange::default());
        let slide_order = Some(order as i64);
        let change = Change { slide_order, timer, ..Change::default() };
        self.sync(&change).expect("such a slide");
    }

    fn enable(&mut self, value: Option<i64>, restart: bool) -> Result<bool, ChangeRefused> {
        let timer = TimerChange { value, enabled: true, restart, reason: None };
        self.sync(&Change { timer: Some(timer), ..Change::default() })
    }

    fn start(&mut self) -> Result<bool, ChangeRefused> {
        self.enable(None, false)
    }

    fn stop(&mut self) {
        let timer = Some(TimerChange { value: Some(1), ..TimerChange::default() });
        self.sync(&Change { timer, ..Change::default() }).expect("can be stopped");
    }

    fn add(&mut self, seconds: i64) -> Result<bool, ChangeRefused> {
        self.timer(&TimerAction::Add { seconds, restart: false, reason: None })
    }

    fn reopen(&mut self, team: Option<i64>, seconds: i64) {
        let (team_id, until) = (team.map(TeamId), self.now + seconds * 1_000);
        self.happen(Some(Event::Reopened { team_id, seconds, until, reason: "x".to_owned() }));
    }

    fn edited(&mut self) {
        let moved = self.state.found_again(&self.slides);
        self.happen(moved);
    }

    fn happen(&mut self, event: Option<Event>) -> bool {
        // What is logged is read again as it was.
        let written = serde_json::to_string(&event).expect("can be written");
        assert_eq!(serde_json::from_str::<Option<Event>>(&written).expect("can be read"), event);
        event.iter().for_each(|event| self.state.evolve(event, at(self.now)));
        event.is_some()
    }

    fn is_open(&self, slide: i64, team: TeamId, when: i64, grace: TimeDelta) -> bool {
        self.state.check_open(SlideId(slide), team, at(when), grace).is_ok()
    }

    fn takes(&self) -> bool {
        self.state.slide.is_some_and(|s| self.is_open(s.slide_id.0, TEAM, self.now, GRACE))
    }

    fn press(&mut self, press: &Press) {
        let order = |order: usize, slides: &[SlideInfo]| order.min(slides.len() - 1);
        // What is refused changes nothing.
        match press {
            Press::Step(to) => self.step(order(*to, &self.slides)),
            Press::Start => drop(self.start()),
            Press::StartWithValue(seconds) => {
                drop(self.enable(Some(self.now + seconds * 1_000), false));
            }
            Press::Stop => self.stop(),
            Press::Pause => drop(self.timer(&TimerAction::Pause)),
            Press::Resume => drop(self.timer(&TimerAction::Resume)),
            Press::Add(seconds) => drop(self.add(*seconds)),
            Press::Restart => drop(self.enable(None, true)),
            Press::Reopen { team, seconds } => self.reopen(*team, *seconds),
            Press::Notice => {
                let timer = self.state.timer;
                if timer.deadline().is_some_and(|end| end <= at(self.now)) {
                    self.happen(Some(Event::TimeIsUp { timer: Timer { enabled: false, ..timer } }));
                }
            }
            Press::ThinkTime(of, seconds) => {
                let of = order(*of, &self.slides);
                self.slides[of].think_time = *seconds;
                self.edited();
            }
            Press::ToFront(which) => {
                let slide = self.slides.remove(order(*which, &self.slides));
                self.slides.insert(0, slide);
                self.number();
            }
            Press::Delete(which) => {
                if self.slides.len() > 1 {
                    self.slides.remove(order(*which, &self.slides));
                    self.number();
                }
            }
            Press::Wait => {}
        }
    }

    fn number(&mut self) {
        let numbered = self.slides.iter_mut().enumerate();
        numbered.for_each(|(order, slide)| slide.order = order as i32);
        self.edited();
    }
}

fn presses(opens: bool) -> impl Strategy<Value = Vec<(Press, i64)>> {
    let seconds = 1..15i64;
    let plain = prop_oneof![
        4 => (0..3usize).prop_map(Press::Step),
        6 => Just(Press::Start),
        1 => seconds.clone().prop_map(Press::StartWithValue),
        2 => Just(Press::Stop),
        2 => Just(Press::Pause),
        2 => Just(Press::Resume),
        2 => Just(Press::Notice),
        2 => Just(Press::Wait),
        1 => ((0..3usize), proptest::option::of(0..20)).prop_map(|(of, s)| Press::ThinkTime(of, s)),
        1 => (0..3usize).prop_map(Press::ToFront),
        1 => (0..3usize).prop_map(Press::Delete),
    ];
    let opening = prop_oneof![
        Just(Press::Restart),
        (-10..10i64).prop_map(Press::Add),
        (proptest::option::of(1..3i64), seconds)
            .prop_map(|(team, seconds)| Press::Reopen { team, seconds }),
    ];
    let press = prop_oneof![5 => plain, u32::from(opens) => opening];
    proptest::collection::vec((press, 0..60i64), 0..40)
}

proptest! {
    /// Once a slide ran out, nothing but a reopening, a restart or an addition takes an answer there.
    #[test]
    fn what_ran_out_stays_closed(presses in presses(false)) {
        let mut show = Show::new(TimerRestart::Confirm);
        let mut over = Vec::<SlideId>::new();
        for (press, ticks) in presses {
            show.press(&press);
            for _ in 0..ticks {
                show.now += TICK;
                // Well after the grace of its end.
                let late = |end: Timestamp| at(show.now) > end + GRACE;
                let slide = show.state.slide.map(|slide| slide.slide_id);
                if let Some(id) = slide.filter(|_| show.state.timer.deadline().is_some_and(late)) {
                    over.push(id);
                }
                for slide in &over {
                    prop_assert!(!show.is_open(slide.0, TEAM, show.now, GRACE), "{press:?}");
                }
            }
        }
    }

    /// From the first start on, a team has as much time on a slide as the think time was, and what it
    /// was granted, whatever is started, stopped, stepped and edited.
    #[test]
    fn nobody_has_more_time_than_was_given(presses in presses(true)) {
        let mut show = Show::new(TimerRestart::Confirm);
        let mut first = HashMap::<SlideId, i64>::new();
        let mut granted = HashMap::<SlideId, i64>::new();
        let mut taken = HashMap::<SlideId, i64>::new();
        for (press, ticks) in presses {
            let before = show.state.clone();
            show.press(&press);
            let Some(current) = show.state.slide.map(|slide| slide.slide_id) else { continue };
            let after = &show.state;
            let changed = (before.timer.deadline(), before.time_left())
                != (after.timer.deadline(), after.time_left());
            let left = after.timer.deadline().map(|end| end.timestamp_millis() - show.now);
            let grants = match press {
                Press::Restart if before.time_left() == Some(0) || before.timer.enabled => left,
                // Before the start it is part of what the slide begins with.
                Press::Add(seconds) if first.contains_key(&current) => Some(seconds * 1_000),
                _ => None,
            };
            if let Some(grants) = grants.filter(|_| changed) {
                *granted.entry(current).or_default() += grants;
            } else if let Some(left) = left {
                first.entry(current).or_insert(left);
            }
            if let Press::Reopen { team, seconds } = press
                && team.is_none_or(|team| TeamId(team) == TEAM)
            {
                *granted.entry(current).or_default() += seconds * 1_000;
            }
            for _ in 0..ticks {
                show.now += TICK;
                let between = show.now - TICK / 2;
                let started = show.state.timer.enabled || show.state.closed_at().is_some();
                if started && show.is_open(current.0, TEAM, between, TimeDelta::zero()) {
                    *taken.entry(current).or_default() += TICK;
                }
            }
        }
        for (slide, taken) in taken {
            let of = |map: &HashMap<SlideId, i64>| map.get(&slide).copied().unwrap_or(0);
            let given = of(&first) + of(&granted);
            prop_assert!(taken <= given, "{slide:?}: {taken} of {given}");
        }
    }

    /// As long as any team can still answer, also later without a reopening, nothing is shown.
    #[test]
    fn nothing_is_shown_of_what_is_not_over(presses in presses(true)) {
        let mut show = Show::new(TimerRestart::Allowed);
        show.state.live_answers = true;
        for (press, ticks) in presses {
            show.press(&press);
            show.now += ticks * TICK;
            let Some(slide) = show.state.slide.map(|slide| slide.slide_id) else { continue };
            let kind = crate::types::QuestionType::Text;
            let shows = show.state.shows_answers(kind, slide, at(show.now), GRACE);
            let open = (1..3).any(|team| show.is_open(slide.0, TeamId(team), show.now, GRACE));
            let goes_on = show.state.time_left().is_some_and(|left| left > 0);
            prop_assert!(!(shows && (open || goes_on)), "{press:?}");
        }
    }
}

#[test]
fn stepping_back_opens_nothing() {
    let mut show = Show::new(TimerRestart::Allowed);
    assert_eq!(show.start(), Ok(true));
    show.now = 10_501;
    assert!(!show.takes());
    for to in [1, 0, 2, 0] {
        show.step(to);
    }
    assert!(!show.takes());
    assert_eq!(show.state.time_left(), Some(0));
    // Once more on purpose.
    assert_eq!(show.start(), Ok(true));
    assert!(show.takes());
    assert_eq!(show.state.timer.value, Some(20_501));
}

#[test]
fn what_was_left_when_stepping_away_is_left_when_coming_back() {
    let mut show = Show::new(TimerRestart::Confirm);
    show.start().expect("starts");
    show.now = 4_000;
    show.step(1);
    show.now = 60_000;
    show.step(0);
    assert!(!show.takes(), "it is stopped");
    assert_eq!(show.state.time_left(), Some(6_000));
    show.start().expect("goes on");
    assert_eq!(show.state.timer, Timer { value: Some(66_000), enabled: true });
    // A second start while it runs changes nothing.
    show.now = 61_000;
    assert_eq!(show.start(), Ok(false));
    assert_eq!(show.state.timer.value, Some(66_000));
}

#[test]
fn a_stopped_countdown_without_think_time_goes_on_with_no_more() {
    let mut show = Show::new(TimerRestart::Confirm);
    show.step(1);
    // Its think time of 0 is none.
    assert!(matches!(show.start(), Err(ChangeRefused::Invalid(e)) if e.field == "timer.value"));
    show.enable(Some(20_000), false).expect("starts");
    show.now = 5_000;
    show.stop();
    for (asked, ends) in [(Some(90_000), 20_000), (Some(10_000), 10_000)] {
        let mut show = Show { state: show.state.clone(), slides: show.slides.clone(), ..show };
        show.enable(asked, false).expect("goes on");
        assert_eq!(show.state.timer.value, Some(ends));
    }
    show.start().expect("goes on");
    assert_eq!(show.state.timer.value, Some(20_000));
}

#[test]
fn a_restart_is_to_be_said_where_the_competition_demands_it() {
    let mut show = Show::new(TimerRestart::Confirm);
    show.start().expect("starts");
    show.now = 10_000;
    assert_eq!(show.start(), Err(ChangeRefused::TimerOver));
    assert_eq!(show.timer(&TimerAction::Resume), Err(ChangeRefused::TimerOver));
    assert_eq!(show.add(10), Err(ChangeRefused::TimerOver));
    let add = TimerAction::Add { seconds: 5, restart: true, reason: Some("noise".to_owned()) };
    show.timer(&add).expect("on purpose");
    assert_eq!(show.state.timer.value, Some(15_000));
    show.now = 15_000;
    assert_eq!(show.enable(None, true), Ok(true));
    assert_eq!(show.state.timer.value, Some(25_000));
}

#[test]
fn time_is_added_and_taken_off_wherever_the_timer_stands() {
    let mut show = Show::new(TimerRestart::Allowed);
    let left = |show: &Show| show.state.time_left();
    show.add(20).expect("before the start");
    assert!(show.takes());
    assert_eq!(left(&show), Some(30_000));
    show.start().expect("starts");
    assert_eq!(show.state.timer.value, Some(30_000));
    show.add(-5).expect("while it runs");
    assert_eq!(show.state.timer.value, Some(25_000));
    show.now = 5_000;
    assert_eq!(show.timer(&TimerAction::Pause), Ok(true));
    assert_eq!(show.timer(&TimerAction::Pause), Ok(false));
    show.add(10).expect("while it is paused");
    assert_eq!((left(&show), show.state.timer.enabled), (Some(30_000), false));
    show.now = 5_501;
    assert!(!show.takes());
    assert_eq!(show.timer(&TimerAction::Resume), Ok(true));
    assert_eq!(show.timer(&TimerAction::Resume), Ok(false));
    assert_eq!(show.state.timer.value, Some(35_501));
    for seconds in [-30, 0, 3_601] {
        let refused = show.add(seconds);
        assert!(matches!(refused, Err(ChangeRefused::Invalid(e)) if e.field == "seconds"));
    }
    show.now = 40_000;
    assert!(!show.takes());
    show.add(7).expect("opens it again");
    assert!(show.takes());
    assert_eq!(show.state.timer.value, Some(47_000));
    show.step(1);
    assert_eq!(show.timer(&TimerAction::Resume), Err(ChangeRefused::NoTimer));
    assert_eq!(show.add(5), Err(ChangeRefused::NoTimer));
}

#[test]
fn a_reopening_holds_for_its_slide_and_its_time_also_when_it_was_stepped_away_from() {
    let mut show = Show::new(TimerRestart::Confirm);
    show.start().expect("starts");
    show.now = 11_000;
    show.step(1);
    show.step(0);
    show.reopen(None, 20);
    for team in [1, 2] {
        assert!(show.is_open(1, TeamId(team), 31_500, GRACE));
        assert!(!show.is_open(1, TeamId(team), 31_501, GRACE));
    }
    show.step(2);
    show.step(0);
    show.reopen(Some(1), 30);
    assert!(show.is_open(1, TeamId(1), 41_500, GRACE));
    assert!(!show.is_open(1, TeamId(2), 41_500, GRACE));
}

#[test]
fn an_edit_opens_nothing() {
    let mut show = Show::new(TimerRestart::Confirm);
    show.start().expect("starts");
    show.now = 10_501;
    for edit in [Press::ThinkTime(0, Some(600)), Press::ThinkTime(0, None), Press::ToFront(2)] {
        show.press(&edit);
        assert!(!show.takes(), "{edit:?}");
    }
    // The one that was shown goes, and the closed one takes its place.
    show.step(0);
    assert!(show.takes());
    show.step(2);
    let shown = show.state.slide.expect("a slide");
    show.press(&Press::Delete(shown.slide_order as usize));
    assert_eq!(show.state.slide.map(|slide| slide.slide_id), Some(SlideId(1)));
    assert!(!show.takes());
}
