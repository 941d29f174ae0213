//! `POST /api/competitions/{competition_id}/presentation/reopen`

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use estrad_domain::answer::Reason;
use estrad_domain::{CompetitionId, TeamId};
use estrad_realtime::Reopen;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, request};
use crate::problem::Problem;
use crate::shown::{PresentationState, actor};

request! {
    /// More time on the current slide, for a team or for all.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct ReopenAnswers {
        /// All teams, when left out or null.
        team_id: Option<TeamId>,
        /// From now on.
        #[schema(minimum = 1, maximum = 3600, example = 20)]
        seconds: i64,
        /// Why; not empty.
        #[schema(value_type = String, max_length = 1000, example = "The tablet had to be started again.")]
        reason: Reason,
    }
}

/// Give a team, or all of them, more time on the current slide, and say why: it stays in the log.
///
/// The slide may have been stepped away from and shown again meanwhile.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("ReopenAnswers"))),
    params(("competition_id" = CompetitionId, Path)),
    request_body = ReopenAnswers,
    responses(
        (status = 200, body = PresentationState),
        (status = 404, description = "`presentation_not_found`: The competition is not being presented.\n\n`team_not_found`: There is no such team in the competition."),
    ),
)]
#[post("/api/competitions/{competition_id}/presentation/reopen")]
pub(crate) async fn reopen_answers(
    app: Data<App>,
    access: Access<may::ReopenAnswers>,
    path: Path<CompetitionId>,
    body: Body,
) -> Result<Json<PresentationState>, Problem> {
    let ReopenAnswers { team_id, seconds, reason } = body.parse()?;
    let reopen = Reopen { team_id, seconds, reason: reason.into_string() };
    let presentation = app.live.reopen(path.into_inner(), actor(&access), reopen).await?;
    Ok(Json(PresentationState::of(&presentation, &app, &access)))
}
