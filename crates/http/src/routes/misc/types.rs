//! `GET /api/misc/types`

use actix_web::get;
use actix_web::web::Json;
use estrad_domain::types::{ComponentType, MediaType, NamedId, QuestionType, View};
use serde::Serialize;
use utoipa::ToSchema;

/// The types with their fixed ids and names.
#[derive(Serialize, ToSchema)]
pub(crate) struct Types {
    media_types: Vec<NamedId>,
    component_types: Vec<NamedId>,
    question_types: Vec<NamedId>,
    view_types: Vec<NamedId>,
}

/// List all types.
#[utoipa::path(tag = "misc", security(()), responses((status = 200, body = Types)))]
#[get("/api/misc/types")]
pub(crate) async fn list_types() -> Json<Types> {
    Json(Types {
        media_types: MediaType::catalogue(),
        component_types: ComponentType::catalogue(),
        question_types: QuestionType::catalogue(),
        view_types: View::catalogue(),
    })
}
