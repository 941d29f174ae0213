//! `GET …/slides/{slide_id}/components` and `…/components/{component_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use estrad_domain::component::Component;
use estrad_domain::strip::shows_components_of;
use estrad_domain::{CompetitionId, ComponentId, SlideId};
use estrad_persistence::queries::components;

use crate::access::may;
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::reading::Read;

/// List what is placed on a slide. Teams and the audience see what is placed for these two.
#[utoipa::path(
    tag = "components",
    extensions(("x-permission" = json!("ReadCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path)),
    responses((status = 200, body = Vec<Component>)),
)]
#[get("/api/competitions/{competition_id}/slides/{slide_id}/components")]
pub(crate) async fn list_components(
    read: Read<may::ReadCompetition>,
    path: Path<(CompetitionId, SlideId)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, slide_id) = path.into_inner();
    let reader = read.reader();
    read.part(move |connection| {
        if !reader.visible(connection)?.slide(slide_id) {
            return Err(ErrorWord::SlideNotFound.into());
        }
        let mut all = components::all(connection, competition_id, slide_id)
            .on_missing(ErrorWord::SlideNotFound)?;
        all.retain(|component| shows_components_of(reader.viewer, component.view));
        reader.name_files(connection, &mut all)?;
        Ok(all)
    })
    .await
}

/// Read what is placed on a slide: one component.
#[utoipa::path(
    tag = "components",
    extensions(("x-permission" = json!("ReadCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("component_id" = ComponentId, Path)),
    responses((status = 200, body = Component)),
)]
#[get("/api/competitions/{competition_id}/slides/{slide_id}/components/{component_id}")]
pub(crate) async fn read_component(
    read: Read<may::ReadCompetition>,
    path: Path<(CompetitionId, SlideId, ComponentId)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, slide_id, id) = path.into_inner();
    let reader = read.reader();
    read.part(move |connection| {
        let mut component = components::get(connection, competition_id, slide_id, id)
            .on_missing(ErrorWord::ComponentNotFound)?;
        let visible = reader.visible(connection)?;
        if visible.slide(slide_id) && shows_components_of(reader.viewer, component.view) {
            reader.name_files(connection, &mut component)?;
            Ok(component)
        } else {
            Err(ErrorWord::ComponentNotFound.into())
        }
    })
    .await
}
