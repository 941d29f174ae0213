//! `PUT /api/users/{user_id}`

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, put};
use estrad_auth::{LoginError, Owner, Password};
use estrad_domain::text::{Name, title_case};
use estrad_domain::types::Role;
use estrad_domain::user::{Email, User};
use estrad_domain::{CityId, UserId};
use estrad_persistence::queries::users::{self, UserChange};
use estrad_realtime::Revocation;

use crate::access::{Access, Permission, may};
use crate::app::App;
use crate::client_address;
use crate::finishing::finish;
use crate::input::{Body, PlainText, request};
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
        /// The password that you have, to change your own.
        #[schema(value_type = Option<String>, format = Password)]
        current_password: Option<PlainText>,
        role_id: Option<Role>,
        city_id: Option<CityId>,
    }
}

/// Change a user.
///
/// A changed role, city or password revokes the user's tokens. Nobody changes their own role, nor their
/// own password without the one they have: `current_password`.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ManageUsers"))),
    params(("user_id" = UserId, Path)),
    request_body = EditUser,
    responses(
        (status = 200, body = User),
        (status = 409, description = "`email_taken`: There is a user with that email already.\n\n`own_account`: Nobody changes their own role."),
        (status = 429, description = "`too_many_tries`: Wait as long as `Retry-After` says."),
    ),
)]
#[put("/api/users/{user_id}")]
pub(crate) async fn edit_user(
    app: Data<App>,
    access: Access<may::ManageUsers>,
    request: HttpRequest,
    path: Path<UserId>,
    body: Body,
) -> Result<Json<User>, Problem> {
    let EditUser { email, name, password, current_password, role_id, city_id } = body.parse()?;
    let caller = access.user()?;
    let change = Change { email, name, password, role: role_id, city_id };
    if caller.id == *path {
        if change.role.is_some_and(|role| role != caller.role) {
            return Err(Problem::from(ErrorWord::OwnAccount).with_field("role_id"));
        }
        confirm(&app, &request, caller.id, &change, current_password).await?;
    }
    change.apply(&app, access, path.into_inner()).await
}

/// Has the caller show the password that they have, if they are to get another one.
pub(super) async fn confirm(
    app: &App,
    request: &HttpRequest,
    caller: UserId,
    change: &Change,
    current: Option<PlainText>,
) -> Result<(), Problem> {
    const FIELD: &str = "current_password";
    if change.password.is_none() {
        return Ok(());
    }
    let Some(current) = current else {
        return Err(Problem::body_field(FIELD, "Missing data for required field."));
    };
    let source = client_address::source(request.head(), &app.settings.trusted_proxies);
    let confirmed = app.authenticator.confirm_password(caller, current.0, source).await;
    confirmed.map_err(|error| match error {
        LoginError::WrongCredentials => Problem::body_field(FIELD, "Not the current password."),
        other => other.into(),
    })
}

/// What changes of a user, whoever changes it; what is `None` stays.
pub(super) struct Change {
    pub(super) email: Option<Email>,
    pub(super) name: Option<Name>,
    pub(super) password: Option<Password>,
    pub(super) role: Option<Role>,
    pub(super) city_id: Option<CityId>,
}

impl Change {
    /// Changes the user, and puts out who came in with what they were.
    pub(super) async fn apply<P: Permission + 'static>(
        self,
        app: &Data<App>,
        access: Access<P>,
        id: UserId,
    ) -> Result<Json<User>, Problem> {
        let Self { email, name, password, role, city_id } = self;
        let password_hash = match password {
            Some(password) => {
                let user = app.database.read(move |connection| users::get(connection, id)).await;
                let user = user.on_missing(ErrorWord::UserNotFound)?;
                let owner = Owner {
                    email: email.as_ref().map_or(&user.email, Email::as_str),
                    name: name.as_ref().map(Name::as_str).or(user.name.as_deref()),
                };
                Some(app.authenticator.passwords().hash(password, owner).await?)
            }
            None => None,
        };
        let name = name.map(|name| title_case(name.as_str()));
        let change = UserChange { email, name, password_hash, role, city_id };
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
}
