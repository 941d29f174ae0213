//! `GET /api/presentations`

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use estrad_domain::CompetitionId;
use estrad_domain::page::Page;
use estrad_persistence::queries::presentations::{self, PresentationFilter};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Flag, Query, request};
use crate::paging::{self, FromOne};
use crate::problem::Problem;
use crate::shown::PresentationItem;

request! {
    /// What is searched for.
    struct SearchPresentations {
        active: Option<Flag>,
        competition_id: Option<CompetitionId>,
        page: Option<FromOne>,
        page_size: Option<FromOne>,
    }
}

/// Search presentations, the newest first.
///
/// The header `pagination` says where the page stands; a page past the last is the last.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("SearchPresentations"))),
    params(
        ("active" = Option<bool>, Query, description = "Those that go on, or those that are over"),
        ("competition_id" = Option<i64>, Query),
        ("page" = Option<i64>, Query, description = "From 1", minimum = 1),
        ("page_size" = Option<i64>, Query, description = "10, at most 100", minimum = 1),
    ),
    responses((status = 200, body = Vec<PresentationItem>, headers(("pagination" = String, description = "JSON: `total`, `total_pages`, `first_page`, `last_page`, `page`, `previous_page`, `next_page`")))),
)]
#[get("/api/presentations")]
pub(crate) async fn search_presentations(
    app: Data<App>,
    access: Access<may::SearchPresentations>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let SearchPresentations { active, competition_id, page, page_size } = query.parse()?;
    let filter = PresentationFilter {
        active: active.map(|flag| flag.0),
        competition_id,
        only_city: access.city_limit(),
    };
    let request = paging::page_request(page, page_size);
    let Page { items, pagination } = app
        .database
        .snapshot(move |connection| presentations::search(connection, &filter, request))
        .await?;
    let items = items.iter().map(|presentation| {
        let presence = presentation.is_active().then(|| app.live.presence(presentation.id));
        PresentationItem::new(presentation, presence)
    });
    Ok(paging::respond(&Page { items: items.collect(), pagination }))
}
