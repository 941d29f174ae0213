//! `GET /api/users/{user_id}`

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use estrad_domain::UserId;
use estrad_domain::user::User;
use estrad_persistence::queries::users;

use crate::access::{Access, may};
use crate::app::App;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Read a user.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ReadUsers"))),
    params(("user_id" = UserId, Path)), responses((status = 200, body = User)),
)]
#[get("/api/users/{user_id}")]
pub(crate) async fn read_user(
    app: Data<App>,
    _access: Access<may::ReadUsers>,
    path: Path<UserId>,
) -> Result<Json<User>, Problem> {
    let id = path.into_inner();
    let user = app.database.read(move |connection| users::get(connection, id)).await;
    Ok(Json(user.on_missing(ErrorWord::UserNotFound)?))
}
