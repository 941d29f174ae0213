//! `GET /api/competitions/{competition_id}/ledger`

use actix_web::http::header::{Accept, CONTENT_DISPOSITION, Header as _};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use estrad_domain::presentation::Actor;
use estrad_domain::{
    AlternativeId, CompetitionId, PresentationId, QuestionId, TeamId, points::Points,
};
use estrad_persistence::queries::ledger::{self, LedgerFilter, Place};
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::Value;

use super::csv;
use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Field, Instant, Query, request};
use crate::paging::{self, FromOne};
use crate::problem::Problem;

/// Entries that are in memory at a time.
const PAGE: i64 = 500;

request! {
    /// What is searched for, and as what it is wanted.
    struct ReadLedger {
        team_id: Option<TeamId>,
        question_id: Option<QuestionId>,
        kind: Option<EventKind>,
        from: Option<Instant>,
        to: Option<Instant>,
        presentation_id: Option<PresentationId>,
        format: Option<Format>,
        page: Option<FromOne>,
        page_size: Option<FromOne>,
    }
}

/// A word of the log.
#[derive(Debug)]
struct EventKind(&'static str);

impl Field for EventKind {
    fn read(value: Value) -> Result<Self, String> {
        let word = String::read(value)?;
        let known = estrad_domain::presentation::KINDS.iter().find(|kind| **kind == word);
        known.map(|kind| Self(kind)).ok_or_else(|| "There is no such kind.".to_owned())
    }
}

/// As what it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Csv,
}

impl Field for Format {
    fn read(value: Value) -> Result<Self, String> {
        match String::read(value)?.as_str() {
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            _ => Err("Must be json or csv.".to_owned()),
        }
    }
}

impl Format {
    /// What the caller likes best; JSON unless they say otherwise.
    fn accepted(request: &HttpRequest) -> Self {
        let likes_csv = Accept::parse(request).is_ok_and(|accept| {
            accept.ranked().first().is_some_and(|best| best.essence_str() == "text/csv")
        });
        if likes_csv { Self::Csv } else { Self::Json }
    }
}

/// An entry of the ledger. Beside what all have, each kind has members of its own.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the schema is what it is for")]
pub(crate) struct LedgerEntry {
    presentation_id: PresentationId,
    /// From 1 in each presentation.
    seq: i64,
    /// By the server's clock.
    #[schema(value_type = String, format = DateTime)]
    at: String,
    actor: Actor,
    #[schema(example = "scored")]
    kind: String,
    /// Of `answered`, `refused`, `scored` and `reopened`.
    team_id: Option<TeamId>,
    /// Of `answered`, `refused` and `scored`.
    question_id: Option<QuestionId>,
    /// Of `answered` and `refused`.
    question_alternative_id: Option<AlternativeId>,
    /// Of `answered`, null where it was withdrawn, and of `refused`.
    answer: Option<String>,
    /// Of `answered`: where the team is not ticked any more, as it ticked this alternative.
    cleared: Option<Vec<AlternativeId>>,
    /// Of `scored`; null where it was withdrawn.
    score: Option<Points>,
    /// What was there before: of `answered` a text, of `scored` a number.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// Of `reset`: how many answers there were.
    answers: Option<i64>,
    /// Of `reset`: how many scores there were.
    scores: Option<i64>,
    /// Of `reset`: how many teams had any of them.
    teams: Option<i64>,
    /// Why somebody did it, or why it ended.
    reason: Option<String>,
    /// Of `refused`: `not_presented`, `other_slide`, `time_is_up` or `step_over`.
    why: Option<String>,
    /// Of `stepped`: how many clues of the slide were shown from then on.
    step: Option<u32>,
    /// There, and true, where what people typed was erased from the entry.
    erased: Option<bool>,
}

/// Read the ledger: each answer, refusal, score and all else that happened in the presentations of the
/// competition, the newest last.
///
/// No route changes or deletes it. Results that came in outside any presentation are in it too.
///
/// As JSON it comes in pages: the header `pagination` says where the page stands, and a page past the
/// last is the last. As CSV (`format=csv`, or `Accept: text/csv`) it comes whole, with the columns
/// `presentation_id`, `seq`, `at`, `kind`, `by` (`server`, `user` or `screen`), `user_id`, `view`,
/// `screen`, `screen_team_id`, `team_id`, `question_id`, `question_alternative_id`, `value` (the
/// answer, the score or the seconds), `before`, `reason` and `details` (JSON, of what has no column).
/// Texts that a spreadsheet would take for a formula have a `'` before them.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("ReadLedger"))),
    params(
        ("competition_id" = CompetitionId, Path),
        ("team_id" = Option<i64>, Query),
        ("question_id" = Option<i64>, Query),
        ("kind" = Option<String>, Query, description = "Such as `answered`, `refused`, `scored` or `reset`"),
        ("from" = Option<String>, Query, description = "The first moment: RFC 3339, or milliseconds since 1970"),
        ("to" = Option<String>, Query, description = "The moment after the last, in the same form"),
        ("presentation_id" = Option<i64>, Query),
        ("format" = Option<String>, Query, description = "`json` or `csv`"),
        ("page" = Option<i64>, Query, description = "From 1; of JSON only", minimum = 1),
        ("page_size" = Option<i64>, Query, description = "10, at most 100; of JSON only", minimum = 1),
    ),
    responses((status = 200, headers(("pagination" = String, description = "JSON: `total`, `total_pages`, `first_page`, `last_page`, `page`, `previous_page`, `next_page`")), content(
        (Vec<LedgerEntry> = "application/json"),
        (String = "text/csv"),
    ))),
)]
#[get("/api/competitions/{competition_id}/ledger")]
pub(crate) async fn read_ledger(
    app: Data<App>,
    _access: Access<may::ReadLedger>,
    request: HttpRequest,
    path: Path<CompetitionId>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let asked: ReadLedger = query.parse()?;
    let filter = LedgerFilter {
        competition_id: path.into_inner(),
        presentation_id: asked.presentation_id,
        team_id: asked.team_id,
        question_id: asked.question_id,
        kinds: asked.kind.map(|kind| vec![kind.0]),
        from: asked.from.map(|from| from.0),
        to: asked.to.map(|to| to.0),
    };
    match asked.format.unwrap_or_else(|| Format::accepted(&request)) {
        Format::Json => {
            let page = paging::page_request(asked.page, asked.page_size);
            let search = move |c: &mut _| ledger::search(c, &filter, page);
            Ok(paging::respond(&app.database.snapshot(search).await?))
        }
        Format::Csv => Ok(HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8; header=present")
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"ledger.csv\""))
            .streaming(lines(app, filter))),
    }
}

/// The head, then all that is found, a page at a time.
fn lines(app: Data<App>, filter: LedgerFilter) -> impl Stream<Item = Result<Bytes, Problem>> {
    let head = stream::once(async { Ok(Bytes::from(csv::head())) });
    let from_the_start = Some(None::<Place>);
    let rows = stream::try_unfold(from_the_start, move |place| {
        let (app, filter) = (app.clone(), filter.clone());
        async move {
            let Some(place) = place else { return Ok(None) };
            let read = move |c: &mut _| ledger::after(c, &filter, place, PAGE);
            let page = app.database.read(read).await?;
            // What comes in while this is read is in the answer only as far as it is not the end.
            let is_last = (page.len() as i64) < PAGE;
            let next = (!is_last).then(|| page.last().map(Place::from));
            let rows = page.iter().map(csv::row).collect::<Result<String, Problem>>()?;
            Ok(Some((Bytes::from(rows), next)))
        }
    });
    // An empty piece would say that the answer is over.
    head.chain(rows).filter(|piece| {
        let is_something = piece.as_ref().map_or(true, |piece| !piece.is_empty());
        std::future::ready(is_something)
    })
}
