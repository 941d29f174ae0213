//! `POST /api/competitions/{competition_id}/presentation/timer/…`: pausing the timer, letting it go on,
//! making it longer or shorter.

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use estrad_domain::CompetitionId;
use estrad_domain::answer::Reason;
use estrad_domain::presentation::TimerAction;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, Flag, request};
use crate::problem::Problem;
use crate::shown::{PresentationState, actor};

request! {
    /// More time on the current slide for all, or less.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct AddTime {
        /// Not 0. Of what was there, something has to be left.
        #[schema(minimum = -3600, maximum = 3600, example = 30)]
        seconds: i64,
        /// Said where it shall open a slide again whose time has run out.
        #[schema(value_type = Option<bool>)]
        restart: Option<Flag>,
        /// Why, for judges and operators where it opens the slide again.
        #[schema(value_type = Option<String>, max_length = 1000)]
        reason: Option<Reason>,
    }
}

/// Pause the timer: no answers are taken until it goes on, with what is left. Nothing changes where
/// it does not run.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("RunPresentation"))),
    params(("competition_id" = CompetitionId, Path)),
    responses(
        (status = 200, body = PresentationState),
        (status = 404, description = "`presentation_not_found`: The competition is not being presented."),
    ),
)]
#[post("/api/competitions/{competition_id}/presentation/timer/pause")]
pub(crate) async fn pause_timer(
    app: Data<App>,
    access: Access<may::RunPresentation>,
    path: Path<CompetitionId>,
) -> Result<Json<PresentationState>, Problem> {
    act(&app, &access, path.into_inner(), TimerAction::Pause).await
}

/// Let the timer go on with what is left; one that was not started begins. Nothing changes where it
/// runs.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("RunPresentation"))),
    params(("competition_id" = CompetitionId, Path)),
    responses(
        (status = 200, body = PresentationState),
        (status = 404, description = "`presentation_not_found`: The competition is not being presented."),
        (status = 409, description = "`timer_over`: The time of this slide has run out: restart it with `sync`, or reopen it.\n\n`no_timer`: The slide has no timer."),
    ),
)]
#[post("/api/competitions/{competition_id}/presentation/timer/resume")]
pub(crate) async fn resume_timer(
    app: Data<App>,
    access: Access<may::RunPresentation>,
    path: Path<CompetitionId>,
) -> Result<Json<PresentationState>, Problem> {
    act(&app, &access, path.into_inner(), TimerAction::Resume).await
}

/// Add seconds to the time of the current slide, or take some off.
///
/// Where the timer runs its end moves; where it is paused or was not started, what is left changes.
/// Where it has run out the slide is open again to all teams for so long, which is a restart: a
/// competition with `timer_restart` `confirm` wants `restart: true` for that.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("RunPresentation"))),
    params(("competition_id" = CompetitionId, Path)),
    request_body = AddTime,
    responses(
        (status = 200, body = PresentationState),
        (status = 404, description = "`presentation_not_found`: The competition is not being presented."),
        (status = 409, description = "`timer_over`: The time of this slide has run out, and the competition wants a restart to be said.\n\n`no_timer`: The slide has no timer."),
    ),
)]
#[post("/api/competitions/{competition_id}/presentation/timer/add")]
pub(crate) async fn add_time(
    app: Data<App>,
    access: Access<may::RunPresentation>,
    path: Path<CompetitionId>,
    body: Body,
) -> Result<Json<PresentationState>, Problem> {
    let AddTime { seconds, restart, reason } = body.parse()?;
    let restart = restart.is_some_and(|restart| restart.0);
    let reason = reason.map(Reason::into_string);
    act(&app, &access, path.into_inner(), TimerAction::Add { seconds, restart, reason }).await
}

async fn act(
    app: &App,
    access: &Access<may::RunPresentation>,
    competition_id: CompetitionId,
    action: TimerAction,
) -> Result<Json<PresentationState>, Problem> {
    let presentation = app.live.timer(competition_id, actor(access), action).await?;
    Ok(Json(PresentationState::of(&presentation, app, access)))
}
