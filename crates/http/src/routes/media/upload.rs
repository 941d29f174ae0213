//! `POST /api/media/images` and `POST /api/media/videos`

use actix_web::web::{Data, Json, Payload};
use actix_web::{HttpMessage as _, HttpRequest, post};
use estrad_domain::media::Media;
use estrad_domain::types::MediaType;
use utoipa::ToSchema;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::upload as receiving;
use crate::problem::{ErrorWord, Problem};

/// A form with an image.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as a stream")]
pub(crate) struct ImageForm {
    /// PNG, JPEG, GIF or WebP.
    #[schema(value_type = String, format = Binary)]
    image: Vec<u8>,
}

/// A form with a video.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as a stream")]
pub(crate) struct VideoForm {
    /// MP4 or WebM.
    #[schema(value_type = String, format = Binary)]
    video: Vec<u8>,
}

/// Upload an image: PNG, JPEG, GIF or WebP, whatever its name says.
///
/// The name is made safe for URLs, and numbered where it was ever given out: use the `filename` of
/// the answer.
#[utoipa::path(
    tag = "media",
    extensions(("x-permission" = json!("AddMedia"))),
    request_body(content = ImageForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = Media),
        (status = 400, description = "`missing_file`: There is no field `image`.\n\n`unsupported_file`: It is broken, or of another kind, or something follows its end.\n\n`image_too_large`: It is more than 8192 pixels wide or high, or has more than 40 million."),
        (status = 413, description = "`file_too_large`: It is larger than the server is set to take, 10 MiB by default."),
        (status = 507, description = "`storage_full`: The server has no room for it."),
    ),
)]
#[post("/api/media/images")]
pub(crate) async fn upload_image(
    app: Data<App>,
    access: Access<may::AddMedia>,
    request: HttpRequest,
    payload: Payload,
) -> Result<Json<Media>, Problem> {
    upload(&app, &access, &request, payload, MediaType::Image).await
}

/// Upload a video: MP4 or WebM.
#[utoipa::path(
    tag = "media",
    extensions(("x-permission" = json!("AddMedia"))),
    request_body(content = VideoForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = Media),
        (status = 400, description = "`missing_file`: There is no field `video`.\n\n`unsupported_file`: It is broken, or of another kind, or something follows its end."),
        (status = 413, description = "`file_too_large`: It is larger than the server is set to take, 200 MiB by default."),
        (status = 507, description = "`storage_full`: The server has no room for it."),
    ),
)]
#[post("/api/media/videos")]
pub(crate) async fn upload_video(
    app: Data<App>,
    access: Access<may::AddMedia>,
    request: HttpRequest,
    payload: Payload,
) -> Result<Json<Media>, Problem> {
    upload(&app, &access, &request, payload, MediaType::Video).await
}

async fn upload(
    app: &App,
    access: &Access<may::AddMedia>,
    request: &HttpRequest,
    payload: Payload,
    media_type: MediaType,
) -> Result<Json<Media>, Problem> {
    let caller = access.user()?.id;
    if !request.content_type().eq_ignore_ascii_case("multipart/form-data") {
        return Err(ErrorWord::UnsupportedMediaType.into());
    }
    let field = match media_type {
        MediaType::Image => "image",
        MediaType::Video => "video",
    };
    let limit = app.library.limits().of(media_type);
    let begin = async || app.library.begin(media_type).await;
    let sent = receiving::form(request, payload, limit, &[field], begin).await?;
    let change = Some(access.change(app));
    Ok(Json(app.library.add(sent.sink, &sent.name, Some(caller), change).await?))
}
