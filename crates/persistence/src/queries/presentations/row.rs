//! A presentation as its row has it.

use chrono::{DateTime, NaiveDateTime};
use diesel::prelude::*;
use estrad_domain::SlideId;
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{EndReason, Presentation, ShownSlides, SlidePlace, State, Timer};

use super::remembered::Remembered;
use crate::schema::presentations;
use crate::{Error, Result};

type Times =
    (NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<String>, Option<i64>);
type Shown = (Option<i64>, i32, bool, bool, String, Option<String>, String);
type Countdown = (Option<i64>, bool, Option<NaiveDateTime>);

pub(super) type PresentationRow = (i64, i64, i64, Shown, Countdown, Times);

type TimeColumns = (
    presentations::started_at,
    presentations::last_event_at,
    presentations::ended_at,
    presentations::end_reason,
    presentations::resumable_until,
);
type ShownColumns = (
    presentations::slide_id,
    presentations::slide_order,
    presentations::scoreboard_shown,
    presentations::live_answers,
    presentations::reopened,
    presentations::slide_times,
    presentations::shown,
);
type CountdownColumns =
    (presentations::timer_value, presentations::timer_enabled, presentations::locked_at);
type Columns = (
    presentations::id,
    presentations::competition_id,
    presentations::seq,
    ShownColumns,
    CountdownColumns,
    TimeColumns,
);

pub(super) const COLUMNS: Columns = (
    presentations::id,
    presentations::competition_id,
    presentations::seq,
    (
        presentations::slide_id,
        presentations::slide_order,
        presentations::scoreboard_shown,
        presentations::live_answers,
        presentations::reopened,
        presentations::slide_times,
        presentations::shown,
    ),
    (presentations::timer_value, presentations::timer_enabled, presentations::locked_at),
    (
        presentations::started_at,
        presentations::last_event_at,
        presentations::ended_at,
        presentations::end_reason,
        presentations::resumable_until,
    ),
);

pub(super) fn presentation(row: PresentationRow) -> Result<Presentation> {
    let (id, competition_id, seq, shown, countdown, times) = row;
    let (slide_id, slide_order, show_scoreboard, live_answers, reopened, slide_times, shown) =
        shown;
    let (value, enabled, locked_at) = countdown;
    let (started_at, last_event_at, ended_at, end_reason, resumable_until) = times;
    // One that this server does not know must not make a presentation that is over go on.
    let end_reason = end_reason.map_or(Ok(EndReason::Ended), reason)?;
    let mut shown: ShownSlides = json(&shown)?;
    // One that went on when there was no such column is where it is.
    slide_id.into_iter().for_each(|id| shown.show(SlideId(id)));
    let place = |id| SlidePlace { slide_id: SlideId(id), slide_order };
    let timer = Timer { value, enabled };
    let remembered = Remembered::read(slide_times.as_deref(), &reopened)?;
    let remembered = remembered.with_current(slide_id, timer, locked_at.map(time));
    Ok(Presentation {
        id: id.into(),
        competition_id: competition_id.into(),
        seq,
        state: State {
            slide: slide_id.map(place),
            timer,
            show_scoreboard,
            live_answers,
            reopened: remembered.reopened,
            times: remembered.times,
            shown,
        },
        started_at: time(started_at),
        last_event_at: time(last_event_at.unwrap_or(started_at)),
        ended: ended_at.map(|at| (time(at), end_reason)),
        resumable_until: resumable_until.and_then(Timestamp::from_timestamp_millis),
    })
}

/// The columns that follow the state.
#[derive(AsChangeset)]
#[diesel(table_name = presentations, treat_none_as_null = true)]
pub(super) struct StateRow {
    seq: i64,
    slide_id: Option<i64>,
    slide_order: i32,
    scoreboard_shown: bool,
    live_answers: bool,
    reopened: String,
    slide_times: Option<String>,
    shown: String,
    timer_value: Option<i64>,
    timer_enabled: bool,
    locked_at: Option<NaiveDateTime>,
    last_event_at: Option<NaiveDateTime>,
    ended_at: Option<NaiveDateTime>,
    end_reason: Option<String>,
    resumable_until: Option<i64>,
}

impl StateRow {
    pub(super) fn of(presentation: &Presentation) -> Result<Self> {
        let state = &presentation.state;
        let remembered = Remembered::of(state);
        Ok(Self {
            seq: presentation.seq,
            slide_id: state.slide.map(|slide| slide.slide_id.0),
            slide_order: state.slide_order(),
            scoreboard_shown: state.show_scoreboard,
            live_answers: state.live_answers,
            reopened: remembered.of_current(state)?,
            slide_times: Some(to_json(&remembered)?),
            shown: to_json(&state.shown)?,
            timer_value: state.timer.value,
            timer_enabled: state.timer.enabled,
            locked_at: state.closed_at().map(|at| at.naive_utc()),
            last_event_at: Some(presentation.last_event_at.naive_utc()),
            ended_at: presentation.ended.map(|(at, _)| at.naive_utc()),
            end_reason: presentation.ended.map(|(_, reason)| reason.word().to_owned()),
            resumable_until: presentation.resumable_until.map(|at| at.timestamp_millis()),
        })
    }
}

pub(in crate::queries) fn time(naive: NaiveDateTime) -> Timestamp {
    DateTime::from_naive_utc_and_offset(naive, chrono::Utc)
}

pub(in crate::queries) fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::UnknownValue(error.to_string()))
}

pub(in crate::queries) fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::UnknownValue(error.to_string()))
}

fn reason(word: String) -> Result<EndReason> {
    EndReason::from_word(&word).ok_or(Error::UnknownValue(word))
}
