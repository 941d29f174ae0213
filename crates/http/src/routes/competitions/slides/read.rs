//! `GET /api/competitions/{competition_id}/slides` and `…/slides/{slide_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use estrad_domain::slide::Slide;
use estrad_domain::{CompetitionId, SlideId};
use estrad_persistence::queries::slides;

use crate::access::may;
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::reading::Read;

/// List the slides of a competition, in their order.
#[utoipa::path(
    tag = "slides",
    extensions(("x-permission" = json!("ReadParts"))),
    params(("competition_id" = CompetitionId, Path)),
    responses((status = 200, body = Vec<Slide>)),
)]
#[get("/api/competitions/{competition_id}/slides")]
pub(crate) async fn list_slides(
    read: Read<may::ReadParts>,
    path: Path<CompetitionId>,
) -> Result<HttpResponse, Problem> {
    let id = path.into_inner();
    let reader = read.reader();
    read.part(move |connection| {
        let mut all = slides::all(connection, id)?;
        reader.name_files(connection, &mut all)?;
        Ok(all)
    })
    .await
}

/// Read a slide, without what is on it.
#[utoipa::path(
    tag = "slides",
    extensions(("x-permission" = json!("ReadParts"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path)),
    responses((status = 200, body = Slide)),
)]
#[get("/api/competitions/{competition_id}/slides/{slide_id}")]
pub(crate) async fn read_slide(
    read: Read<may::ReadParts>,
    path: Path<(CompetitionId, SlideId)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, id) = path.into_inner();
    let reader = read.reader();
    read.part(move |connection| {
        let mut slide =
            slides::get(connection, competition_id, id).on_missing(ErrorWord::SlideNotFound)?;
        reader.name_files(connection, &mut slide)?;
        Ok(slide)
    })
    .await
}
