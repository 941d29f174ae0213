//! `POST /api/auth/logout`

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use estrad_realtime::Revocation;

use crate::access::{Access, may};
use crate::app::App;
use crate::finishing::finish;
use crate::problem::Problem;

/// Sign out: the token is worthless from now on, everywhere, and its live connections are closed.
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
    let caller = access.caller;
    finish(async move {
        app.authenticator.log_out(&caller).await?;
        app.live.revoke(Revocation::Token(caller.jti)).await;
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
