//! `GET /api/media/images/{media_id}` and `GET /api/media/videos/{media_id}`

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use estrad_domain::MediaId;
use estrad_domain::media::Media;
use estrad_domain::types::MediaType;
use estrad_persistence::queries::media;

use crate::access::{Access, may};
use crate::app::App;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Read about an image. Its file is at `/static/images/{filename}`.
#[utoipa::path(
    tag = "media",
    extensions(("x-permission" = json!("ReadMedia"))),
    params(("media_id" = MediaId, Path)), responses((status = 200, body = Media)),
)]
#[get("/api/media/images/{media_id}")]
pub(crate) async fn read_image(
    app: Data<App>,
    _access: Access<may::ReadMedia>,
    path: Path<MediaId>,
) -> Result<Json<Media>, Problem> {
    read(&app, path.into_inner(), MediaType::Image).await
}

/// Read about a video. Its file is at `/static/videos/{filename}`.
#[utoipa::path(
    tag = "media",
    extensions(("x-permission" = json!("ReadMedia"))),
    params(("media_id" = MediaId, Path)), responses((status = 200, body = Media)),
)]
#[get("/api/media/videos/{media_id}")]
pub(crate) async fn read_video(
    app: Data<App>,
    _access: Access<may::ReadMedia>,
    path: Path<MediaId>,
) -> Result<Json<Media>, Problem> {
    read(&app, path.into_inner(), MediaType::Video).await
}

async fn read(app: &App, id: MediaId, media_type: MediaType) -> Result<Json<Media>, Problem> {
    let found = app.database.read(move |connection| media::get(connection, id, media_type)).await;
    Ok(Json(found.on_missing(ErrorWord::MediaNotFound)?))
}
