//! `PUT /api/users/{user_id}`

use actix_web::put;
use actix_web::web::{Data, Json, Path};
use estrad_auth::Password;
use estrad_domain::text::{Name, title_case};
use estrad_domain::types::Role;
use estrad_domain::user::{Email, User};
use estrad_domain::{CityId, UserId};
use estrad_persistence::queries::users::{self, UserChange};
use estrad_realtime::Revocation;

use crate::access::{Access, Permission, may};
use crate::app::App;
use crate::finishing::finish;
use crate::input::{Body, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// What shall change of a user; what is left out stays.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct EditUser {
        #[schema(value_type = Option<String>, format = Email)]
        email: Option<Email>,
        /// Comes back in Title Case.
        name: Option<Name>,
        #[schema(value_type = Option<String>, format = Password, min_length = 8, max_length = 71)]
        password: Option<Password>,
        role_id: Option<Role>,
        city_id: Option<CityId>,
    }
}

/// Change a user.
///
/// A changed role, city or password revokes the user's tokens. Nobody changes their own role, nor their own password here.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ManageUsers"))),
    params(("user_id" = UserId, Path)),
    request_body = EditUser,
    responses(
        (status = 200, body = User),
        (status = 409, description = "`email_taken`: There is a user with that email already.\n\n`own_account`: Nobody changes their own role or password here."),
    ),
)]
#[put("/api/users/{user_id}")]
pub(crate) async fn edit_user(
    app: Data<App>,
    access: Access<may::ManageUsers>,
    path: Path<UserId>,
    body: Body,
) -> Result<Json<User>, Problem> {
    let EditUser { email, name, password, role_id, city_id } = body.parse()?;
    let caller = access.user()?;
    if caller.id == *path && role_id.is_some_and(|role| role != caller.role) {
        return Err(Problem::from(ErrorWord::OwnAccount).with_field("role_id"));
    }
    if caller.id == *path && password.is_some() {
        return Err(Problem::from(ErrorWord::OwnAccount).with_field("password"));
    }
    change(&app, access, path.into_inner(), email, name, password, role_id, city_id).await
}

/// Changes a user, for an admin or for the user themselves.
pub(super) async fn change<P: Permission + 'static>(
    app: &Data<App>,
    access: Access<P>,
    id: UserId,
    email: Option<Email>,
    name: Option<Name>,
    password: Option<Password>,
    role: Option<Role>,
    city_id: Option<CityId>,
) -> Result<Json<User>, Problem> {
    let password_hash = match password {
        Some(password) => Some(app.authenticator.passwords().hash(password).await?),
        None => None,
    };
    let change = UserChange {
        email,
        name: name.map(|name| title_case(name.as_str())),
        password_hash,
        role,
        city_id,
    };
    let app = app.clone();
    finish(async move {
        let (user, rights_changed) = access
            .write_of(&app, move |connection| {
                Ok((users::update(connection, id, &change)?, vec![id.0]))
            })
            .await
            .on_missing(ErrorWord::UserNotFound)
            .on_duplicate(ErrorWord::EmailTaken, "email")?;
        if rights_changed {
            app.live.revoke(Revocation::User(id)).await;
        }
        Ok(Json(user))
    })
    .await
}
