//! Where a presentation stands, and how the events of its log move it.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use super::event::{EndReason, Event, SlidePlace};
use super::shown::ShownSlides;
use super::slide_time::{Reopening, SlideTime, TimerPhase};
use crate::clock::Timestamp;
use crate::question::kind;
use crate::types::QuestionType;
use crate::{CompetitionId, PresentationId, SlideId, TeamId};

/// The countdown of the current slide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Timer {
    /// When it ends or would have ended, in milliseconds since 1970.
    #[schema(example = 1_795_348_860_000_i64)]
    pub value: Option<i64>,
    /// Whether it runs.
    pub enabled: bool,
}

impl Timer {
    /// When it ends, while it runs.
    pub fn deadline(self) -> Option<Timestamp> {
        self.value.filter(|_| self.enabled).and_then(Timestamp::from_timestamp_millis)
    }

    /// As much later.
    #[must_use]
    pub fn shifted(self, by_ms: i64) -> Self {
        Self { value: self.value.map(|value| value.saturating_add(by_ms)), ..self }
    }
}

/// What a presentation looks at of a slide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlideInfo {
    #[expect(missing_docs, reason = "says itself")]
    pub id: SlideId,
    /// From 0.
    pub order: i32,
    /// Think time in seconds, if it has one.
    pub think_time: Option<i32>,
}

/// Where a presentation stands: the sum of its log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The current slide; none in a competition without slides.
    pub slide: Option<SlidePlace>,
    #[expect(missing_docs, reason = "says itself")]
    pub timer: Timer,
    #[expect(missing_docs, reason = "says itself")]
    pub show_scoreboard: bool,
    /// Whether the audience sees what teams answer, for the types where that is fair.
    pub live_answers: bool,
    /// More time that was given, on whichever slide.
    pub reopened: Vec<Reopening>,
    /// What is left of the time of slides, the current one included while its timer does not run.
    pub times: Vec<SlideTime>,
    /// What has been shown in this run.
    pub shown: ShownSlides,
}

/// One run of a competition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presentation {
    #[expect(missing_docs, reason = "says itself")]
    pub id: PresentationId,
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: CompetitionId,
    /// Of its newest event.
    pub seq: i64,
    #[expect(missing_docs, reason = "says itself")]
    pub state: State,
    #[expect(missing_docs, reason = "says itself")]
    pub started_at: Timestamp,
    /// When its newest event happened.
    pub last_event_at: Timestamp,
    /// When and why it ended, once it has.
    pub ended: Option<(Timestamp, EndReason)>,
    /// Until when it can be resumed, once it has ended.
    pub resumable_until: Option<Timestamp>,
}

/// Why a team's answer is not taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locked {
    /// The competition is not presented.
    #[error("The competition is not being presented.")]
    NotPresented,
    /// It is about another slide than the current one.
    #[error("The question is not on the current slide.")]
    OtherSlide,
    /// The timer ran out or was stopped.
    #[error("Time is up.")]
    TimeIsUp,
    /// The next clue was shown.
    #[error("The next clue has been shown.")]
    StepOver,
}

impl Locked {
    /// Its word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotPresented => "not_presented",
            Self::OtherSlide => "other_slide",
            Self::TimeIsUp => "time_is_up",
            Self::StepOver => "step_over",
        }
    }
}

impl State {
    /// The order of the current slide; 0 without one.
    pub fn slide_order(&self) -> i32 {
        self.slide.map_or(0, |slide| slide.slide_order)
    }

    /// How the time of a slide stands; none while its timer runs, and for one that was never touched.
    pub fn time_of(&self, slide_id: SlideId) -> Option<&SlideTime> {
        self.times.iter().find(|time| time.slide_id == slide_id)
    }

    /// Since when the current slide takes no answers, as its timer ran out or was stopped.
    pub fn closed_at(&self) -> Option<Timestamp> {
        self.current_time().and_then(SlideTime::closed_at)
    }

    /// What is left of the current slide's time while its timer does not run, in milliseconds: 0 once
    /// it ran out, none before it was started.
    pub fn time_left(&self) -> Option<i64> {
        self.current_time().map(|time| time.left)
    }

    fn current_time(&self) -> Option<&SlideTime> {
        self.slide.and_then(|slide| self.time_of(slide.slide_id))
    }

    /// Moves on by an event of the log that happened at that time.
    pub fn evolve(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Started { slide } => {
                *self = Self::default();
                if let Some(slide) = slide {
                    self.show(*slide, at);
                }
            }
            Event::Synced { slide, timer, show_scoreboard, live_answers, .. } => {
                if let Some(slide) = slide {
                    self.show(*slide, at);
                }
                if let Some(timer) = timer {
                    self.set_timer(*timer, at);
                }
                self.show_scoreboard = show_scoreboard.unwrap_or(self.show_scoreboard);
                self.live_answers = live_answers.unwrap_or(self.live_answers);
            }
            Event::TimeIsUp { timer } | Event::TimerPaused { timer, .. } => {
                self.set_timer(*timer, at);
            }
            Event::TimerResumed { timer } => self.set_timer(*timer, at),
            Event::TimerAdded { timer, time_left, .. } => {
                self.set_timer(*timer, at);
                if let Some(left) = time_left {
                    self.set_time_left(*left, at);
                }
            }
            Event::SlideMoved { slide, timer, .. } => {
                match slide {
                    Some(slide) => self.show(*slide, at),
                    None => {
                        self.stop(TimerPhase::SteppedAway, at);
                        self.slide = None;
                    }
                }
                self.timer = *timer;
            }
            Event::Reopened { team_id, until, .. } => self.reopen(*team_id, *until),
            Event::Stepped { slide, step } => self.shown.show_clues(slide.slide_id, *step, at),
            Event::Ended { .. } => self.set_timer(Timer { enabled: false, ..self.timer }, at),
            Event::Resumed { slide, timer, away_ms, .. } => {
                self.put_off_reopenings(*away_ms, at);
                match slide {
                    Some(slide) => self.show(*slide, at),
                    None => self.slide = None,
                }
                self.timer = *timer;
            }
            Event::ClockSet { by_ms, .. } => self.shift(*by_ms),
            Event::Answered(_)
            | Event::Refused(_)
            | Event::Scored(_)
            | Event::Reset(_)
            | Event::TeamConnected { .. }
            | Event::TeamDisconnected { .. }
            | Event::RoundTrips { .. } => {}
        }
    }

    /// What happens when a presentation that stands so, and ended so long ago, goes on with the slides
    /// that there are by now.
    pub fn resumed(&self, slides: &[SlideInfo], away_ms: i64, now: Timestamp) -> Event {
        let mut after = self.clone();
        if let Some(moved) = self.found_again(slides) {
            after.evolve(&moved, now);
        }
        after.put_off_reopenings(away_ms, now);
        Event::Resumed {
            slide: after.slide,
            step: after.slide.map_or(0, |slide| after.shown.step(slide.slide_id)),
            timer: Timer { enabled: false, ..after.timer },
            time_left: after.time_left(),
            show_scoreboard: after.show_scoreboard,
            live_answers: after.live_answers,
            reopened: after.reopened,
            away_ms,
            scoreboard: None,
        }
    }

    /// Who had more time when the presentation ended has as much of it when it goes on.
    fn put_off_reopenings(&mut self, away_ms: i64, at: Timestamp) {
        let ended_at = at.timestamp_millis().saturating_sub(away_ms);
        for known in self.reopened.iter_mut().filter(|known| known.until > ended_at) {
            known.until = known.until.saturating_add(away_ms);
        }
    }

    fn clock_set(&self, by_ms: i64, resumable_until: Option<i64>) -> Event {
        let mut after = self.clone();
        after.shift(by_ms);
        let (timer, time_left) = (after.timer, after.time_left());
        Event::ClockSet { by_ms, timer, time_left, reopened: after.reopened, resumable_until }
    }

    /// Moves all times by as much as the clock: as much is left as before, and as much has passed.
    fn shift(&mut self, by_ms: i64) {
        self.timer = self.timer.shifted(by_ms);
        for time in &mut self.times {
            time.at = time.at.saturating_add(by_ms);
        }
        for reopening in &mut self.reopened {
            reopening.until = reopening.until.saturating_add(by_ms);
        }
        self.shown.shift(by_ms);
    }

    /// What has to happen after somebody edited the slides: nothing while the current one is where it
    /// was; it is found again where it is now, or another takes its place where it is gone.
    pub fn found_again(&self, slides: &[SlideInfo]) -> Option<Event> {
        let place = |slide: &SlideInfo| SlidePlace { slide_id: slide.id, slide_order: slide.order };
        let current = self.slide.and_then(|c| slides.iter().find(|slide| slide.id == c.slide_id));
        let (slide, timer) = match current {
            Some(current) => (Some(place(current)), self.timer),
            None => {
                let nearest = slides.iter().take_while(|slide| slide.order <= self.slide_order());
                (nearest.last().map(place), Timer::default())
            }
        };
        // One whose time is over stays closed, wherever it comes to be shown again.
        let time_left = slide.and_then(|slide| self.time_of(slide.slide_id)).map(|time| time.left);
        let step = slide.map_or(0, |slide| self.shown.step(slide.slide_id));
        (slide != self.slide).then_some(Event::SlideMoved { slide, timer, step, time_left })
    }

    /// Another slide shows no running timer, and keeps what is left of its time; the same one at
    /// another place goes on.
    fn show(&mut self, slide: SlidePlace, at: Timestamp) {
        if self.slide.map(|current| current.slide_id) != Some(slide.slide_id) {
            self.stop(TimerPhase::SteppedAway, at);
            self.timer = Timer::default();
        }
        self.slide = Some(slide);
        self.shown.show(slide.slide_id);
    }

    fn set_timer(&mut self, timer: Timer, at: Timestamp) {
        if timer.enabled {
            // From now on the deadline says what is left.
            let current = self.slide.map(|slide| slide.slide_id);
            self.times.retain(|time| Some(time.slide_id) != current);
        } else {
            self.stop(TimerPhase::Stopped, at);
        }
        self.timer = timer;
    }

    /// Remembers what is left of a timer that runs, or that it has run out.
    fn stop(&mut self, phase: TimerPhase, at: Timestamp) {
        if let (Some(slide), Some(deadline)) = (self.slide, self.timer.deadline()) {
            self.remember(SlideTime::stopped(slide.slide_id, phase, deadline, at));
        }
    }

    /// A timer that does not run was made longer or shorter; one that was not started yet waits.
    fn set_time_left(&mut self, left: i64, at: Timestamp) {
        let Some(SlidePlace { slide_id, .. }) = self.slide else { return };
        let before = self.time_of(slide_id).copied();
        let (phase, at) = match before {
            Some(before) if before.phase != TimerPhase::RunOut => (before.phase, before.at),
            _ => (TimerPhase::Waiting, at.timestamp_millis()),
        };
        self.remember(SlideTime { slide_id, phase, at, left });
    }

    fn remember(&mut self, time: SlideTime) {
        self.times.retain(|known| known.slide_id != time.slide_id);
        self.times.push(time);
    }

    fn reopen(&mut self, team_id: Option<TeamId>, until: i64) {
        let Some(SlidePlace { slide_id, .. }) = self.slide else { return };
        let same = |known: &Reopening| known.slide_id == slide_id && known.team_id == team_id;
        self.reopened.retain(|known| !same(known));
        self.reopened.push(Reopening { slide_id, team_id, until });
    }

    /// Whether an answer of the team to a question on the slide is taken, that arrived at that time.
    ///
    /// A slide without a timer takes answers while it is current, as does one whose timer was not
    /// started yet. One whose timer ran out or was stopped takes none, after `grace` for what was under
    /// way, also when another slide was shown meanwhile. The server's clock decides.
    ///
    /// # Errors
    /// [`Locked`].
    pub fn check_open(
        &self,
        slide_id: SlideId,
        team_id: TeamId,
        arrived: Timestamp,
        grace: TimeDelta,
    ) -> Result<(), Locked> {
        if self.slide.map(|slide| slide.slide_id) != Some(slide_id) {
            return Err(Locked::OtherSlide);
        }
        let mut mine = self.reopened.iter().filter(|known| known.is_for(slide_id, team_id));
        if mine.any(|mine| mine.until().is_some_and(|until| arrived <= until + grace)) {
            return Ok(());
        }
        // Whoever comes late is late, also when nobody has noticed yet that time is up.
        match self.timer.deadline().or(self.closed_at()) {
            Some(end) if arrived > end + grace => Err(Locked::TimeIsUp),
            _ => Ok(()),
        }
    }
}

impl State {
    /// Whether an answer to a question of that type on the slide, taken at that time, may be shown to
    /// the audience.
    ///
    /// What the projector shows, a team may see. So nothing is shown of a slide as long as any team
    /// can still answer there: only once its timer ran out for all of them, the grace and every
    /// reopening included. One that was stopped goes on later, and a slide without a timer is never
    /// closed while it is current. And only of types for which [`Kind::is_fair_to_show`].
    ///
    /// [`Kind::is_fair_to_show`]: crate::question::Kind::is_fair_to_show
    pub fn shows_answers(
        &self,
        question_type: QuestionType,
        slide_id: SlideId,
        now: Timestamp,
        grace: TimeDelta,
    ) -> bool {
        let over = |end: Option<Timestamp>| end.is_some_and(|end| now > end + grace);
        let reopened = |known: &Reopening| known.slide_id == slide_id && !over(known.until());
        let run_out = self.current_time().filter(|time| time.phase == TimerPhase::RunOut);
        let run_out = run_out.and_then(SlideTime::closed_at);
        self.live_answers
            && kind(question_type).is_fair_to_show()
            && self.slide.map(|slide| slide.slide_id) == Some(slide_id)
            && over(self.timer.deadline().or(run_out))
            && !self.reopened.iter().any(reopened)
    }
}

impl Presentation {
    /// Whether an answer of a team is taken, see [`State::check_open`].
    ///
    /// # Errors
    /// [`Locked`].
    pub fn check_open(
        &self,
        slide_id: SlideId,
        team_id: TeamId,
        arrived: Timestamp,
        grace: TimeDelta,
    ) -> Result<(), Locked> {
        if self.is_active() {
            self.state.check_open(slide_id, team_id, arrived, grace)
        } else {
            Err(Locked::NotPresented)
        }
    }

    /// Whether the scoreboard is open to everybody.
    pub fn shows_scores(&self) -> bool {
        self.is_active() && self.state.show_scoreboard
    }

    /// Whether it has ended and can be resumed.
    pub fn is_resumable(&self, now: Timestamp) -> bool {
        self.ended.is_some() && self.resumable_until.is_some_and(|until| now < until)
    }

    /// What happens when the clock is set by so much.
    pub fn clock_set(&self, by_ms: i64) -> Event {
        let until = self.resumable_until.map(|until| shifted(until, by_ms));
        self.state.clock_set(by_ms, until.map(|until| until.timestamp_millis()))
    }

    /// Whether it goes on.
    pub fn is_active(&self) -> bool {
        self.ended.is_none()
    }

    /// Moves on by its next event.
    pub fn evolve(&mut self, event: &Event, at: Timestamp) {
        self.state.evolve(event, at);
        self.seq += 1;
        if let Event::ClockSet { by_ms, .. } = event {
            // It is nothing that anybody did: it has been quiet, or over, for as long as before.
            self.last_event_at = shifted(self.last_event_at, *by_ms);
            self.ended = self.ended.map(|(at, reason)| (shifted(at, *by_ms), reason));
            self.resumable_until = self.resumable_until.map(|until| shifted(until, *by_ms));
        } else if event.is_activity() {
            // What came first is not always written first.
            self.last_event_at = self.last_event_at.max(at);
        }
        match event {
            Event::Ended { reason, resumable_until } => {
                self.ended = Some((at, *reason));
                self.resumable_until = resumable_until.and_then(Timestamp::from_timestamp_millis);
            }
            Event::Resumed { .. } => (self.ended, self.resumable_until) = (None, None),
            _ => {}
        }
    }
}

/// As much later, where there is such a time.
fn shifted(at: Timestamp, by_ms: i64) -> Timestamp {
    TimeDelta::try_milliseconds(by_ms).and_then(|by| at.checked_add_signed(by)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GRACE: TimeDelta = TimeDelta::milliseconds(500);

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_timestamp_millis(milliseconds).expect("a time")
    }

    fn on_slide(id: i64) -> State {
        let slide = SlidePlace { slide_id: SlideId(id), slide_order: 0 };
        State { slide: Some(slide), live_answers: true, ..State::default() }
    }

    fn set(state: &mut State, enabled: bool, value: i64, when: i64) {
        let timer = Timer { value: Some(value), enabled };
        let event = Event::Synced {
            slide: None,
            step: None,
            timer: Some(timer),
            time_left: None,
            restart: None,
            show_scoreboard: None,
            live_answers: None,
            scoreboard: None,
        };
        state.evolve(&event, at(when));
    }

    fn is_open(state: &State, team: i64, when: i64) -> bool {
        state.check_open(SlideId(1), TeamId(team), at(when), GRACE).is_ok()
    }

    fn shows(state: &State, when: i64) -> bool {
        state.shows_answers(QuestionType::Text, SlideId(1), at(when), GRACE)
    }

    #[test]
    fn an_answer_counts_by_when_it_arrived() {
        let mut state = on_slide(1);
        assert!(is_open(&state, 1, 1_000), "before the start");
        set(&mut state, true, 30_000, 0);
        assert!(is_open(&state, 1, 30_500));
        assert!(!is_open(&state, 1, 30_501));
        // The same once somebody noticed.
        let timer = Timer { value: Some(30_000), enabled: false };
        state.evolve(&Event::TimeIsUp { timer }, at(31_000));
        assert!(is_open(&state, 1, 30_500));
        assert!(!is_open(&state, 1, 30_501));
        set(&mut state, true, 60_000, 40_000);
        assert!(is_open(&state, 1, 45_000));
        let elsewhere = state.check_open(SlideId(2), TeamId(1), at(45_000), GRACE);
        assert_eq!(elsewhere, Err(Locked::OtherSlide));
    }

    proptest! {
        /// Whatever happens on a slide: as long as any team can answer there, the audience is shown
        /// nothing of it.
        #[test]
        fn nothing_is_shown_of_what_can_still_be_answered(
            steps in proptest::collection::vec((0..4u8, 0..40_000i64, 1..4i64), 0..12),
            later in 0..60_000i64,
        ) {
            let (mut state, mut now) = (on_slide(1), 0);
            for (step, time, team) in steps {
                now += time;
                match step {
                    0 => set(&mut state, true, now + 10_000, now),
                    1 => {
                        let value = state.timer.value.unwrap_or(now);
                        set(&mut state, false, value, now);
                    }
                    2 => {
                        let (until, team_id) = (now + 20_000, Some(TeamId(team)));
                        let reason = String::new();
                    let event = Event::Reopened { team_id, seconds: 20, until, reason };
                        state.evolve(&event, at(now));
                    }
                    _ => {
                        let slide = SlidePlace { slide_id: SlideId(team), slide_order: 0 };
                        let (timer, time_left) = (Timer::default(), None);
                        let slide = Some(slide);
                        let moved = Event::SlideMoved { slide, timer, step: 0, time_left };
                        state.evolve(&moved, at(now));
                    }
                }
            }
            let when = now + later;
            let any = (1..4).any(|team| is_open(&state, team, when));
            prop_assert!(!(any && shows(&state, when)));
            for closed in [QuestionType::ClueLadder, QuestionType::Practical, QuestionType::Quiz] {
                prop_assert!(!state.shows_answers(closed, SlideId(1), at(when), GRACE));
            }
        }
    }

    proptest! {
        /// However often the clock is set, in whatever direction and in between of what: at every
        /// moment the same teams can answer as if it had not been, and the audience sees the same.
        #[test]
        fn how_long_a_question_stays_open_does_not_depend_on_the_clock(
            steps in proptest::collection::vec(
                (0..6u8, 0..40_000i64, 1..4i64, -4_000_000..4_000_000i64), 0..20,
            ),
            later in 0..60_000i64,
        ) {
            let (mut set_now_and_then, mut left_alone) = (on_slide(1), on_slide(1));
            let (mut moment, mut off) = (0, 0);
            let apply = |state: &mut State, step: u8, team: i64, now: i64| match step {
                0 => set(state, true, now + 10_000, now),
                1 => {
                    let value = state.timer.value.unwrap_or(now);
                    set(state, false, value, now);
                }
                2 => {
                    let (until, team_id, reason) = (now + 20_000, TeamId(team), String::new());
                    let event = Event::Reopened { team_id: Some(team_id), seconds: 20, until, reason };
                    state.evolve(&event, at(now));
                }
                _ => {
                    let timer = Timer { enabled: false, ..state.timer };
                    if state.timer.deadline().is_some_and(|deadline| deadline <= at(now)) {
                        state.evolve(&Event::TimeIsUp { timer }, at(now));
                    }
                }
            };
            for (step, time, team, by) in steps {
                moment += time;
                if step > 3 {
                    off += by;
                    let event = set_now_and_then.clock_set(by, None);
                    set_now_and_then.evolve(&event, at(moment + off));
                    let Event::ClockSet { timer, reopened, .. } = event else { panic!("it is one") };
                    prop_assert_eq!(timer, set_now_and_then.timer, "what is told is what is");
                    prop_assert_eq!(&reopened, &set_now_and_then.reopened);
                } else {
                    apply(&mut set_now_and_then, step, team, moment + off);
                    apply(&mut left_alone, step, team, moment);
                }
                for moment in [moment, moment + 500, moment + 501, moment + later] {
                    for team in 1..4 {
                        prop_assert_eq!(
                            is_open(&set_now_and_then, team, moment + off),
                            is_open(&left_alone, team, moment),
                        );
                    }
                    let shown = shows(&set_now_and_then, moment + off);
                    prop_assert_eq!(shown, shows(&left_alone, moment));
                }
            }
        }
    }

    #[test]
    fn answers_are_shown_once_the_slide_is_closed_for_all() {
        let mut state = on_slide(1);
        assert!(!shows(&state, 1_000_000), "it has no timer");
        set(&mut state, true, 30_000, 0);
        assert!(!shows(&state, 30_500));
        assert!(shows(&state, 30_501));
        let reopened = Event::Reopened {
            team_id: Some(TeamId(2)),
            seconds: 20,
            until: 60_000,
            reason: String::new(),
        };
        state.evolve(&reopened, at(40_000));
        assert!(!shows(&state, 60_500));
        assert!(shows(&state, 60_501));
        state.live_answers = false;
        assert!(!shows(&state, 60_501));
    }
}
