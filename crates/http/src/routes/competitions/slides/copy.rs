//! `POST /api/competitions/{competition_id}/slides/{slide_id}/copy`

use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use estrad_domain::slide::Slide;
use estrad_domain::{CompetitionId, SlideId};
use estrad_persistence::queries::slides;

use crate::access::may;
use crate::editing::Edit;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Copy a slide with everything on it, right after the original.
#[utoipa::path(
    tag = "slides",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path)),
    responses(
        (status = 200, body = Slide),
        (status = 409, description = "`too_many`: A competition has no more than 1,000 slides."),
    ),
)]
#[post("/api/competitions/{competition_id}/slides/{slide_id}/copy")]
pub(crate) async fn copy_slide(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, id) = path.into_inner();
    edit.apply_showing(move |connection| {
        slides::copy(connection, competition_id, id).on_missing(ErrorWord::SlideNotFound)
    })
    .await
}
