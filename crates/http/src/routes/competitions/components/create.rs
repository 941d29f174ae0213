//! `POST …/slides/{slide_id}/components`

use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use estrad_domain::component::{Component, VIDEO_SIZE_ON_SLIDE, image_size_on_slide};
use estrad_domain::text::Html;
use estrad_domain::types::{ComponentType, View};
use estrad_domain::{CompetitionId, MediaId, QuestionId, SlideId};
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::components::{self, NewComponent, NewContent};
use estrad_persistence::queries::media;

use super::content;
use crate::access::may;
use crate::editing::Edit;
use crate::input::{Body, Coordinate, Size, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// A component to be.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct CreateComponent {
        type_id: ComponentType,
        view_type_id: View,
        /// Pixels from the left; fractions are cut off.
        #[schema(value_type = Option<f64>, minimum = -100000, maximum = 100000)]
        x: Option<Coordinate>,
        /// Pixels from the top; fractions are cut off.
        #[schema(value_type = Option<f64>, minimum = -100000, maximum = 100000)]
        y: Option<Coordinate>,
        /// Width in pixels; when left out, of an image its own, at most 600, and of a video 600.
        #[schema(value_type = Option<f64>, minimum = 0, maximum = 100000)]
        w: Option<Size>,
        /// Height in pixels; when left out, of an image its own, at most 600, and of a video 338.
        #[schema(value_type = Option<f64>, minimum = 0, maximum = 100000)]
        h: Option<Size>,
        /// For type 1: HTML, of which only what is safe to show is kept.
        #[schema(value_type = Option<String>, max_length = 65536)]
        text: Option<Html>,
        /// For type 2: an uploaded image or video.
        media_id: Option<MediaId>,
        /// For type 3: a question of the same slide.
        question_id: Option<QuestionId>,
    }
}

/// Place something on a slide: a text, an image or a video (type 2 for both), or a question.
#[utoipa::path(
    tag = "components",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path)),
    request_body = CreateComponent,
    responses(
        (status = 200, body = Component),
        (status = 409, description = "`too_many`: A slide has no more than 500 components."),
    ),
)]
#[post("/api/competitions/{competition_id}/slides/{slide_id}/components")]
pub(crate) async fn create_component(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let CreateComponent { type_id, view_type_id, x, y, w, h, text, media_id, question_id } =
        body.parse()?;
    let content = content::required(type_id, text, media_id, question_id)?;
    let (competition_id, slide_id) = path.into_inner();
    let content = edit.blocking(move || content::sanitise(content)).await?;
    edit.apply_showing(move |connection| {
        let (natural_w, natural_h) = match content {
            NewContent::Image(id) => {
                let size = media::dimensions(connection, id).map_err(|error| match error {
                    StorageError::NotFound => content::missing_reference("media_id"),
                    other => other.into(),
                })?;
                size.map_or(VIDEO_SIZE_ON_SLIDE, |(w, h)| image_size_on_slide(w, h))
            }
            NewContent::Text(_) | NewContent::Question(_) => (1, 1),
        };
        let new = NewComponent {
            view: view_type_id,
            x: x.map_or(0, |x| x.0),
            y: y.map_or(0, |y| y.0),
            w: w.map_or(natural_w, |w| w.0),
            h: h.map_or(natural_h, |h| h.0),
            content,
        };
        components::insert(connection, competition_id, slide_id, &new)
            .on_missing(ErrorWord::SlideNotFound)
    })
    .await
}
