//! `POST /api/auth/login`

use actix_web::http::header::USER_AGENT;
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, post};
use estrad_domain::UserId;
use estrad_domain::user::Email;
use estrad_realtime::Revocation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::client_address;
use crate::input::{Body, PlainText, request};
use crate::problem::Problem;

request! {
    /// Who wants in.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct LoginRequest {
        #[schema(value_type = String, format = Email, example = "admin@example.org")]
        email: Email,
        #[schema(value_type = String, format = Password)]
        password: PlainText,
    }
}

/// A user let in.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginAnswer {
    id: UserId,
    /// For the `Authorization` header, after `Bearer `.
    access_token: String,
}

/// Sign in as a user.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = LoginRequest,
    responses(
        (status = 200, body = LoginAnswer),
        (status = 401, description = "`wrong_credentials`: Unknown email or wrong password; the two are not told apart."),
        (status = 429, description = "`too_many_tries`: It was not evaluated, as wrong ones came before: wait as long as `Retry-After` says."),
    ),
)]
#[post("/api/auth/login")]
pub(crate) async fn log_in(
    app: Data<App>,
    request: HttpRequest,
    body: Body,
) -> Result<Json<LoginAnswer>, Problem> {
    let LoginRequest { email, password } = body.parse()?;
    let source = client_address::source(request.head(), &app.settings.trusted_proxies);
    // Old browsers send bytes that are no text: then it has no name.
    let user_agent = request.headers().get(USER_AGENT).and_then(|name| name.to_str().ok());
    let user_agent = user_agent.unwrap_or_default();
    let login = app.authenticator.log_in(email, password.0, source, user_agent).await?;
    for token in login.ended {
        app.live.revoke(Revocation::Token(token)).await;
    }
    Ok(Json(LoginAnswer { id: login.id, access_token: login.token }))
}
