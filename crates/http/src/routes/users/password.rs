//! `POST /api/users/{user_id}/password`

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use estrad_auth::{Owner, Password, make_password, unlock_account};
use estrad_domain::UserId;
use estrad_domain::user::Email;
use estrad_persistence::queries::users::{self, UserChange};
use estrad_realtime::Revocation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Access, may};
use crate::app::App;
use crate::finishing::finish;
use crate::input::{Body, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// The password that a user gets. Left out, the server makes one up.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct ResetPassword {
        #[schema(value_type = Option<String>, format = Password, min_length = 8, max_length = 71)]
        password: Option<Password>,
    }
}

/// A password that was reset.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasswordAnswer {
    user_id: UserId,
    /// What the server made up: shown this once, as only its hash is kept. Null where the caller chose.
    #[schema(example = "k3wpx-9hq2m-tz7va-rc4ne")]
    password: Option<String>,
}

/// Give a user a new password, who forgot theirs.
///
/// The user is signed out everywhere, and what was tried wrong before is forgotten. Your
/// own password is changed with `PUT /api/users`.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ManageUsers"))),
    params(("user_id" = UserId, Path)),
    request_body = Option<ResetPassword>,
    responses(
        (status = 200, body = PasswordAnswer),
        (status = 409, description = "`own_account`: Nobody resets their own password."),
    ),
)]
#[post("/api/users/{user_id}/password")]
pub(crate) async fn reset_password(
    app: Data<App>,
    access: Access<may::ManageUsers>,
    path: Path<UserId>,
    body: Body,
) -> Result<Json<PasswordAnswer>, Problem> {
    let ResetPassword { password } = body.parse()?;
    let id = path.into_inner();
    if access.user()?.id == id {
        return Err(ErrorWord::OwnAccount.into());
    }
    let (shown, password) = match password {
        Some(password) => (None, password),
        None => {
            let (shown, password) = make_password(&*app.random);
            (Some(shown), password)
        }
    };
    let user = app.database.read(move |connection| users::get(connection, id)).await;
    let user = user.on_missing(ErrorWord::UserNotFound)?;
    let owner = Owner { email: &user.email, name: user.name.as_deref() };
    let password_hash = Some(app.authenticator.passwords().hash(password, owner).await?);
    let change = UserChange { password_hash, ..UserChange::default() };
    finish(async move {
        let reset = move |connection: &mut _| {
            let (user, _) = users::update(connection, id, &change)?;
            // What is stored was an address when it came.
            if let Ok(email) = Email::new(&user.email) {
                unlock_account(connection, &email)?;
            }
            Ok(((), vec![id.0]))
        };
        access.write_of(&app, reset).await.on_missing(ErrorWord::UserNotFound)?;
        app.live.revoke(Revocation::User(id)).await;
        Ok(())
    })
    .await?;
    Ok(Json(PasswordAnswer { user_id: id, password: shown }))
}
