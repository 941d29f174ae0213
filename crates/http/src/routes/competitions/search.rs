//! `GET /api/competitions/search`

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use estrad_domain::CityId;
use estrad_domain::competition::Competition;
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::competitions::{self, CompetitionFilter};
use estrad_persistence::queries::file_names;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{PlainText, Query, request};
use crate::paging::{self, FromOne};
use crate::problem::Problem;

request! {
    /// What is searched for.
    struct SearchCompetitions {
        name: Option<PlainText>,
        year: Option<i64>,
        city_id: Option<CityId>,
        page: Option<FromOne>,
        page_size: Option<FromOne>,
    }
}

/// Search competitions, the newest year first, then by name.
///
/// Texts match anywhere and in any case; year 0 means every year. The header `pagination` says where
/// the page stands; a page past the last is the last.
#[utoipa::path(
    tag = "competitions",
    extensions(("x-permission" = json!("SearchCompetitions"))),
    params(
        ("name" = Option<String>, Query, description = "Part of the name"),
        ("year" = Option<i64>, Query, description = "0 for every year"),
        ("city_id" = Option<i64>, Query),
        ("page" = Option<i64>, Query, description = "From 1", minimum = 1),
        ("page_size" = Option<i64>, Query, description = "10, at most 100", minimum = 1),
    ),
    responses((status = 200, body = Vec<Competition>, headers(("pagination" = String, description = "JSON: `total`, `total_pages`, `first_page`, `last_page`, `page`, `previous_page`, `next_page`")))),
)]
#[get("/api/competitions/search")]
pub(crate) async fn search_competitions(
    app: Data<App>,
    access: Access<may::SearchCompetitions>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let SearchCompetitions { name, year, city_id, page, page_size } = query.parse()?;
    let filter = CompetitionFilter {
        name: name.map(|name| name.0),
        year: year.filter(|year| *year != 0),
        city_id,
        only_city: access.city_limit(),
    };
    let request = paging::page_request(page, page_size);
    let found = app
        .database
        .snapshot(move |connection| {
            let mut page = competitions::search(connection, &filter, request)?;
            file_names::give_to_competitions(connection, &mut page.items)?;
            Ok::<_, StorageError>(page)
        })
        .await?;
    Ok(paging::respond(&found))
}
