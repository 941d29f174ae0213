//! `POST /api/competitions/import`

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::time::Duration;

use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, Data, Json, Payload};
use actix_web::{HttpMessage as _, HttpRequest, post};
use estrad_domain::CityId;
use estrad_domain::competition::Competition;
use estrad_domain::policy::Action;
use estrad_domain::text::Name;
use estrad_exchange::{BundleTarget, City};
use futures_util::StreamExt as _;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Query, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

/// How long nothing may arrive.
const IDLE: Duration = Duration::from_secs(30);

request! {
    /// Where a bundle goes.
    struct ImportCompetition {
        city_id: Option<CityId>,
        name: Option<Name>,
    }
}

/// Import a portable bundle, as the export makes it: the body is the zip.
///
/// The competition gets new codes. Its texts are sanitised and its pictures checked like uploads.
#[utoipa::path(
    tag = "competitions",
    extensions(("x-permission" = json!("StartCompetition"))),
    params(
        ("city_id" = Option<i64>, Query, description = "The caller's own city, when left out"),
        ("name" = Option<String>, Query, description = "Another name than the one in the bundle"),
    ),
    request_body(content = Vec<u8>, content_type = "application/zip"),
    responses(
        (status = 200, body = Competition),
        (status = 400, description = "`invalid_bundle`: It is no bundle, a broken one, or one that breaks a rule; the message says where."),
        (status = 409, description = "`competition_name_taken`: There is a competition of that name in that year and city already."),
        (status = 413, description = "`file_too_large`: It is larger than the server is set to take."),
    ),
)]
#[post("/api/competitions/import")]
pub(crate) async fn import_competition(
    app: Data<App>,
    access: Access<may::StartCompetition>,
    query: Query,
    request: HttpRequest,
    payload: Payload,
) -> Result<Json<Competition>, Problem> {
    let ImportCompetition { city_id, name } = query.parse()?;
    let user = access.user()?;
    let city_id = city_id.unwrap_or(user.city_id);
    access.require_in_city(Action::CreateCompetition, city_id)?;
    if !request.content_type().eq_ignore_ascii_case("application/zip") {
        return Err(ErrorWord::UnsupportedMediaType.into());
    }
    let bundle = receive(&request, payload, app.settings.bundle_limit).await?;
    let target = BundleTarget {
        city: City::Known(city_id),
        name,
        user_id: Some(user.id),
        change: access.change(&app),
    };
    let competition = app
        .exchange
        .import(bundle, target)
        .await
        .on_duplicate(ErrorWord::CompetitionNameTaken, "name")?;
    Ok(Json(competition))
}

/// Receives the body into a file that is gone when dropped.
async fn receive(request: &HttpRequest, mut payload: Payload, limit: u64) -> Result<File, Problem> {
    let declared = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(ErrorWord::FileTooLarge.into());
    }
    let fault = |error: std::io::Error| Problem::from(ErrorWord::Internal).with_cause(&error);
    let mut file = crate::blocking::run(move || tempfile::tempfile().map_err(fault)).await?;
    let mut received = 0;
    loop {
        let piece: Bytes = match tokio::time::timeout(IDLE, payload.next()).await {
            Err(_) => return Err(ErrorWord::RequestTimeout.into()),
            Ok(None) => break,
            Ok(Some(piece)) => piece.map_err(|_| Problem::from(ErrorWord::InvalidRequest))?,
        };
        received += piece.len() as u64;
        if received > limit {
            return Err(ErrorWord::FileTooLarge.into());
        }
        file = crate::blocking::run(move || {
            file.write_all(&piece).map_err(fault)?;
            Ok(file)
        })
        .await?;
    }
    crate::blocking::run(move || {
        file.seek(SeekFrom::Start(0)).map_err(fault)?;
        Ok(file)
    })
    .await
}
