//! `GET` and `PUT /api/users`: the caller's own account

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, get, put};
use estrad_auth::Password;
use estrad_domain::text::Name;
use estrad_domain::user::{Email, User};
use estrad_persistence::queries::users;

use super::edit::{Change, confirm};
use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, PlainText, request};
use crate::problem::Problem;

/// Read your own account.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("UseOwnAccount"))),
    responses((status = 200, body = User)),
)]
#[get("/api/users")]
pub(crate) async fn read_own(
    app: Data<App>,
    access: Access<may::UseOwnAccount>,
) -> Result<Json<User>, Problem> {
    let id = access.user()?.id;
    Ok(Json(app.database.read(move |connection| users::get(connection, id)).await?))
}

request! {
    /// What shall change of your own account; what is left out stays.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct EditOwnAccount {
        #[schema(value_type = Option<String>, format = Email)]
        email: Option<Email>,
        /// Comes back in Title Case.
        name: Option<Name>,
        /// Revokes your tokens: sign in again afterwards.
        #[schema(value_type = Option<String>, format = Password, min_length = 8, max_length = 71)]
        password: Option<Password>,
        /// The password that you have, to change it.
        #[schema(value_type = Option<String>, format = Password)]
        current_password: Option<PlainText>,
    }
}

/// Change your own account. Your role and city are for admins to change; a new password takes the one
/// that you have: `current_password`.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("UseOwnAccount"))),
    request_body = EditOwnAccount,
    responses(
        (status = 200, body = User),
        (status = 409, description = "`email_taken`: There is a user with that email already."),
        (status = 429, description = "`too_many_tries`: Wait as long as `Retry-After` says."),
    ),
)]
#[put("/api/users")]
pub(crate) async fn edit_own(
    app: Data<App>,
    access: Access<may::UseOwnAccount>,
    request: HttpRequest,
    body: Body,
) -> Result<Json<User>, Problem> {
    let EditOwnAccount { email, name, password, current_password } = body.parse()?;
    let id = access.user()?.id;
    let change = Change { email, name, password, role: None, city_id: None };
    confirm(&app, &request, id, &change, current_password).await?;
    change.apply(&app, access, id).await
}
