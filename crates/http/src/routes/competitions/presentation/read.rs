//! `GET /api/competitions/{competition_id}/presentation`

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use estrad_domain::CompetitionId;

use crate::access::{Access, may};
use crate::app::App;
use crate::problem::Problem;
use crate::shown::PresentationState;

/// Read where the presentation stands that goes on.
///
/// Judges, operators and users also get `clients`: how many take part, for each view.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("WatchPresentation"))),
    params(("competition_id" = CompetitionId, Path)),
    responses(
        (status = 200, body = PresentationState),
        (status = 404, description = "`presentation_not_found`: The competition is not being presented."),
    ),
)]
#[get("/api/competitions/{competition_id}/presentation")]
pub(crate) async fn read_presentation(
    app: Data<App>,
    access: Access<may::WatchPresentation>,
    path: Path<CompetitionId>,
) -> Result<Json<PresentationState>, Problem> {
    let (presentation, _) = app.live.current(path.into_inner()).await?;
    Ok(Json(PresentationState::of(&presentation, &app, &access)))
}
