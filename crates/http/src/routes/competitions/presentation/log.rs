//! `GET /api/competitions/{competition_id}/presentation/log`

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, get};
use estrad_domain::presentation::{LogEntry, Presentation};
use estrad_domain::{CompetitionId, PresentationId};
use estrad_persistence::queries::presentations;
use estrad_realtime::Live;
use futures_util::{Stream, stream};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Query, Seq, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Entries that are in memory at a time.
const PAGE: i64 = 500;

request! {
    /// Which log is read, and from where on.
    struct ReadLog {
        since: Option<Seq>,
        presentation_id: Option<PresentationId>,
    }
}

/// Read the log of a presentation: all that happened in it, in order, one JSON object in each line.
///
/// Without a `presentation_id` it is the presentation that goes on, else the newest. What happens
/// while it is being read is not in the answer: ask for it with the `seq` of the last line.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("ReadLog"))),
    params(
        ("competition_id" = CompetitionId, Path),
        ("since" = Option<i64>, Query, description = "The `seq` of the last entry that is known", minimum = 0),
        ("presentation_id" = Option<i64>, Query),
    ),
    responses(
        (status = 200, content_type = "application/x-ndjson", body = String, example = "{\"presentation_id\":1,\"seq\":1,\"at\":\"2026-11-22T12:00:00Z\",\"actor\":{\"by\":\"server\"},\"kind\":\"started\",\"slide\":null}\n"),
        (status = 404, description = "`presentation_not_found`: There is no such presentation of the competition."),
    ),
)]
#[get("/api/competitions/{competition_id}/presentation/log")]
pub(crate) async fn read_log(
    app: Data<App>,
    _access: Access<may::ReadLog>,
    path: Path<CompetitionId>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let ReadLog { since, presentation_id } = query.parse()?;
    let competition_id = path.into_inner();
    let read = move |c: &mut _| presentations::named(c, competition_id, presentation_id);
    let found = app.database.read(read).await.on_missing(ErrorWord::PresentationNotFound)?;
    let since = since.map_or(0, |since| since.0);
    let lines = lines(app.live.clone(), found, since);
    Ok(HttpResponse::Ok().content_type("application/x-ndjson").streaming(lines))
}

/// The entries after `since` that are there now, in pages.
fn lines(
    live: Live,
    presentation: Presentation,
    since: i64,
) -> impl Stream<Item = Result<Bytes, Problem>> {
    let (id, end) = (presentation.id, presentation.seq);
    stream::try_unfold(since, move |since| {
        let live = live.clone();
        async move {
            if since >= end {
                return Ok(None);
            }
            let page = live.log(id, since, PAGE.min(end - since)).await?;
            // Without an entry there is no log any more: the competition was deleted meanwhile.
            let Some(last) = page.last().map(|entry| entry.seq) else { return Ok(None) };
            Ok(Some((written(&page)?, last)))
        }
    })
}

fn written(page: &[LogEntry]) -> Result<Bytes, Problem> {
    let mut lines = Vec::new();
    for entry in page {
        serde_json::to_writer(&mut lines, entry)
            .map_err(|error| Problem::from(ErrorWord::Internal).with_cause(&error))?;
        lines.push(b'\n');
    }
    Ok(lines.into())
}
