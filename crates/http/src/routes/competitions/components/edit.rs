//! `PUT …/components/{component_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, put};
use estrad_domain::component::Component;
use estrad_domain::text::Html;
use estrad_domain::{CompetitionId, ComponentId, MediaId, QuestionId, SlideId};
use estrad_persistence::queries::components::{self, ComponentChange};

use super::content;
use crate::access::may;
use crate::editing::Edit;
use crate::input::{Body, Coordinate, Size, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// What shall change of a component; what is left out stays.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct EditComponent {
        /// Pixels from the left; fractions are cut off.
        #[schema(value_type = Option<f64>, minimum = -100000, maximum = 100000)]
        x: Option<Coordinate>,
        /// Pixels from the top; fractions are cut off.
        #[schema(value_type = Option<f64>, minimum = -100000, maximum = 100000)]
        y: Option<Coordinate>,
        /// Width in pixels; fractions are cut off.
        #[schema(value_type = Option<f64>, minimum = 0, maximum = 100000)]
        w: Option<Size>,
        /// Height in pixels; fractions are cut off.
        #[schema(value_type = Option<f64>, minimum = 0, maximum = 100000)]
        h: Option<Size>,
        /// Of a text component: HTML, of which only what is safe to show is kept.
        #[schema(value_type = Option<String>, max_length = 65536)]
        text: Option<Html>,
        /// Of an image component: an image or a video.
        media_id: Option<MediaId>,
        /// Of a question component: a question of the same slide.
        question_id: Option<QuestionId>,
    }
}

/// Move, scale or rewrite what is placed on a slide.
#[utoipa::path(
    tag = "components",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("component_id" = ComponentId, Path)),
    request_body = EditComponent,
    responses((status = 200, body = Component)),
)]
#[put("/api/competitions/{competition_id}/slides/{slide_id}/components/{component_id}")]
pub(crate) async fn edit_component(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId, ComponentId)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let EditComponent { x, y, w, h, text, media_id, question_id } = body.parse()?;
    let content = match content::changed(text, media_id, question_id)? {
        Some(content) => Some(edit.blocking(move || content::sanitise(content)).await?),
        None => None,
    };
    let change = ComponentChange {
        x: x.map(|x| x.0),
        y: y.map(|y| y.0),
        w: w.map(|w| w.0),
        h: h.map(|h| h.0),
        content,
    };
    let (competition_id, slide_id, id) = path.into_inner();
    edit.apply_showing(move |connection| {
        components::update(connection, competition_id, slide_id, id, &change)
            .on_missing(ErrorWord::ComponentNotFound)
    })
    .await
}
