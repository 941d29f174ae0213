//! `GET /api/auth/test`

use actix_web::{HttpResponse, get};

use crate::access::{Access, may};

/// Ask whether the token of a screen (or an admin) is still good.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("TestToken"))),
    responses((status = 204)),
)]
#[get("/api/auth/test")]
pub(crate) async fn test_token(_access: Access<may::TestToken>) -> HttpResponse {
    HttpResponse::NoContent().finish()
}
