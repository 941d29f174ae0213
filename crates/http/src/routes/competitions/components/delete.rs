//! `DELETE …/components/{component_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, delete};
use estrad_domain::{CompetitionId, ComponentId, SlideId};
use estrad_persistence::queries::components;

use crate::access::may;
use crate::editing::Edit;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Take something off a slide.
#[utoipa::path(
    tag = "components",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("component_id" = ComponentId, Path)),
    responses((status = 204)),
)]
#[delete("/api/competitions/{competition_id}/slides/{slide_id}/components/{component_id}")]
pub(crate) async fn delete_component(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId, ComponentId)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, slide_id, id) = path.into_inner();
    edit.apply_silently(move |connection| {
        components::delete(connection, competition_id, slide_id, id)
            .on_missing(ErrorWord::ComponentNotFound)
    })
    .await
}
