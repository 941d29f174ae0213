//! `POST /api/competitions/{competition_id}/slides`

use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use estrad_domain::CompetitionId;
use estrad_domain::draft::SlideDraft;
use estrad_domain::slide::Slide;
use estrad_domain::text::Title;
use estrad_persistence::queries::slides;

use crate::access::may;
use crate::editing::Edit;
use crate::input::{Body, Seconds, request};
use crate::problem::Problem;

request! {
    /// A slide to be. Everything may be left out, the body too.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct CreateSlide {
        #[schema(value_type = Option<String>, max_length = 254)]
        title: Option<Title>,
        /// The think time in seconds.
        #[schema(value_type = Option<i32>, minimum = 0, maximum = 86400)]
        timer: Option<Seconds>,
    }
}

/// Add an empty slide after the others.
#[utoipa::path(
    tag = "slides",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path)),
    request_body = Option<CreateSlide>,
    responses(
        (status = 200, body = Slide),
        (status = 409, description = "`too_many`: A competition has no more than 1,000 slides."),
    ),
)]
#[post("/api/competitions/{competition_id}/slides")]
pub(crate) async fn create_slide(
    edit: Edit<may::EditCompetition>,
    path: Path<CompetitionId>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let CreateSlide { title, timer } = body.parse()?;
    let draft = SlideDraft {
        title: title.map(Title::into_string).unwrap_or_default(),
        timer: timer.map(|timer| timer.0),
        ..SlideDraft::default()
    };
    let id = path.into_inner();
    edit.apply_showing(move |connection| Ok(slides::append(connection, id, &draft)?)).await
}
