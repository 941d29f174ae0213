//! `GET /api/media/images` and `GET /api/media/videos`

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use estrad_domain::media::Media;
use estrad_domain::types::MediaType;
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::{file_names, media};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{PlainText, Query, request};
use crate::paging::{self, FromOne};
use crate::problem::Problem;

request! {
    /// What is searched for.
    struct SearchMedia {
        filename: Option<PlainText>,
        page: Option<FromOne>,
        page_size: Option<FromOne>,
    }
}

/// Search images, by id.
///
/// The filename matches anywhere and in any case. The header `pagination` says where the page
/// stands; a page past the last is the last.
#[utoipa::path(
    tag = "media",
    extensions(("x-permission" = json!("ReadMediaList"))),
    params(
        ("filename" = Option<String>, Query, description = "Part of the filename"),
        ("page" = Option<i64>, Query, description = "From 1", minimum = 1),
        ("page_size" = Option<i64>, Query, description = "10, at most 100", minimum = 1),
    ),
    responses((status = 200, body = Vec<Media>, headers(("pagination" = String, description = "JSON: `total`, `total_pages`, `first_page`, `last_page`, `page`, `previous_page`, `next_page`")))),
)]
#[get("/api/media/images")]
pub(crate) async fn list_images(
    app: Data<App>,
    _access: Access<may::ReadMediaList>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    list(&app, &query, MediaType::Image).await
}

/// Search videos, by id.
///
/// The filename matches anywhere and in any case. The header `pagination` says where the page
/// stands; a page past the last is the last.
#[utoipa::path(
    tag = "media",
    extensions(("x-permission" = json!("ReadMediaList"))),
    params(
        ("filename" = Option<String>, Query, description = "Part of the filename"),
        ("page" = Option<i64>, Query, description = "From 1", minimum = 1),
        ("page_size" = Option<i64>, Query, description = "10, at most 100", minimum = 1),
    ),
    responses((status = 200, body = Vec<Media>, headers(("pagination" = String, description = "JSON: `total`, `total_pages`, `first_page`, `last_page`, `page`, `previous_page`, `next_page`")))),
)]
#[get("/api/media/videos")]
pub(crate) async fn list_videos(
    app: Data<App>,
    _access: Access<may::ReadMediaList>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    list(&app, &query, MediaType::Video).await
}

async fn list(app: &App, query: &Query, media_type: MediaType) -> Result<HttpResponse, Problem> {
    let SearchMedia { filename, page, page_size } = query.parse()?;
    let request = paging::page_request(page, page_size);
    let found = app
        .database
        .snapshot(move |connection| {
            let filename = filename.as_ref().map(|filename| filename.0.as_str());
            let mut page = media::search(connection, media_type, filename, request)?;
            file_names::give_served(connection, &mut page.items)?;
            Ok::<_, StorageError>(page)
        })
        .await?;
    Ok(paging::respond(&found))
}
