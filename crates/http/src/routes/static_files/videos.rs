//! `GET /static/videos/{filename}`

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use estrad_domain::types::MediaType;
use estrad_media::Part;

use super::serve::serve;
use crate::app::App;
use crate::problem::Problem;

/// Get a video.
#[utoipa::path(
    tag = "media",
    security(()),
    params(
        ("filename" = String, Path),
        ("Range" = Option<String>, Header, description = "One range of bytes"),
        ("If-None-Match" = Option<String>, Header),
    ),
    responses(
        (status = 200, content_type = "video/*", body = Vec<u8>, headers(("ETag" = String), ("Cache-Control" = String))),
        (status = 206, description = "The range that was asked for", content_type = "video/*", body = Vec<u8>, headers(("Content-Range" = String))),
        (status = 304, description = "The caller has it already."),
        (status = 404, description = "`media_not_found`: There is no such file."),
        (status = 416, description = "`range_not_satisfiable`: The file has no such part."),
    ),
)]
#[get("/static/videos/{filename}")]
pub(crate) async fn serve_video(
    app: Data<App>,
    request: HttpRequest,
    filename: Path<String>,
) -> Result<HttpResponse, Problem> {
    serve(&app, &request, &filename, MediaType::Video, Part::Original).await
}
