//! `POST /api/competitions/{competition_id}/presentation/sync`

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use estrad_domain::CompetitionId;
use estrad_domain::presentation::Change;
use estrad_realtime::LiveError;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::Body;
use crate::problem::Problem;
use crate::shown::{PresentationState, actor};

/// What shall be shown; what is left out stays.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the schema is what it is for")]
pub(crate) struct SyncPresentation {
    /// From 0. Another slide has no timer yet.
    #[schema(minimum = 0)]
    slide_order: Option<i32>,
    timer: Option<SyncTimer>,
    show_scoreboard: Option<bool>,
    /// Whether the audience sees what teams answer, for the types where that is fair.
    live_answers: Option<bool>,
}

/// What is asked of the timer.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the schema is what it is for")]
pub(crate) struct SyncTimer {
    /// When it shall end, in milliseconds since 1970: on slides without a think time. On others the
    /// think time counts from now on, whatever is said here.
    #[schema(example = 1_795_348_860_000_i64)]
    value: Option<i64>,
    /// Whether it runs. Enabling one that runs changes nothing; one that was stopped goes on with what
    /// was left.
    enabled: bool,
    /// Said where it is to be started once more after it has run out.
    restart: Option<bool>,
    /// Why it is restarted, for judges and operators.
    #[schema(max_length = 1000)]
    reason: Option<String>,
}

/// Change what is shown, as the socket event `sync` does. Everybody in the presentation is told.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("RunPresentation"))),
    params(("competition_id" = CompetitionId, Path)),
    request_body = SyncPresentation,
    responses(
        (status = 200, body = PresentationState),
        (status = 404, description = "`presentation_not_found`: The competition is not being presented."),
        (status = 409, description = "`timer_over`: The time of this slide has run out, and the competition wants a restart to be said."),
    ),
)]
#[post("/api/competitions/{competition_id}/presentation/sync")]
pub(crate) async fn sync_presentation(
    app: Data<App>,
    access: Access<may::RunPresentation>,
    path: Path<CompetitionId>,
    body: Body,
) -> Result<Json<PresentationState>, Problem> {
    let change = Change::parse(&body.value()?).map_err(LiveError::from)?;
    let presentation = app.live.sync(path.into_inner(), actor(&access), change).await?;
    Ok(Json(PresentationState::of(&presentation, &app, &access)))
}
