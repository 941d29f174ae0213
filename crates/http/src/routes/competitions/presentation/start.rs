//! `POST /api/competitions/{competition_id}/presentation/start`

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use estrad_domain::CompetitionId;

use crate::access::{Access, may};
use crate::app::App;
use crate::problem::Problem;
use crate::shown::{PresentationState, actor};

/// Start a presentation at the first slide, or join the one that goes on.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("RunPresentation"))),
    params(("competition_id" = CompetitionId, Path)),
    responses(
        (status = 200, body = PresentationState),
    ),
)]
#[post("/api/competitions/{competition_id}/presentation/start")]
pub(crate) async fn start_presentation(
    app: Data<App>,
    access: Access<may::RunPresentation>,
    path: Path<CompetitionId>,
) -> Result<Json<PresentationState>, Problem> {
    let presentation = app.live.start(path.into_inner(), actor(&access)).await?;
    Ok(Json(PresentationState::of(&presentation, &app, &access)))
}
