//! What an operator asks for with `sync`, and what becomes of it.

use serde_json::{Map, Value};
use thiserror::Error;

use super::event::{Event, SlidePlace};
use super::state::{SlideInfo, State, Timer};
use super::timer::{ChangeRefused, Rules, TimerChange, TimerOutcome};

/// The longest reason, in characters.
pub const MAX_REASON: usize = 1_000;

/// A change of what is shown; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// From 0.
    pub slide_order: Option<i64>,
    #[expect(missing_docs, reason = "says itself")]
    pub timer: Option<TimerChange>,
    #[expect(missing_docs, reason = "says itself")]
    pub show_scoreboard: Option<bool>,
    #[expect(missing_docs, reason = "says itself")]
    pub live_answers: Option<bool>,
}

/// What is wrong with a change.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{field}: {message}")]
pub struct ChangeError {
    /// The member at fault.
    pub field: String,
    /// A sentence.
    pub message: String,
}

pub(super) fn wrong<T>(field: &str, message: impl Into<String>) -> Result<T, ChangeError> {
    Err(ChangeError { field: field.to_owned(), message: message.into() })
}

impl Change {
    /// Reads a change as it comes from a client.
    ///
    /// # Errors
    /// The first member that is unknown or of the wrong form, or that there is none.
    pub fn parse(data: &Value) -> Result<Self, ChangeError> {
        let Some(members) = data.as_object() else {
            return wrong("data", "Must be an object.");
        };
        if members.is_empty() {
            return wrong("data", "Says nothing to change.");
        }
        let mut change = Self::default();
        for (name, value) in members {
            match name.as_str() {
                "slide_order" => change.slide_order = Some(whole(name, value)?),
                "timer" => change.timer = Some(TimerChange::parse(value)?),
                "show_scoreboard" => change.show_scoreboard = Some(flag(name, value)?),
                "live_answers" => change.live_answers = Some(flag(name, value)?),
                _ => return wrong(&excerpt(name), "Unknown field."),
            }
        }
        Ok(change)
    }

    /// What becomes of the change in a presentation that stands there; none where nothing would
    /// change.
    ///
    /// # Errors
    /// An order outside the slides; a timer that ends in the past, or later than in a day; one that
    /// has run out and may not be started so.
    pub fn decide(&self, state: &State, rules: Rules<'_>) -> Result<Option<Event>, ChangeRefused> {
        let slide = self.slide_order.map(|order| slide_at(rules.slides, order)).transpose()?;
        let current = slide.map(|slide| slide.id).or(state.slide.map(|slide| slide.slide_id));
        let moves = slide.is_some_and(|slide| state.slide.map(|s| s.slide_id) != Some(slide.id));
        // Another slide shows no timer yet, whatever was running on the one before.
        let before = if moves { Timer::default() } else { state.timer };
        let asked = self.timer.as_ref();
        let asked = asked.map(|timer| timer.decide(state, current, before, rules)).transpose()?;
        let moved = || moves.then(|| TimerOutcome::at_rest(state, current, rules.now));
        let outcome = asked.flatten().or_else(moved);
        let (timer, time_left, restart) = outcome.map_or((None, None, None), |outcome| {
            (Some(outcome.timer), outcome.time_left, outcome.restart)
        });
        let changes = slide.is_some()
            || timer.is_some()
            || self.show_scoreboard.is_some()
            || self.live_answers.is_some();
        Ok(changes.then_some(Event::Synced {
            slide: slide.map(place),
            step: slide.map(|slide| state.shown.step(slide.id)),
            timer,
            time_left,
            restart,
            show_scoreboard: self.show_scoreboard,
            live_answers: self.live_answers,
            scoreboard: None,
        }))
    }
}

fn place(slide: SlideInfo) -> SlidePlace {
    SlidePlace { slide_id: slide.id, slide_order: slide.order }
}

fn slide_at(slides: &[SlideInfo], order: i64) -> Result<SlideInfo, ChangeError> {
    let found = slides.iter().find(|slide| i64::from(slide.order) == order);
    match found {
        Some(slide) => Ok(*slide),
        None if slides.is_empty() => wrong("slide_order", "The competition has no slides."),
        None => wrong("slide_order", format!("Must be from 0 to {}.", slides.len() - 1)),
    }
}

impl TimerChange {
    /// Reads a timer as it comes from a client.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(data: &Value) -> Result<Self, ChangeError> {
        let Some(members) = data.as_object() else {
            return wrong("timer", "Must be an object.");
        };
        const MEMBERS: [&str; 4] = ["value", "enabled", "restart", "reason"];
        if let Some(unknown) = members.keys().find(|key| !MEMBERS.contains(&&***key)) {
            return wrong(&format!("timer.{}", excerpt(unknown)), "Unknown field.");
        }
        let value = match members.get("value") {
            None | Some(Value::Null) => None,
            Some(value) => Some(whole("timer.value", value)?),
        };
        let restart = members.get("restart").map_or(Ok(false), |v| flag("timer.restart", v))?;
        let reason = match members.get("reason") {
            None | Some(Value::Null) => None,
            Some(value) => Some(reason("timer.reason", value)?),
        };
        Ok(Self { value, enabled: enabled(members)?, restart, reason })
    }
}

fn enabled(members: &Map<String, Value>) -> Result<bool, ChangeError> {
    match members.get("enabled") {
        Some(value) => flag("timer.enabled", value),
        None => wrong("timer.enabled", "Is missing."),
    }
}

fn reason(field: &str, value: &Value) -> Result<String, ChangeError> {
    match value.as_str().map(str::trim) {
        None => wrong(field, "Must be a text."),
        Some(text) if text.chars().count() > MAX_REASON => {
            wrong(field, format!("At most {MAX_REASON} characters."))
        }
        Some(text) => Ok(text.to_owned()),
    }
}

fn flag(field: &str, value: &Value) -> Result<bool, ChangeError> {
    value.as_bool().map_or_else(|| wrong(field, "Must be true or false."), Ok)
}

/// A whole number, also one that is written with a point, as some languages do.
pub(super) fn whole(field: &str, value: &Value) -> Result<i64, ChangeError> {
    let number = value.as_i64().or_else(|| {
        let number = value.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 9e15)?;
        Some(number as i64)
    });
    // So far from all that is real that sums can't overflow.
    let number = number.filter(|n| n.unsigned_abs() < 1 << 53);
    number.map_or_else(|| wrong(field, "Must be a whole number."), Ok)
}

/// What is repeated of a client's own words: enough to recognise them.
pub(super) fn excerpt(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SlideId;
    use crate::clock::Timestamp;
    use crate::presentation::TimerRestart;
    use serde_json::json;

    fn now() -> Timestamp {
        Timestamp::from_timestamp_millis(1_000_000).expect("a time")
    }

    fn slides() -> Vec<SlideInfo> {
        let slide = |id, order, think_time| SlideInfo { id: SlideId(id), order, think_time };
        vec![slide(10, 0, None), slide(11, 1, Some(30))]
    }

    fn at(order: usize) -> State {
        State { slide: Some(place(slides()[order])), ..State::default() }
    }

    fn decided(state: &State, data: Value) -> Result<Event, ChangeError> {
        let rules = Rules { slides: &slides(), restart: TimerRestart::Allowed, now: now() };
        match Change::parse(&data)?.decide(state, rules) {
            Ok(event) => Ok(event.expect("something changes")),
            Err(ChangeRefused::Invalid(error)) => Err(error),
            Err(other) => panic!("{other}"),
        }
    }

    fn timer(state: &State, data: Value) -> Result<Timer, String> {
        match decided(state, data) {
            Ok(Event::Synced { timer: Some(timer), .. }) => Ok(timer),
            Ok(other) => panic!("no timer in {other:?}"),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn the_think_time_counts_whatever_the_operators_clock_says() {
        let running = Ok(Timer { value: Some(1_030_000), enabled: true });
        for value in [json!(null), json!(5), json!(9_000_000_000_000_i64)] {
            let asked = json!({"timer": {"value": value, "enabled": true}});
            assert_eq!(timer(&at(1), asked), running);
        }
    }

    #[test]
    fn without_a_think_time_the_operator_says_when() {
        let asked =
            |value: Value| timer(&at(0), json!({"timer": {"value": value, "enabled": true}}));
        assert_eq!(asked(json!(1_005_000)), Ok(Timer { value: Some(1_005_000), enabled: true }));
        assert_eq!(asked(json!(1_005_000.0)), Ok(Timer { value: Some(1_005_000), enabled: true }));
        for (value, why) in [
            (json!(999_999), "past"),
            (json!(1_000_000 + 24 * 3_600_000 + 1), "day"),
            (json!(null), "say when"),
            (json!(1e300), "whole"),
            (json!(i64::MAX), "whole"),
            (json!("soon"), "whole"),
        ] {
            let refused = asked(value.clone()).expect_err("refused");
            assert!(refused.starts_with("timer.value") && refused.contains(why), "{refused}");
        }
    }

    #[test]
    fn another_slide_has_no_timer() {
        let mut state = at(1);
        state.timer = Timer { value: Some(1_030_000), enabled: true };
        assert_eq!(timer(&state, json!({"slide_order": 0})), Ok(Timer::default()));
        let stopped = json!({"slide_order": 0, "timer": {"value": null, "enabled": false}});
        assert_eq!(timer(&state, stopped), Ok(Timer::default()));
        // Where it is, nothing stops.
        let same = decided(&state, json!({"slide_order": 1})).expect("allowed");
        assert!(matches!(same, Event::Synced { slide: Some(_), timer: None, .. }));
    }

    #[test]
    fn a_timer_is_stopped_with_the_end_that_it_had() {
        let mut state = at(1);
        state.timer = Timer { value: Some(1_030_000), enabled: true };
        let stop = |value: Value| json!({"timer": {"value": value, "enabled": false}});
        let stopped = Ok(Timer { value: Some(1_030_000), enabled: false });
        assert_eq!(timer(&state, stop(json!(77))), stopped);
        assert_eq!(timer(&state, stop(json!(null))), Ok(Timer::default()));
    }

    #[test]
    fn what_can_not_be_is_refused_by_name() {
        for (data, field) in [
            (json!(null), "data"),
            (json!([1]), "data"),
            (json!({}), "data"),
            (json!({"slide": 1}), "slide"),
            (json!({"slide_order": 2}), "slide_order"),
            (json!({"slide_order": -1}), "slide_order"),
            (json!({"slide_order": 0.5}), "slide_order"),
            (json!({"slide_order": "0"}), "slide_order"),
            (json!({"timer": null}), "timer"),
            (json!({"timer": {"enabled": 1}}), "timer.enabled"),
            (json!({"timer": {"value": 5}}), "timer.enabled"),
            (json!({"timer": {"enabled": false, "x": 1}}), "timer.x"),
            (json!({"show_scoreboard": "yes"}), "show_scoreboard"),
        ] {
            let refused = decided(&at(0), data.clone()).expect_err("refused");
            assert_eq!(refused.field, field, "{data}");
        }
    }
}
