//! `POST /api/competitions/import`

use actix_web::web::{Data, Json, Payload};
use actix_web::{HttpMessage as _, HttpRequest, post};
use estrad_domain::CityId;
use estrad_domain::competition::Competition;
use estrad_domain::policy::Action;
use estrad_domain::text::Name;
use estrad_exchange::{BundleTarget, City};
use utoipa::ToSchema;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Query, request, upload as receiving};
use crate::problem::{ErrorWord, OnConflict, Problem};

/// What browsers and command lines call a zip that is sent as it is. Without a type it is bytes, as
/// RFC 9110, 8.3 allows to take it.
const ZIP_TYPES: [&str; 5] = [
    "application/zip",
    "application/x-zip-compressed",
    "application/x-zip",
    "application/octet-stream",
    "",
];
/// The fields of a form that may have it.
const FIELDS: [&str; 2] = ["bundle", "file"];

/// A form with a bundle, in the field `bundle` or `file`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as a stream")]
pub(crate) struct BundleForm {
    /// The zip.
    #[schema(value_type = String, format = Binary)]
    bundle: Vec<u8>,
}

request! {
    /// Where a bundle goes.
    struct ImportCompetition {
        city_id: Option<CityId>,
        name: Option<Name>,
    }
}

/// Import a portable bundle, as the export makes it: the body is the zip, or a form with it.
///
/// The competition gets new codes. Its texts are sanitised and its pictures checked like uploads.
#[utoipa::path(
    tag = "competitions",
    extensions(("x-permission" = json!("StartCompetition"))),
    params(
        ("city_id" = Option<i64>, Query, description = "The caller's own city, when left out"),
        ("name" = Option<String>, Query, description = "Another name than the one in the bundle"),
    ),
    request_body(content(
        (Vec<u8> = "application/zip"),
        (Vec<u8> = "application/octet-stream"),
        (BundleForm = "multipart/form-data"),
    )),
    responses(
        (status = 200, body = Competition),
        (status = 400, description = "`invalid_bundle`: It is no bundle, a broken one, or one that breaks a rule; the message says where."),
        (status = 409, description = "`competition_name_taken`: There is a competition of that name in that year and city already."),
        (status = 413, description = "`file_too_large`: It is larger than the server is set to take."),
        (status = 503, description = "`busy`: As many bundles are received as there may be at once."),
        (status = 507, description = "`storage_full`: The server has no room for it."),
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
    let limit = app.settings.bundle_limit;
    let begin = async || app.exchange.receive(limit).await;
    let sent_as = request.content_type().to_ascii_lowercase();
    let received = if ZIP_TYPES.contains(&sent_as.as_str()) {
        receiving::body(&request, payload, limit, begin).await?
    } else if sent_as == "multipart/form-data" {
        receiving::form(&request, payload, limit, &FIELDS, begin).await?.sink
    } else {
        return Err(ErrorWord::UnsupportedMediaType.into());
    };
    let bundle = received.finish().await?;
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
