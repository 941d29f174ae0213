//! `DELETE /api/competitions/{competition_id}/slides/{slide_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, delete};
use estrad_domain::{CompetitionId, SlideId};
use estrad_persistence::queries::slides;

use crate::access::may;
use crate::editing::Edit;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Delete a slide with everything on it; those after it move up.
#[utoipa::path(
    tag = "slides",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path)),
    responses((status = 204)),
)]
#[delete("/api/competitions/{competition_id}/slides/{slide_id}")]
pub(crate) async fn delete_slide(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, id) = path.into_inner();
    edit.apply_silently(move |connection| {
        slides::delete(connection, competition_id, id).on_missing(ErrorWord::SlideNotFound)
    })
    .await
}
