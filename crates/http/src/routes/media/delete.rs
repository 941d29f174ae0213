//! `DELETE /api/media/images/{media_id}` and `DELETE /api/media/videos/{media_id}`

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete};
use estrad_domain::MediaId;
use estrad_domain::types::MediaType;

use crate::access::{Access, may};
use crate::app::App;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Delete an image.
#[utoipa::path(
    tag = "media",
    extensions(("x-permission" = json!("DeleteMedia"))),
    params(("media_id" = MediaId, Path)),
    responses(
        (status = 204, description = "It is gone, and so are its files."),
        (status = 409, description = "`in_use`: A competition or a slide still shows it."),
    ),
)]
#[delete("/api/media/images/{media_id}")]
pub(crate) async fn delete_image(
    app: Data<App>,
    access: Access<may::DeleteMedia>,
    path: Path<MediaId>,
) -> Result<HttpResponse, Problem> {
    delete(&app, &access, path.into_inner(), MediaType::Image).await
}

/// Delete a video.
#[utoipa::path(
    tag = "media",
    extensions(("x-permission" = json!("DeleteMedia"))),
    params(("media_id" = MediaId, Path)),
    responses((status = 204, description = "It is gone, and so is its file.")),
)]
#[delete("/api/media/videos/{media_id}")]
pub(crate) async fn delete_video(
    app: Data<App>,
    access: Access<may::DeleteMedia>,
    path: Path<MediaId>,
) -> Result<HttpResponse, Problem> {
    delete(&app, &access, path.into_inner(), MediaType::Video).await
}

async fn delete(
    app: &App,
    access: &Access<may::DeleteMedia>,
    id: MediaId,
    media_type: MediaType,
) -> Result<HttpResponse, Problem> {
    let change = Some(access.change(app));
    app.library.delete(id, media_type, change).await.on_missing(ErrorWord::MediaNotFound)?;
    Ok(HttpResponse::NoContent().finish())
}
