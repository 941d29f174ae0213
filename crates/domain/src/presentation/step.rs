//! What an operator asks for with `step`, and what becomes of it.

use serde_json::Value;

use super::change::{ChangeError, excerpt, whole, wrong};
use super::event::Event;
use super::state::State;

/// The next clue of the current slide: how many shall be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step(i64);

impl Step {
    /// Reads it as it comes from a client: `{"step": 2}`.
    ///
    /// # Errors
    /// The first member that is unknown, of the wrong form or missing.
    pub fn parse(data: &Value) -> Result<Self, ChangeError> {
        let Some(members) = data.as_object() else {
            return wrong("data", "Must be an object.");
        };
        if let Some(unknown) = members.keys().find(|key| *key != "step") {
            return wrong(&excerpt(unknown), "Unknown field.");
        }
        match members.get("step") {
            Some(step) => Ok(Self(whole("step", step)?)),
            None => wrong("step", "Is missing."),
        }
    }

    /// What becomes of it in a presentation that stands there, on a slide with so many clues: nothing
    /// when so many are shown already, as when two operators press at once.
    ///
    /// # Errors
    /// On a slide without clues; for fewer than were shown, or more than there are.
    pub fn decide(self, state: &State, clues: u32) -> Result<Option<Event>, ChangeError> {
        let Some(slide) = state.slide.filter(|_| clues > 0) else {
            return wrong("step", "The current slide has no clues.");
        };
        let shown = state.shown.step(slide.slide_id);
        let step = u32::try_from(self.0).ok().filter(|step| *step <= clues.max(shown));
        match step {
            Some(step) if step == shown => Ok(None),
            Some(step) if step > shown => Ok(Some(Event::Stepped { slide, step })),
            Some(_) => wrong("step", format!("{shown} were shown already, and that stays so.")),
            None => wrong("step", format!("Must be from {shown} to {}.", clues.max(shown))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SlideId;
    use crate::clock::Timestamp;
    use crate::presentation::SlidePlace;
    use serde_json::json;

    const SLIDE: SlidePlace = SlidePlace { slide_id: SlideId(7), slide_order: 3 };

    fn decided(state: &State, clues: u32, data: Value) -> Result<Option<Event>, ChangeError> {
        Step::parse(&data)?.decide(state, clues)
    }

    fn at_step(step: u32) -> State {
        let mut state = State::default();
        state.evolve(&Event::Started { slide: Some(SLIDE) }, Timestamp::UNIX_EPOCH);
        state.evolve(&Event::Stepped { slide: SLIDE, step }, Timestamp::UNIX_EPOCH);
        state
    }

    #[test]
    fn clues_come_one_by_one_or_several_at_once_and_only_forward() {
        let state = at_step(2);
        let stepped = |step| Ok(Some(Event::Stepped { slide: SLIDE, step }));
        assert_eq!(decided(&state, 5, json!({"step": 3})), stepped(3));
        assert_eq!(decided(&state, 5, json!({"step": 5.0})), stepped(5));
        assert_eq!(decided(&state, 5, json!({"step": 2})), Ok(None));
        for step in [1, 0, -1, 6, i64::MAX] {
            let refused = decided(&state, 5, json!({"step": step})).expect_err("refused");
            assert_eq!(refused.field, "step", "{step}");
        }
        // An editor took clues away meanwhile.
        assert_eq!(decided(&state, 1, json!({"step": 2})), Ok(None));
    }

    #[test]
    fn what_can_not_be_is_refused_by_name() {
        for (data, field) in [
            (json!(null), "data"),
            (json!({}), "step"),
            (json!({"step": null}), "step"),
            (json!({"step": "1"}), "step"),
            (json!({"step": 0.5}), "step"),
            (json!({"step": 1, "slide": 1}), "slide"),
        ] {
            let refused = decided(&at_step(0), 5, data.clone()).expect_err("refused");
            assert_eq!(refused.field, field, "{data}");
        }
        assert!(decided(&at_step(0), 0, json!({"step": 1})).is_err(), "no clues");
        assert!(decided(&State::default(), 5, json!({"step": 1})).is_err(), "no slide");
    }
}
