//! `POST /api/competitions/{competition_id}/presentation/resume`

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use estrad_domain::{CompetitionId, PresentationId};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, request};
use crate::problem::Problem;
use crate::shown::{PresentationState, actor};

request! {
    /// Which presentation shall go on.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct ResumePresentation {
        /// The newest one, when left out. Where the named one goes on already, nothing changes.
        presentation_id: Option<PresentationId>,
    }
}

/// Let the newest presentation go on that has ended, until its `resumable_until`: in the same log and as
/// it stood, with the timer stopped where it was.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("RunPresentation"))),
    params(("competition_id" = CompetitionId, Path)),
    request_body = Option<ResumePresentation>,
    responses(
        (status = 200, body = PresentationState),
        (status = 404, description = "`presentation_not_found`: The competition was never presented."),
        (status = 409, description = "`not_resumable`: It ended too long ago, or another one was started since."),
    ),
)]
#[post("/api/competitions/{competition_id}/presentation/resume")]
pub(crate) async fn resume_presentation(
    app: Data<App>,
    access: Access<may::RunPresentation>,
    path: Path<CompetitionId>,
    body: Body,
) -> Result<Json<PresentationState>, Problem> {
    let ResumePresentation { presentation_id } = body.parse()?;
    let resumed = app.live.resume(path.into_inner(), actor(&access), presentation_id).await?;
    Ok(Json(PresentationState::of(&resumed, &app, &access)))
}
