//! `DELETE /api/competitions/{competition_id}/slides/{slide_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, delete};
use estrad_domain::{CompetitionId, SlideId};
use estrad_persistence::queries::results::ResultsOf;
use estrad_persistence::queries::slides;

use crate::access::may;
use crate::confirming::Confirmed;
use crate::editing::Edit;
use crate::input::Query;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Delete a slide with everything on it; those after it move up.
#[utoipa::path(
    tag = "slides",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("confirm" = Option<bool>, Query, description = "Results may go with it")),
    responses(
        (status = 204),
        (status = 409, description = "`has_results`: There are answers or scores that would go with it, as many as `counts` says (`{answers, scores, teams}`)."),
    ),
)]
#[delete("/api/competitions/{competition_id}/slides/{slide_id}")]
pub(crate) async fn delete_slide(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId)>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let (competition_id, id) = path.into_inner();
    let confirmed = Confirmed::read(&query)?;
    edit.apply_silently(move |connection| {
        slides::get(connection, competition_id, id).on_missing(ErrorWord::SlideNotFound)?;
        confirmed.require(connection, ResultsOf::Slide(id))?;
        slides::delete(connection, competition_id, id).on_missing(ErrorWord::SlideNotFound)
    })
    .await
}
