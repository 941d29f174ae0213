//! `GET /api/media/images/{media_id}` and `GET /api/media/videos/{media_id}`

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use estrad_domain::MediaId;
use estrad_domain::media::Media;
use estrad_domain::principal::{Principal, Screen};
use estrad_domain::types::{MediaType, View};
use estrad_domain::views::Views;
use estrad_persistence::queries::{competitions, file_names, media, visible};
use estrad_persistence::{AnyConnection, Error as StorageError};

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
    access: Access<may::ReadMedia>,
    path: Path<MediaId>,
) -> Result<Json<Media>, Problem> {
    read(&app, &access, path.into_inner(), MediaType::Image).await
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
    access: Access<may::ReadMedia>,
    path: Path<MediaId>,
) -> Result<Json<Media>, Problem> {
    read(&app, &access, path.into_inner(), MediaType::Video).await
}

async fn read(
    app: &App,
    access: &Access<may::ReadMedia>,
    id: MediaId,
    media_type: MediaType,
) -> Result<Json<Media>, Problem> {
    let principal = access.caller.principal.clone();
    let found = app.database.snapshot(move |connection| {
        let mut found = media::get(connection, id, media_type)?;
        match &principal {
            Principal::Screen(screen) => show_on_screen(connection, screen, &mut found)?,
            Principal::User(_) => {
                file_names::give_served(connection, std::slice::from_mut(&mut found))?;
            }
        }
        Ok::<_, StorageError>(found)
    });
    Ok(Json(found.await.on_missing(ErrorWord::MediaNotFound)?))
}

/// As the competition of a screen shows a file, if it does by now.
fn show_on_screen(
    connection: &mut AnyConnection,
    screen: &Screen,
    found: &mut Media,
) -> Result<(), StorageError> {
    let id = screen.competition_id;
    let views = competitions::views(connection, id)?;
    let sees_all = matches!(screen.view, View::Judge | View::Operator);
    if views == Views::AsShown && !sees_all {
        let visible = visible::to_the_public(connection, id, views)?;
        if !visible::shows_media(connection, id, &visible, found.id)? {
            return Err(StorageError::NotFound);
        }
    }
    file_names::give(connection, views, found)
}
