//! `POST /api/users`

use actix_web::post;
use actix_web::web::{Data, Json};
use estrad_auth::{Owner, Password};
use estrad_domain::CityId;
use estrad_domain::text::Name;
use estrad_domain::types::Role;
use estrad_domain::user::{Email, User};
use estrad_persistence::queries::users::{self, NewUser};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// A user to be.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct CreateUser {
        #[schema(value_type = String, format = Email, example = "editor@example.org")]
        email: Email,
        #[schema(value_type = String, format = Password, min_length = 8, max_length = 71)]
        password: Password,
        role_id: Role,
        city_id: CityId,
        name: Option<Name>,
    }
}

/// Add a user.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ManageUsers"))),
    request_body = CreateUser,
    responses(
        (status = 200, body = User),
        (status = 409, description = "`email_taken`: There is a user with that email already."),
    ),
)]
#[post("/api/users")]
pub(crate) async fn create_user(
    app: Data<App>,
    access: Access<may::ManageUsers>,
    body: Body,
) -> Result<Json<User>, Problem> {
    let CreateUser { email, password, role_id, city_id, name } = body.parse()?;
    let owner = Owner { email: email.as_str(), name: name.as_ref().map(Name::as_str) };
    let password_hash = app.authenticator.passwords().hash(password, owner).await?;
    let new =
        NewUser { email, name: name.map(Name::into_string), password_hash, role: role_id, city_id };
    let now = app.clock.now();
    let user = access
        .write(&app, move |connection| users::insert(connection, &new, now))
        .await
        .on_duplicate(ErrorWord::EmailTaken, "email")?;
    Ok(Json(user))
}
