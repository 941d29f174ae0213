//! `GET /healthz` and `GET /readyz`

use actix_web::web::{Data, Json};
use actix_web::{Responder, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::{ErrorWord, Problem};

/// A word.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the process lives and answers.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, body = Health)))]
#[get("/healthz")]
pub(crate) async fn is_alive() -> impl Responder {
    Json(Health { status: "ok" })
}

/// Whether requests can be served: the database answers and its schema is current.
#[utoipa::path(
    tag = "operations",
    security(()),
    responses(
        (status = 200, body = Health),
        (status = 503, description = "`database_unavailable`: The database can't be reached, or its schema is not current."),
    ),
)]
#[get("/readyz")]
pub(crate) async fn is_ready(app: Data<App>) -> Result<Json<Health>, Problem> {
    if app.database.is_ready().await? {
        Ok(Json(Health { status: "ok" }))
    } else {
        Err(ErrorWord::DatabaseUnavailable.into())
    }
}
