//! `POST /api/auth/code`

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, post};
use estrad_domain::{CompetitionId, TeamId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::client_address;
use crate::input::{Body, Flag, PlainText, request};
use crate::problem::Problem;

request! {
    /// A code that was handed out.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct CodeRequest {
        /// Six letters and digits, in any case.
        #[schema(value_type = String, example = "ABC123")]
        code: PlainText,
        /// Whether the screen waits for the start, where the competition is not presented yet.
        #[schema(value_type = Option<bool>)]
        wait: Option<Flag>,
    }
}

/// A screen let in.
#[derive(Serialize, ToSchema)]
pub(crate) struct CodeAnswer {
    competition_id: CompetitionId,
    /// `Team`, `Judge`, `Audience` or `Operator`.
    #[schema(example = "Team")]
    view: &'static str,
    /// Of the team view only.
    team_id: Option<TeamId>,
    /// For the `Authorization` header, after `Bearer `.
    access_token: String,
    /// That it waits for the start: until then the token may only log out, be tested and open a socket,
    /// which joins by itself. Left out where it need not wait.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    waiting: bool,
}

/// Open a screen with a code.
///
/// The operator's code always opens; the others while the competition is being presented, and earlier for
/// a screen that waits for the start (`wait`).
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = CodeRequest,
    responses(
        (status = 200, body = CodeAnswer),
        (status = 401, description = "`malformed_code`: A code has six letters and digits.\n\n`competition_not_active`: The competition has not started."),
        (status = 404, description = "`code_not_found`: No competition has this code."),
        (status = 429, description = "`too_many_tries`: So many of this address wait that it was not evaluated: wait as long as `Retry-After` says."),
    ),
)]
#[post("/api/auth/code")]
pub(crate) async fn log_in_with_code(
    app: Data<App>,
    request: HttpRequest,
    body: Body,
) -> Result<Json<CodeAnswer>, Problem> {
    answer(&app, &request, &body).await
}

/// Open a screen with a code: the same at its older address.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = CodeRequest,
    responses(
        (status = 200, body = CodeAnswer),
        (status = 401, description = "As `/api/auth/code`."),
        (status = 404, description = "As `/api/auth/code`."),
        (status = 429, description = "As `/api/auth/code`."),
    ),
)]
#[post("/api/auth/login/code")]
pub(crate) async fn log_in_with_code_old_address(
    app: Data<App>,
    request: HttpRequest,
    body: Body,
) -> Result<Json<CodeAnswer>, Problem> {
    answer(&app, &request, &body).await
}

async fn answer(
    app: &App,
    request: &HttpRequest,
    body: &Body,
) -> Result<Json<CodeAnswer>, Problem> {
    let CodeRequest { code, wait } = body.parse()?;
    let wait = wait.is_some_and(|wait| wait.0);
    let source = client_address::source(request.head(), &app.settings.trusted_proxies);
    let login = app.authenticator.log_in_with_code(&code.0, wait, source).await?;
    Ok(Json(CodeAnswer {
        competition_id: login.code.competition_id,
        view: login.code.view.name(),
        team_id: login.code.team_id,
        access_token: login.token,
        waiting: login.waits,
    }))
}
