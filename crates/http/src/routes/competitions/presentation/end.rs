//! `POST /api/competitions/{competition_id}/presentation/end`

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use estrad_domain::CompetitionId;

use crate::access::{Access, may};
use crate::app::App;
use crate::problem::Problem;
use crate::shown::{PresentationState, actor};

/// End the presentation that goes on. Everybody in it is told, and let go. Until `resumable_until` it can
/// be resumed.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("RunPresentation"))),
    params(("competition_id" = CompetitionId, Path)),
    responses(
        (status = 200, body = PresentationState),
        (status = 404, description = "`presentation_not_found`: The competition is not being presented."),
    ),
)]
#[post("/api/competitions/{competition_id}/presentation/end")]
pub(crate) async fn end_presentation(
    app: Data<App>,
    access: Access<may::RunPresentation>,
    path: Path<CompetitionId>,
) -> Result<Json<PresentationState>, Problem> {
    let presentation = app.live.end(path.into_inner(), actor(&access)).await?;
    Ok(Json(PresentationState::of(&presentation, &app, &access)))
}
