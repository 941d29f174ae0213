//! `PUT /api/competitions/{competition_id}/slides/{slide_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, put};
use estrad_domain::slide::Slide;
use estrad_domain::text::Title;
use estrad_domain::{CompetitionId, MediaId, SlideId};
use estrad_persistence::queries::slides::{self, SlideChange};

use crate::access::may;
use crate::editing::Edit;
use crate::input::{Body, Clearable, Seconds, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// What shall change of a slide; what is left out stays.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct EditSlide {
        #[schema(value_type = Option<String>, max_length = 254)]
        title: Option<Title>,
        /// The think time in seconds; null takes it away.
        #[schema(value_type = Option<i32>, minimum = 0, maximum = 86400)]
        timer: Clearable<Seconds>,
        /// Null takes the image away.
        #[schema(value_type = Option<MediaId>)]
        background_image_id: Clearable<MediaId>,
        /// Where the slide shall stand, from 0; those in between step aside.
        #[schema(minimum = 0)]
        order: Option<i64>,
    }
}

/// Change a slide, or move it.
#[utoipa::path(
    tag = "slides",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path)),
    request_body = EditSlide,
    responses(
        (status = 200, body = Slide),
        (status = 400, description = "`order_out_of_range`: There is no such place in the order."),
    ),
)]
#[put("/api/competitions/{competition_id}/slides/{slide_id}")]
pub(crate) async fn edit_slide(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let EditSlide { title, timer, background_image_id, order } = body.parse()?;
    let change = SlideChange {
        title,
        timer: timer.0.map(|timer| timer.map(|seconds| seconds.0)),
        background_image_id: background_image_id.0,
        order,
    };
    let (competition_id, id) = path.into_inner();
    edit.apply_showing(move |connection| {
        slides::update(connection, competition_id, id, &change).on_missing(ErrorWord::SlideNotFound)
    })
    .await
}
