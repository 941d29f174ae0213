//! Where a presentation stands, and how the events of its log move it.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use super::event::{EndReason, Event, SlidePlace};
use crate::clock::Timestamp;
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
}

/// A team that was given more time on the current slide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    #[expect(missing_docs, reason = "says itself")]
    pub team_id: TeamId,
    /// In milliseconds since 1970.
    pub until: i64,
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
    /// When the timer of the current slide ran out or was stopped, if it did.
    pub locked_at: Option<Timestamp>,
    #[expect(missing_docs, reason = "says itself")]
    pub show_scoreboard: bool,
    /// Whether the audience sees what teams answer, for the types where that is fair.
    pub live_answers: bool,
    /// Of the current slide.
    pub reopened: Vec<Reopening>,
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
}

/// Why a team's answer is not taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
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
}

impl State {
    /// The order of the current slide; 0 without one.
    pub fn slide_order(&self) -> i32 {
        self.slide.map_or(0, |slide| slide.slide_order)
    }

    /// Moves on by an event of the log that happened at that time.
    pub fn evolve(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Started { slide } => *self = Self { slide: *slide, ..Self::default() },
            Event::Synced { slide, timer, show_scoreboard, live_answers } => {
                if let Some(slide) = slide {
                    self.show(*slide);
                }
                if let Some(timer) = timer {
                    self.set_timer(*timer, at);
                }
                self.show_scoreboard = show_scoreboard.unwrap_or(self.show_scoreboard);
                self.live_answers = live_answers.unwrap_or(self.live_answers);
            }
            Event::TimeIsUp { timer } => self.set_timer(*timer, at),
            Event::SlideMoved { slide, timer } => {
                match slide {
                    Some(slide) => self.show(*slide),
                    None => self.slide = None,
                }
                self.timer = *timer;
            }
            Event::Reopened { team_id, until, .. } => {
                self.reopened.retain(|reopening| reopening.team_id != *team_id);
                self.reopened.push(Reopening { team_id: *team_id, until: *until });
            }
            Event::Ended { .. } => self.set_timer(Timer { enabled: false, ..self.timer }, at),
            Event::Answered(_) | Event::Refused(_) | Event::Scored(_) => {}
        }
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
        (slide != self.slide).then_some(Event::SlideMoved { slide, timer })
    }

    /// Another slide begins anew; the same one at another place goes on.
    fn show(&mut self, slide: SlidePlace) {
        if self.slide.map(|current| current.slide_id) != Some(slide.slide_id) {
            self.timer = Timer::default();
            self.locked_at = None;
            self.reopened.clear();
        }
        self.slide = Some(slide);
    }

    fn set_timer(&mut self, timer: Timer, at: Timestamp) {
        if timer.enabled {
            self.locked_at = None;
        } else if let Some(deadline) = self.timer.deadline() {
            self.locked_at = Some(deadline.min(at));
        }
        self.timer = timer;
    }

    /// Whether an answer of the team to a question on the slide is taken, that arrived at that time.
    ///
    /// A slide without a timer takes answers while it is current; one whose timer ran out or was
    /// stopped takes them no more, after `grace` for what was under way. The server's clock decides.
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
        let mine = self.reopened.iter().find(|reopening| reopening.team_id == team_id);
        let reopened = mine.and_then(|mine| Timestamp::from_timestamp_millis(mine.until));
        if reopened.is_some_and(|until| arrived <= until + grace) {
            return Ok(());
        }
        // Whoever comes late is late, also when nobody has noticed yet that time is up.
        match self.timer.deadline().or(self.locked_at) {
            Some(end) if arrived > end + grace => Err(Locked::TimeIsUp),
            _ => Ok(()),
        }
    }
}

impl Presentation {
    /// Whether it goes on.
    pub fn is_active(&self) -> bool {
        self.ended.is_none()
    }

    /// Moves on by its next event.
    pub fn evolve(&mut self, event: &Event, at: Timestamp) {
        self.state.evolve(event, at);
        self.seq += 1;
        self.last_event_at = at;
        if let Event::Ended { reason } = event {
            self.ended = Some((at, *reason));
        }
    }
}
