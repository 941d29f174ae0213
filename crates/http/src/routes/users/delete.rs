//! `DELETE /api/users/{user_id}`

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete};
use estrad_domain::UserId;
use estrad_persistence::queries::users;
use estrad_realtime::Revocation;

use crate::access::{Access, may};
use crate::app::App;
use crate::finishing::finish;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Delete a user, whose tokens are worthless at once. Nobody deletes themselves, so an admin is
/// always left.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ManageUsers"))),
    params(("user_id" = UserId, Path)),
    responses(
        (status = 204),
        (status = 409, description = "`own_account`: Nobody deletes their own account."),
    ),
)]
#[delete("/api/users/{user_id}")]
pub(crate) async fn delete_user(
    app: Data<App>,
    access: Access<may::ManageUsers>,
    path: Path<UserId>,
) -> Result<HttpResponse, Problem> {
    let id = path.into_inner();
    if access.user()?.id == id {
        return Err(ErrorWord::OwnAccount.into());
    }
    finish(async move {
        let deleted = access.write(&app, move |connection| users::delete(connection, id));
        deleted.await.on_missing(ErrorWord::UserNotFound)?;
        app.live.revoke(Revocation::User(id)).await;
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
