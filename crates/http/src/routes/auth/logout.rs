//! `POST /api/auth/logout`

use actix_web::web::Data;
use actix_web::{HttpResponse, post};

use crate::access::{Access, may};
use crate::app::App;
use crate::problem::Problem;

/// Sign out: the token is worthless from now on, everywhere.
#[utoipa::path(
    tag = "auth",
    extensions(("x-permission" = json!("LogOut"))),
    responses((status = 204)),
)]
#[post("/api/auth/logout")]
pub(crate) async fn log_out(
    app: Data<App>,
    access: Access<may::LogOut>,
) -> Result<HttpResponse, Problem> {
    app.authenticator.log_out(&access.caller).await?;
    Ok(HttpResponse::NoContent().finish())
}
