//! What a presentation has shown so far: its slides, and the clues on each.
//!
//! What was shown was shown: going back takes nothing away.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::state::Locked;
use crate::SlideId;
use crate::clock::Timestamp;

/// The slides that were current, each with the times at which its clues came, in milliseconds since
/// 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShownSlides(BTreeMap<SlideId, Vec<i64>>);

impl ShownSlides {
    /// Whether the slide was current at any time.
    pub fn includes(&self, slide_id: SlideId) -> bool {
        self.0.contains_key(&slide_id)
    }

    /// How many clues of the slide were shown.
    pub fn step(&self, slide_id: SlideId) -> u32 {
        self.0.get(&slide_id).map_or(0, |clues| u32::try_from(clues.len()).unwrap_or(u32::MAX))
    }

    /// Notes that the slide is current.
    pub fn show(&mut self, slide_id: SlideId) {
        self.0.entry(slide_id).or_default();
    }

    /// Notes that so many clues of the slide are shown from that time on.
    pub(super) fn show_clues(&mut self, slide_id: SlideId, step: u32, at: Timestamp) {
        let clues = self.0.entry(slide_id).or_default();
        while clues.len() < step as usize {
            clues.push(at.timestamp_millis());
        }
    }

    /// Moves all times by as much as the clock was set.
    pub(super) fn shift(&mut self, by_ms: i64) {
        for at in self.0.values_mut().flatten() {
            *at = at.saturating_add(by_ms);
        }
    }

    /// Whether an answer is taken at the row of a clue (from 0) that arrived at that time: until the
    /// next clue is shown, and `grace` longer for what was under way.
    ///
    /// # Errors
    /// [`Locked::StepOver`].
    pub fn check_step(
        &self,
        slide_id: SlideId,
        row: i32,
        arrived: Timestamp,
        grace: TimeDelta,
    ) -> Result<(), Locked> {
        let next = usize::try_from(row).ok().and_then(|row| row.checked_add(1));
        let clues = self.0.get(&slide_id);
        let over = clues.zip(next).and_then(|(clues, next)| clues.get(next).copied());
        let Some(over) = over.and_then(Timestamp::from_timestamp_millis) else { return Ok(()) };
        if arrived > over + grace { Err(Locked::StepOver) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLIDE: SlideId = SlideId(7);
    const GRACE: TimeDelta = TimeDelta::milliseconds(500);

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_timestamp_millis(milliseconds).expect("a time")
    }

    fn with_clues(times: &[i64]) -> ShownSlides {
        let mut shown = ShownSlides::default();
        shown.show(SLIDE);
        for (place, &time) in times.iter().enumerate() {
            shown.show_clues(SLIDE, place as u32 + 1, at(time));
        }
        shown
    }

    #[test]
    fn a_slide_stays_shown_and_its_clues_with_it() {
        let mut shown = with_clues(&[1_000, 2_000]);
        shown.show(SlideId(8));
        shown.show(SLIDE);
        assert!(shown.includes(SLIDE) && shown.includes(SlideId(8)));
        assert!(!shown.includes(SlideId(9)));
        assert_eq!((shown.step(SLIDE), shown.step(SlideId(8)), shown.step(SlideId(9))), (2, 0, 0));
        shown.show_clues(SLIDE, 1, at(9_000));
        assert_eq!(shown, {
            let mut same = with_clues(&[1_000, 2_000]);
            same.show(SlideId(8));
            same
        });
    }

    #[test]
    fn a_row_is_locked_by_the_next_clue() {
        let shown = with_clues(&[1_000, 60_000, 90_000]);
        let open = |row, time| shown.check_step(SLIDE, row, at(time), GRACE).is_ok();
        assert!(open(0, 60_500) && !open(0, 60_501));
        assert!(open(1, 90_500) && !open(1, 90_501));
        assert!(open(2, 900_000), "there is no next clue yet");
        assert!(open(3, 900_000), "its own clue is yet to come");
        // Under way, though others were faster.
        assert!(open(0, 59_000));
        // The clock is set back by an hour: that opens nothing.
        let mut shown = shown.clone();
        shown.shift(-3_600_000);
        let open =
            |row, time: i64| shown.check_step(SLIDE, row, at(time - 3_600_000), GRACE).is_ok();
        assert!(open(0, 60_500) && !open(0, 60_501) && !open(1, 90_501));
    }

    #[test]
    fn without_a_step_nothing_is_locked() {
        let shown = with_clues(&[]);
        assert!((0..5).all(|row| shown.check_step(SLIDE, row, at(9_000_000), GRACE).is_ok()));
        let elsewhere = ShownSlides::default();
        assert!(elsewhere.check_step(SLIDE, 0, at(0), GRACE).is_ok());
    }

    #[test]
    fn it_is_kept_as_an_object_by_slide() {
        let shown = with_clues(&[1_000]);
        let json = serde_json::to_string(&shown).expect("JSON");
        assert_eq!(json, r#"{"7":[1000]}"#);
        assert_eq!(serde_json::from_str::<ShownSlides>(&json).expect("read"), shown);
        assert_eq!(
            serde_json::from_str::<ShownSlides>("{}").expect("read"),
            ShownSlides::default()
        );
    }
}
