//! `POST /api/competitions/{competition_id}/presentation/step`

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use estrad_domain::CompetitionId;
use estrad_domain::presentation::Step;
use estrad_realtime::LiveError;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::Body;
use crate::problem::Problem;
use crate::shown::{PresentationState, actor};

/// The next clue.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the schema is what it is for")]
pub(crate) struct ShowClue {
    /// How many clues of the current slide shall be shown: not fewer than were, nor more than there
    /// are.
    #[schema(minimum = 0, example = 2)]
    step: i64,
}

/// Show the next clue of the current slide, as the socket event `step` does.
///
/// What teams answered at the clues before it stays as it is: they change it no more. A step that was
/// taken already changes nothing; none is taken back.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("RunPresentation"))),
    params(("competition_id" = CompetitionId, Path)),
    request_body = ShowClue,
    responses(
        (status = 200, body = PresentationState),
        (status = 404, description = "`presentation_not_found`: The competition is not being presented."),
    ),
)]
#[post("/api/competitions/{competition_id}/presentation/step")]
pub(crate) async fn show_clue(
    app: Data<App>,
    access: Access<may::RunPresentation>,
    path: Path<CompetitionId>,
    body: Body,
) -> Result<Json<PresentationState>, Problem> {
    let step = Step::parse(&body.value()?).map_err(LiveError::from)?;
    let presentation = app.live.step(path.into_inner(), actor(&access), step).await?;
    Ok(Json(PresentationState::of(&presentation, &app, &access)))
}
