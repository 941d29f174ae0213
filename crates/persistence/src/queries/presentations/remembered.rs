//! What a presentation remembers of the time of its slides, as its row has it.
//!
//! Servers from before all slides were remembered read and write `locked_at` and `reopened`, which say
//! the same of the current slide alone. Both are kept up, and believed where nothing else is there.

use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{Reopening, SlideTime, State, Timer, TimerPhase};
use estrad_domain::{SlideId, TeamId};
use serde::{Deserialize, Serialize};

use super::row::{json, to_json};
use crate::Result;

/// The column `slide_times`.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Remembered {
    pub(super) times: Vec<SlideTime>,
    pub(super) reopened: Vec<Reopening>,
    /// As the column `reopened` has them, in a row without this one.
    #[serde(skip)]
    of_current: Vec<TeamReopening>,
}

/// An element of the column `reopened`.
#[derive(Serialize, Deserialize)]
struct TeamReopening {
    team_id: TeamId,
    until: i64,
}

impl Remembered {
    pub(super) fn of(state: &State) -> Self {
        let (times, reopened) = (state.times.clone(), state.reopened.clone());
        Self { times, reopened, of_current: Vec::new() }
    }

    pub(super) fn read(slide_times: Option<&str>, reopened: &str) -> Result<Self> {
        match slide_times {
            Some(slide_times) => json(slide_times),
            None => Ok(Self { of_current: json(reopened)?, ..Self::default() }),
        }
    }

    /// With what an older server wrote of the current slide, where only that is there.
    pub(super) fn with_current(
        mut self,
        slide_id: Option<i64>,
        timer: Timer,
        locked_at: Option<Timestamp>,
    ) -> Self {
        let Some(slide_id) = slide_id.map(SlideId) else { return self };
        let reopened = std::mem::take(&mut self.of_current).into_iter();
        self.reopened.extend(reopened.map(|TeamReopening { team_id, until }| Reopening {
            slide_id,
            team_id: Some(team_id),
            until,
        }));
        let known = self.times.iter().any(|time| time.slide_id == slide_id);
        if let (Some(locked_at), false, false) = (locked_at, known, timer.enabled) {
            let at = locked_at.timestamp_millis();
            // The end that was told says whether something was left.
            let left = timer.value.map_or(0, |end| end - at).max(0);
            let phase = if left > 0 { TimerPhase::Stopped } else { TimerPhase::RunOut };
            self.times.push(SlideTime { slide_id, phase, at, left });
        }
        self
    }

    /// The column `reopened`: what was given to single teams on the current slide.
    pub(super) fn of_current(&self, state: &State) -> Result<String> {
        let current = state.slide.map(|slide| slide.slide_id);
        let reopened = self.reopened.iter().filter(|known| Some(known.slide_id) == current);
        let reopened = reopened.filter_map(|known| {
            let (team_id, until) = (known.team_id?, known.until);
            Some(TeamReopening { team_id, until })
        });
        to_json(&reopened.collect::<Vec<_>>())
    }
}
