//! What an operator asks of the timer of a slide, and what becomes of it by the rules: what ran out
//! stays closed until it is started once more on purpose, what was stopped goes on with what was
//! left.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use super::change::{ChangeError, wrong};
use super::event::Event;
use super::slide_time::TimerPhase;
use super::state::{SlideInfo, State, Timer};
use crate::SlideId;
use crate::clock::Timestamp;

/// The longest countdown, in milliseconds: a day.
const MAX_COUNTDOWN: i64 = 24 * 3_600 * 1_000;
/// The most that is added or taken off at once, in seconds: an hour.
pub const MAX_ADDED: i64 = 3_600;

/// What a competition says about starting a timer again that has run out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimerRestart {
    /// Starting it is enough, as older front-ends know nothing else.
    #[default]
    Allowed,
    /// It has to be said on purpose, by `restart: true`.
    Confirm,
}

impl TimerRestart {
    /// Its word on the wire and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Confirm => "confirm",
        }
    }

    /// The one of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Allowed, Self::Confirm].into_iter().find(|restart| restart.word() == word)
    }
}

/// That a timer was started once more after it had run out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restart {
    /// Why, where the operator said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What an operator asks of the timer with `sync`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimerChange {
    /// When it should end, in milliseconds since 1970, by the operator's clock.
    pub value: Option<i64>,
    /// Whether it shall run.
    pub enabled: bool,
    /// Whether it is to be started once more although it has run out.
    pub restart: bool,
    /// Why it is started once more; at most 1,000 characters.
    pub reason: Option<String>,
}

/// What an operator asks of the timer beside starting and stopping it with `sync`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerAction {
    /// Stop it where it is; it goes on from there.
    Pause,
    /// Let it go on, or begin.
    Resume,
    /// Make what is left of it longer or shorter.
    Add {
        /// From -3,600 to 3,600 and not 0. Something has to be left.
        seconds: i64,
        /// Whether that may open a slide again whose time has run out.
        restart: bool,
        /// Why; at most 1,000 characters.
        reason: Option<String>,
    },
}

/// Why a change is not made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChangeRefused {
    /// Something in it is not as it should be.
    #[error(transparent)]
    Invalid(#[from] ChangeError),
    /// The timer has run out, and starting it again has to be said on purpose.
    #[error("The time of this slide has run out: start it again with `restart`, or reopen it.")]
    TimerOver,
    /// The slide has no think time, and no timer was started on it.
    #[error("The slide has no timer.")]
    NoTimer,
}

/// What a change is decided by, beside the state.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The slides of the competition in their order.
    pub slides: &'a [SlideInfo],
    /// What the competition says about starting a timer again.
    pub restart: TimerRestart,
    /// By the server's clock.
    pub now: Timestamp,
}

impl Rules<'_> {
    /// The think time of a slide in milliseconds, if it has one. One of 0 is none.
    fn think_time(&self, slide_id: Option<SlideId>) -> Option<i64> {
        let slide = self.slides.iter().find(|slide| Some(slide.id) == slide_id)?;
        slide.think_time.filter(|seconds| *seconds > 0).map(|seconds| i64::from(seconds) * 1_000)
    }
}

/// How the time of a slide stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Untouched,
    Running {
        left: i64,
    },
    /// Not begun, but made longer or shorter.
    Waiting {
        left: i64,
    },
    Stopped {
        left: i64,
    },
    Over,
}

impl Standing {
    fn of(state: &State, slide_id: Option<SlideId>, now: Timestamp) -> Self {
        let is_current = state.slide.map(|slide| slide.slide_id) == slide_id;
        if let Some(deadline) = state.timer.deadline().filter(|_| is_current) {
            let left = (deadline - now).num_milliseconds();
            // Also where nobody has noticed yet.
            return if left > 0 { Self::Running { left } } else { Self::Over };
        }
        match slide_id.and_then(|id| state.time_of(id)) {
            None => Self::Untouched,
            Some(time) => match time.phase {
                TimerPhase::Waiting => Self::Waiting { left: time.left },
                TimerPhase::Stopped | TimerPhase::SteppedAway => Self::Stopped { left: time.left },
                TimerPhase::RunOut => Self::Over,
            },
        }
    }

    /// What is left while it does not run; none before the start.
    fn left(self) -> Option<i64> {
        match self {
            Self::Untouched => None,
            Self::Running { left } | Self::Waiting { left } | Self::Stopped { left } => Some(left),
            Self::Over => Some(0),
        }
    }
}

/// What becomes of a timer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TimerOutcome {
    pub(super) timer: Timer,
    /// What is left of one that does not run, in milliseconds; none before the start.
    pub(super) time_left: Option<i64>,
    pub(super) restart: Option<Restart>,
}

impl TimerOutcome {
    /// As the slide has it when it is shown.
    pub(super) fn at_rest(state: &State, slide_id: Option<SlideId>, now: Timestamp) -> Self {
        let time_left = Standing::of(state, slide_id, now).left();
        Self { time_left, ..Self::default() }
    }

    fn until(deadline: i64, restart: Option<Restart>) -> Self {
        let timer = Timer { value: Some(deadline), enabled: true };
        Self { timer, time_left: None, restart }
    }
}

impl TimerChange {
    /// What becomes of the timer of the slide, which shows `before` now; none where nothing does.
    pub(super) fn decide(
        &self,
        state: &State,
        slide_id: Option<SlideId>,
        before: Timer,
        rules: Rules<'_>,
    ) -> Result<Option<TimerOutcome>, ChangeRefused> {
        let standing = Standing::of(state, slide_id, rules.now);
        if !self.enabled {
            // The end that was told stands, whatever the operator's page believed it to be.
            let timer = Timer { value: self.value.and(before.value), enabled: false };
            let time_left = standing.left();
            return Ok(Some(TimerOutcome { timer, time_left, restart: None }));
        }
        let think_time = rules.think_time(slide_id);
        let now = rules.now.timestamp_millis();
        Ok(match standing {
            Standing::Running { .. } => None,
            Standing::Untouched => {
                Some(TimerOutcome::until(now + self.countdown(think_time, now)?, None))
            }
            Standing::Waiting { left } | Standing::Stopped { left } => {
                // Never with more; without a think time the operator may ask for less.
                let asked = match (think_time, self.value) {
                    (None, Some(_)) => self.countdown(None, now)?,
                    _ => left,
                };
                Some(TimerOutcome::until(now + asked.min(left), None))
            }
            Standing::Over if rules.restart == TimerRestart::Confirm && !self.restart => {
                return Err(ChangeRefused::TimerOver);
            }
            Standing::Over => {
                let restart = Restart { reason: self.reason.clone() };
                let countdown = self.countdown(think_time, now)?;
                Some(TimerOutcome::until(now + countdown, Some(restart)))
            }
        })
    }

    /// How long a whole one runs: the think time, or until when the operator says.
    fn countdown(&self, think_time: Option<i64>, now: i64) -> Result<i64, ChangeError> {
        if let Some(think_time) = think_time {
            return Ok(think_time);
        }
        match self.value {
            None => wrong("timer.value", "The slide has no think time: say when the timer ends."),
            Some(value) if value <= now => wrong("timer.value", "Is in the past."),
            Some(value) if value - now > MAX_COUNTDOWN => {
                wrong("timer.value", "Is more than a day away.")
            }
            Some(value) => Ok(value - now),
        }
    }
}

impl TimerAction {
    /// What becomes of the timer of the current slide; none where nothing does.
    ///
    /// # Errors
    /// [`ChangeRefused`].
    pub fn decide(&self, state: &State, rules: Rules<'_>) -> Result<Option<Event>, ChangeRefused> {
        let slide_id = state.slide.map(|slide| slide.slide_id);
        let standing = Standing::of(state, slide_id, rules.now);
        match self {
            Self::Pause => Ok(match standing {
                Standing::Running { left } => {
                    let timer = Timer { enabled: false, ..state.timer };
                    Some(Event::TimerPaused { timer, time_left: left })
                }
                // There is nothing to pause.
                _ => None,
            }),
            Self::Resume => {
                let now = rules.now.timestamp_millis();
                let left = match standing {
                    Standing::Running { .. } => return Ok(None),
                    Standing::Over => return Err(ChangeRefused::TimerOver),
                    Standing::Waiting { left } | Standing::Stopped { left } => left,
                    // All of it is left.
                    Standing::Untouched => {
                        rules.think_time(slide_id).ok_or(ChangeRefused::NoTimer)?
                    }
                };
                let timer = Timer { value: Some(now + left), enabled: true };
                Ok(Some(Event::TimerResumed { timer }))
            }
            Self::Add { seconds, restart, reason } => {
                let rules = Rules {
                    restart: if *restart { TimerRestart::Allowed } else { rules.restart },
                    ..rules
                };
                let outcome = add(*seconds, reason.as_ref(), state, slide_id, standing, rules)?;
                let TimerOutcome { timer, time_left, restart } = outcome;
                Ok(Some(Event::TimerAdded { seconds: *seconds, timer, time_left, restart }))
            }
        }
    }
}

/// A timer with so many seconds more, or less.
fn add(
    seconds: i64,
    reason: Option<&String>,
    state: &State,
    slide_id: Option<SlideId>,
    standing: Standing,
    rules: Rules<'_>,
) -> Result<TimerOutcome, ChangeRefused> {
    if seconds == 0 || !(-MAX_ADDED..=MAX_ADDED).contains(&seconds) {
        let range = format!("Must be from -{MAX_ADDED} to {MAX_ADDED}, and not 0.");
        return Ok(wrong("seconds", range)?);
    }
    let now = rules.now.timestamp_millis();
    let sum = |left: i64| {
        let left = left + seconds * 1_000;
        match left {
            1..=MAX_COUNTDOWN => Ok(left),
            ..=0 => wrong("seconds", "Nothing would be left: stop the timer instead."),
            _ => wrong("seconds", "It would end more than a day away."),
        }
    };
    let at_rest = |left: i64| TimerOutcome {
        timer: Timer { enabled: false, ..state.timer },
        time_left: Some(left),
        restart: None,
    };
    Ok(match standing {
        Standing::Running { left } => {
            let left_then = sum(left)?;
            let deadline = state.timer.value.map_or(now + left_then, |end| end + seconds * 1_000);
            TimerOutcome::until(deadline, None)
        }
        Standing::Waiting { left } | Standing::Stopped { left } => at_rest(sum(left)?),
        Standing::Untouched => {
            at_rest(sum(rules.think_time(slide_id).ok_or(ChangeRefused::NoTimer)?)?)
        }
        // Open again for all, for so long: a restart.
        Standing::Over if rules.restart == TimerRestart::Confirm => {
            return Err(ChangeRefused::TimerOver);
        }
        Standing::Over => {
            TimerOutcome::until(now + sum(0)?, Some(Restart { reason: reason.cloned() }))
        }
    })
}
