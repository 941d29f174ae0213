//! `GET /api/audit`

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use estrad_domain::audit::AuditEntry;
use estrad_domain::{CompetitionId, UserId};
use estrad_persistence::queries::audit::{self, AuditFilter};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Instant, PlainText, Query, request};
use crate::paging::{self, FromOne};
use crate::problem::Problem;

request! {
    /// What is searched for.
    struct ReadAudit {
        user_id: Option<UserId>,
        competition_id: Option<CompetitionId>,
        since: Option<Instant>,
        until: Option<Instant>,
        action: Option<PlainText>,
        page: Option<FromOne>,
        page_size: Option<FromOne>,
    }
}

/// Read the audit log: what users changed outside presentations, and what was done at the server's
/// command line, the newest first.
///
/// An entry has ids and names of fields, never values. Answers, scores and all else that happens in
/// presentations is in the ledger of each competition. The header `pagination` says where the page
/// stands; a page past the last is the last.
#[utoipa::path(
    tag = "operations",
    extensions(("x-permission" = json!("ReadAudit"))),
    params(
        ("user_id" = Option<i64>, Query, description = "Who did it"),
        ("competition_id" = Option<i64>, Query, description = "What it was about, or in"),
        ("since" = Option<String>, Query, description = "The first moment: RFC 3339, or milliseconds since 1970"),
        ("until" = Option<String>, Query, description = "The moment after the last, in the same form"),
        ("action" = Option<String>, Query, description = "As `x-permission` says it of each route, such as `EditCompetition`, or the name of a command"),
        ("page" = Option<i64>, Query, description = "From 1", minimum = 1),
        ("page_size" = Option<i64>, Query, description = "10, at most 100", minimum = 1),
    ),
    responses((status = 200, body = Vec<AuditEntry>, headers(("pagination" = String, description = "JSON: `total`, `total_pages`, `first_page`, `last_page`, `page`, `previous_page`, `next_page`")))),
)]
#[get("/api/audit")]
pub(crate) async fn read_audit(
    app: Data<App>,
    _access: Access<may::ReadAudit>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let asked: ReadAudit = query.parse()?;
    let filter = AuditFilter {
        user_id: asked.user_id,
        competition_id: asked.competition_id,
        since: asked.since.map(|since| since.0),
        until: asked.until.map(|until| until.0),
        action: asked.action.map(|action| action.0),
    };
    let request = paging::page_request(asked.page, asked.page_size);
    let search = move |connection: &mut _| audit::search(connection, &filter, request);
    Ok(paging::respond(&app.database.snapshot(search).await?))
}
