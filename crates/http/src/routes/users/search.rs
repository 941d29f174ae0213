//! `GET /api/users/search`

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use estrad_domain::CityId;
use estrad_domain::user::User;
use estrad_persistence::queries::users::{self, UserFilter};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{PlainText, Query, request};
use crate::paging::{self, FromOne};
use crate::problem::Problem;

request! {
    /// What is searched for.
    struct SearchUsers {
        name: Option<PlainText>,
        email: Option<PlainText>,
        role_id: Option<i64>,
        city_id: Option<CityId>,
        page: Option<FromOne>,
        page_size: Option<FromOne>,
    }
}

/// Search users, by name.
///
/// Texts match anywhere and in any case. The header `pagination` says where the page stands; a page
/// past the last is the last.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ReadUsers"))),
    params(
        ("name" = Option<String>, Query, description = "Part of the name"),
        ("email" = Option<String>, Query, description = "Part of the email"),
        ("role_id" = Option<i64>, Query, description = "1 Admin, 2 Editor"),
        ("city_id" = Option<i64>, Query),
        ("page" = Option<i64>, Query, description = "From 1", minimum = 1),
        ("page_size" = Option<i64>, Query, description = "10, at most 100", minimum = 1),
    ),
    responses((status = 200, body = Vec<User>, headers(("pagination" = String, description = "JSON: `total`, `total_pages`, `first_page`, `last_page`, `page`, `previous_page`, `next_page`")))),
)]
#[get("/api/users/search")]
pub(crate) async fn search_users(
    app: Data<App>,
    _access: Access<may::ReadUsers>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let SearchUsers { name, email, role_id, city_id, page, page_size } = query.parse()?;
    let filter = UserFilter {
        name: name.map(|name| name.0),
        email: email.map(|email| email.0),
        role: role_id,
        city_id,
    };
    let request = paging::page_request(page, page_size);
    let found = app
        .database
        .snapshot(move |connection| users::search(connection, &filter, request))
        .await?;
    Ok(paging::respond(&found))
}
