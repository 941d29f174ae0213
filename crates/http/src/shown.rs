//! How a presentation is answered: where it stands, and to whom also who takes part.

use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{
    Actor, EndReason, Group, Presence, Presentation, Recipients, State, Timer,
};
use estrad_domain::principal::Principal;
use estrad_domain::{CompetitionId, PresentationId, SlideId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Access;
use crate::app::App;

/// What is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Shown {
    /// From 0; also 0 in a competition without slides.
    slide_order: i32,
    /// Null in a competition without slides.
    slide_id: Option<SlideId>,
    /// How many clues of the slide have been shown.
    step: u32,
    timer: Timer,
    /// What is left of a timer that does not run, in milliseconds: 0 once it ran out. Not there while
    /// it runs, and before it was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 12_500)]
    time_left: Option<i64>,
    show_scoreboard: bool,
    /// Whether the audience sees what teams answer, for the types where that is fair.
    live_answers: bool,
}

impl From<&State> for Shown {
    fn from(state: &State) -> Self {
        Self {
            slide_order: state.slide_order(),
            slide_id: state.slide.map(|slide| slide.slide_id),
            step: state.slide.map_or(0, |slide| state.shown.step(slide.slide_id)),
            timer: state.timer,
            time_left: state.time_left(),
            show_scoreboard: state.show_scoreboard,
            live_answers: state.live_answers,
        }
    }
}

/// Where a presentation stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PresentationState {
    presentation_id: PresentationId,
    competition_id: CompetitionId,
    /// The number of the newest entry of its log.
    seq: i64,
    #[serde(flatten)]
    shown: Shown,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// Once it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Once it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_reason: Option<EndReason>,
    /// Once it is over: until when it can be resumed, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    resumable_until: Option<i64>,
    /// By the server's clock, in milliseconds since 1970.
    #[schema(example = 1_795_348_860_000_i64)]
    server_time: i64,
    /// How many clients take part. For judges, operators and users only.
    #[serde(skip_serializing_if = "Option::is_none")]
    clients: Option<Presence>,
}

impl PresentationState {
    /// As the caller may see it, at this moment.
    pub(crate) fn of<P>(presentation: &Presentation, app: &App, access: &Access<P>) -> Self {
        let caller = &access.caller.principal;
        Self {
            presentation_id: presentation.id,
            competition_id: presentation.competition_id,
            seq: presentation.seq,
            shown: (&presentation.state).into(),
            started_at: presentation.started_at,
            ended_at: presentation.ended.map(|(at, _)| at),
            end_reason: presentation.ended.map(|(_, reason)| reason),
            resumable_until: presentation.resumable_until.map(|at| at.timestamp_millis()),
            server_time: app.clock.now().timestamp_millis(),
            clients: sees_presence(caller).then(|| app.live.presence(presentation.id)),
        }
    }
}

/// The same as for the event `presence`.
fn sees_presence(caller: &Principal) -> bool {
    Group::of_caller(caller).is_some_and(|group| Recipients::STAFF.include(group))
}

/// A presentation among others.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PresentationItem {
    id: PresentationId,
    competition_id: CompetitionId,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// Null while it goes on.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Null while it goes on.
    end_reason: Option<EndReason>,
    /// The number of the newest entry of its log.
    seq: i64,
    state: Shown,
    /// How many clients take part; only while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    presence: Option<Presence>,
}

impl PresentationItem {
    pub(crate) fn new(presentation: &Presentation, presence: Option<Presence>) -> Self {
        Self {
            id: presentation.id,
            competition_id: presentation.competition_id,
            started_at: presentation.started_at,
            ended_at: presentation.ended.map(|(at, _)| at),
            end_reason: presentation.ended.map(|(_, reason)| reason),
            seq: presentation.seq,
            state: (&presentation.state).into(),
            presence,
        }
    }
}

/// The caller, as the log names who did something.
pub(crate) fn actor<P>(access: &Access<P>) -> Actor {
    Actor::of(&access.caller.principal, &access.caller.jti)
}
