//! `POST …/components/{component_id}/copy/{view_type_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use estrad_domain::component::Component;
use estrad_domain::types::View;
use estrad_domain::{CompetitionId, ComponentId, SlideId};
use estrad_persistence::queries::components;

use crate::access::may;
use crate::editing::Edit;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Copy a component to a view, at the same place.
#[utoipa::path(
    tag = "components",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("component_id" = ComponentId, Path), ("view_type_id" = View, Path)),
    responses(
        (status = 200, body = Component),
        (status = 409, description = "`too_many`: A slide has no more than 500 components."),
    ),
)]
#[post(
    "/api/competitions/{competition_id}/slides/{slide_id}/components/{component_id}/copy/{view_type_id}"
)]
pub(crate) async fn copy_component(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId, ComponentId, i64)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, slide_id, id, view) = path.into_inner();
    let view = View::from_id(view).ok_or_else(|| Problem::from(ErrorWord::ViewNotFound))?;
    edit.apply_showing(move |connection| {
        components::copy(connection, competition_id, slide_id, id, view)
            .on_missing(ErrorWord::ComponentNotFound)
    })
    .await
}
