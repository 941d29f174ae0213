//! `GET /api/misc/roles`

use actix_web::get;
use actix_web::web::Json;
use estrad_domain::types::{NamedId, Role};

use crate::access::{Access, may};

/// List all roles.
#[utoipa::path(
    tag = "misc",
    extensions(("x-permission" = json!("ReadCatalogue"))),
    responses((status = 200, body = Vec<NamedId>)),
)]
#[get("/api/misc/roles")]
pub(crate) async fn list_roles(_access: Access<may::ReadCatalogue>) -> Json<Vec<NamedId>> {
    Json(Role::catalogue())
}
