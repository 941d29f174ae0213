//! `/api/users/sessions` and `/api/users/{user_id}/sessions`: where a user is signed in.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, delete, get};
use estrad_domain::UserId;
use estrad_domain::clock::Timestamp;
use estrad_persistence::queries::sessions::{self, Session, Which};
use estrad_persistence::queries::users;
use estrad_realtime::Revocation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Access, Permission, may};
use crate::app::App;
use crate::finishing::finish;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// A login that is good.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionItem {
    id: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// To some ten minutes.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The network that the login came from, never the whole address.
    #[schema(example = "192.0.2.0/24")]
    address: String,
    /// What the browser calls itself, as far as 200 characters.
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64)")]
    user_agent: String,
    /// Whether it is the one of this request.
    current: bool,
}

impl SessionItem {
    fn new(session: Session, jti: &str) -> Self {
        let current = session.jti == jti;
        let Session { id, created_at, last_used_at, expires_at, address, user_agent, .. } = session;
        Self { id, created_at, last_used_at, expires_at, address, user_agent, current }
    }
}

/// List where you are signed in, the newest login first.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("UseOwnAccount"))),
    responses((status = 200, body = Vec<SessionItem>)),
)]
#[get("/api/users/sessions")]
pub(crate) async fn list_own_sessions(
    app: Data<App>,
    access: Access<may::UseOwnAccount>,
) -> Result<Json<Vec<SessionItem>>, Problem> {
    let id = access.user()?.id;
    list(&app, &access, id).await
}

/// Sign out everywhere else: all of your sessions end but the one of this request.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("UseOwnAccount"))),
    responses((status = 204)),
)]
#[delete("/api/users/sessions")]
pub(crate) async fn end_own_sessions(
    app: Data<App>,
    access: Access<may::UseOwnAccount>,
) -> Result<HttpResponse, Problem> {
    let id = access.user()?.id;
    let others = Which::AllBut(access.caller.jti.clone());
    end(app, access, id, others).await
}

/// End one of your sessions: its token is worthless from now on, and its live connections are closed.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("UseOwnAccount"))),
    params(("session_id" = i64, Path)),
    responses((status = 204)),
)]
#[delete("/api/users/sessions/{session_id}")]
pub(crate) async fn end_own_session(
    app: Data<App>,
    access: Access<may::UseOwnAccount>,
    path: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let id = access.user()?.id;
    end(app, access, id, Which::One(path.into_inner())).await
}

/// List where a user is signed in, the newest login first.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ManageUsers"))),
    params(("user_id" = UserId, Path)),
    responses((status = 200, body = Vec<SessionItem>)),
)]
#[get("/api/users/{user_id}/sessions")]
pub(crate) async fn list_sessions(
    app: Data<App>,
    access: Access<may::ManageUsers>,
    path: Path<UserId>,
) -> Result<Json<Vec<SessionItem>>, Problem> {
    list(&app, &access, path.into_inner()).await
}

/// Sign a user out everywhere. Of your own sessions the one of this request stays.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ManageUsers"))),
    params(("user_id" = UserId, Path)),
    responses((status = 204)),
)]
#[delete("/api/users/{user_id}/sessions")]
pub(crate) async fn end_sessions(
    app: Data<App>,
    access: Access<may::ManageUsers>,
    path: Path<UserId>,
) -> Result<HttpResponse, Problem> {
    let all = Which::AllBut(access.caller.jti.clone());
    end(app, access, path.into_inner(), all).await
}

/// End one session of a user.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ManageUsers"))),
    params(("user_id" = UserId, Path), ("session_id" = i64, Path)),
    responses((status = 204)),
)]
#[delete("/api/users/{user_id}/sessions/{session_id}")]
pub(crate) async fn end_session(
    app: Data<App>,
    access: Access<may::ManageUsers>,
    path: Path<(UserId, i64)>,
) -> Result<HttpResponse, Problem> {
    let (user_id, id) = path.into_inner();
    end(app, access, user_id, Which::One(id)).await
}

async fn list<P>(
    app: &App,
    access: &Access<P>,
    id: UserId,
) -> Result<Json<Vec<SessionItem>>, Problem> {
    let now = app.clock.now();
    let read = move |connection: &mut _| {
        users::get(connection, id).on_missing(ErrorWord::UserNotFound)?;
        Ok::<_, Problem>(sessions::of_user(connection, id, now)?)
    };
    let found = app.database.read(read).await?;
    let jti = &access.caller.jti;
    Ok(Json(found.into_iter().map(|session| SessionItem::new(session, jti)).collect()))
}

async fn end<P: Permission + 'static>(
    app: Data<App>,
    access: Access<P>,
    id: UserId,
    which: Which,
) -> Result<HttpResponse, Problem> {
    finish(async move {
        let revoke = move |connection: &mut _| {
            users::get(connection, id).on_missing(ErrorWord::UserNotFound)?;
            let ended =
                sessions::revoke(connection, id, &which).on_missing(ErrorWord::SessionNotFound)?;
            let ids = ended.iter().map(|ended| ended.id).collect();
            Ok((ended, ids))
        };
        for ended in access.write_of(&app, revoke).await? {
            app.live.revoke(Revocation::Token(ended.jti)).await;
        }
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
