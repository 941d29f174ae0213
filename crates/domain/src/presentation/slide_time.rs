//! What a presentation remembers of the time of each slide: how it ended, and what is left of it.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::{SlideId, TeamId};

/// How the time of a slide stands while its timer does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerPhase {
    /// It has not begun, but was made longer or shorter: answers are taken.
    Waiting,
    /// An operator stopped or paused it: no answers are taken until it goes on.
    Stopped,
    /// The operator showed another slide while it ran: it goes on when it is enabled again.
    SteppedAway,
    /// It ran out: closed until it is reopened or started once more on purpose.
    RunOut,
}

/// The time of one slide in one presentation. There is none for a slide whose timer runs, nor for
/// one whose timer was never touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlideTime {
    /// The slide, wherever in the order it is by now.
    pub slide_id: SlideId,
    /// How its time stands.
    pub phase: TimerPhase,
    /// When that came about, in milliseconds since 1970; for one that ran out, its deadline.
    pub at: i64,
    /// What is left, in milliseconds; 0 once it ran out.
    pub left: i64,
}

impl SlideTime {
    /// What is remembered of a timer with that deadline when it stops at that time.
    pub(super) fn stopped(
        slide_id: SlideId,
        phase: TimerPhase,
        deadline: Timestamp,
        at: Timestamp,
    ) -> Self {
        let left = (deadline - at).num_milliseconds();
        if left > 0 {
            Self { slide_id, phase, at: at.timestamp_millis(), left }
        } else {
            // Also where nobody had noticed yet.
            let at = deadline.timestamp_millis();
            Self { slide_id, phase: TimerPhase::RunOut, at, left: 0 }
        }
    }

    /// Since when no answers are taken; none before the timer was started.
    pub(super) fn closed_at(&self) -> Option<Timestamp> {
        match self.phase {
            TimerPhase::Waiting => None,
            TimerPhase::Stopped | TimerPhase::SteppedAway | TimerPhase::RunOut => {
                Timestamp::from_timestamp_millis(self.at)
            }
        }
    }
}

/// More time on one slide, for one team or for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    /// The slide that was current then.
    pub slide_id: SlideId,
    /// The team; none for all of them.
    pub team_id: Option<TeamId>,
    /// In milliseconds since 1970.
    pub until: i64,
}

impl Reopening {
    /// Whether it is for the team on the slide.
    pub(super) fn is_for(&self, slide_id: SlideId, team_id: TeamId) -> bool {
        self.slide_id == slide_id && self.team_id.is_none_or(|team| team == team_id)
    }

    /// When it ends.
    pub(super) fn until(&self) -> Option<Timestamp> {
        Timestamp::from_timestamp_millis(self.until)
    }
}
