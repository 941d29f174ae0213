//! `GET /api/competitions/{competition_id}/teams/{team_id}/data`

use std::collections::HashSet;
use std::sync::Arc;

use actix_web::http::header::{CONTENT_DISPOSITION, ContentType};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, get};
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::LogEntry;
use estrad_domain::strip::Viewer;
use estrad_domain::team::Team;
use estrad_domain::{AlternativeId, CompetitionId, QuestionId, TeamId, points::Points};
use estrad_persistence::queries::ledger::{self, LedgerFilter, Place};
use estrad_persistence::queries::team_data::{answers_after, scores_after};
use estrad_persistence::queries::teams;
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::may;
use crate::app::App;
use crate::input::Ids;
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::reading::Read;
use crate::routes::competitions::ledger::LedgerEntry;

/// Things that are in memory at a time.
const PAGE: i64 = 500;

/// An answer that stands.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is streamed")]
pub(crate) struct DataAnswer {
    id: i64,
    question_id: QuestionId,
    question_alternative_id: AlternativeId,
    answer: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Points that stand.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is streamed")]
pub(crate) struct DataScore {
    id: i64,
    question_id: QuestionId,
    score: Points,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// All that is kept of a team.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is streamed")]
pub(crate) struct TeamData {
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    team: Team,
    answers: Vec<DataAnswer>,
    scores: Vec<DataScore>,
    /// What the logs of all presentations say of the team, in order.
    log: Vec<LedgerEntry>,
}

/// Take out all that is kept of a team: its name, its answers and scores, and what the logs of the
/// presentations say of it.
///
/// The team itself gets it without the reasons that judges and operators wrote down, and without what is
/// not shown yet. Solutions, and what is of other teams, are never in it.
#[utoipa::path(
    tag = "teams",
    extensions(("x-permission" = json!("ReadTeamData"))),
    params(("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path)),
    responses((status = 200, body = TeamData)),
)]
#[get("/api/competitions/{competition_id}/teams/{team_id}/data")]
pub(crate) async fn read_team_data(
    app: Data<App>,
    read: Read<may::ReadTeamData>,
    ids: Ids,
) -> Result<HttpResponse, Problem> {
    let (competition_id, team_id) = ids.parse::<(CompetitionId, TeamId)>()?;
    let (by_the_team, reads) = (read.viewer() != Viewer::Trusted, read.reader());
    let look = move |connection: &mut _| {
        let team = teams::get(connection, competition_id, team_id);
        let team = team.on_missing(ErrorWord::TeamNotFound)?;
        Ok::<_, Problem>((team, reads.questions(connection)?))
    };
    let (team, seen) = app.database.snapshot(look).await?;
    let head =
        format!("{{\"at\":{},\"team\":{},\"answers\":[", json(&app.clock.now())?, json(&team)?,);
    let seen = seen.map(Arc::new);
    let reader = Reader { app, competition_id, team_id, by_the_team, seen };
    let file = format!("attachment; filename=\"team-{team_id}.json\"");
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((CONTENT_DISPOSITION, file))
        .streaming(pieces(head, reader)))
}

/// Where the reading stands: after what, and whether something of the list has been written.
#[derive(Clone, Copy)]
enum At {
    Answers { after: i64, first: bool },
    Scores { after: i64, first: bool },
    Log { after: Option<Place>, first: bool },
    End,
}

#[derive(Clone)]
struct Reader {
    app: Data<App>,
    competition_id: CompetitionId,
    team_id: TeamId,
    /// Whether the team itself asks.
    by_the_team: bool,
    /// The questions that the caller may know of, unless all.
    seen: Option<Arc<HashSet<QuestionId>>>,
}

/// The head, then all the rest, a page at a time.
fn pieces(head: String, reader: Reader) -> impl Stream<Item = Result<Bytes, Problem>> {
    let head = stream::once(async { Ok(Bytes::from(head)) });
    let rest = stream::try_unfold(At::Answers { after: 0, first: true }, move |at| {
        let reader = reader.clone();
        async move { Ok(reader.piece(at).await?.map(|(piece, next)| (Bytes::from(piece), next))) }
    });
    // An empty piece would say that the answer is over.
    head.chain(rest).filter(|piece| {
        let is_something = piece.as_ref().map_or(true, |piece| !piece.is_empty());
        std::future::ready(is_something)
    })
}

impl Reader {
    /// The piece at a place, and the place after it.
    async fn piece(&self, at: At) -> Result<Option<(String, At)>, Problem> {
        let id = self.team_id;
        Ok(Some(match at {
            At::Answers { after, first } => {
                let read = move |c: &mut _| answers_after(c, id, after, PAGE);
                let page = self.app.database.read(read).await?;
                let known: Vec<_> = page.iter().filter(|a| self.knows(a.question_id)).collect();
                let piece = list(&known, first)?;
                let first = first && known.is_empty();
                match page.last().filter(|_| page.len() as i64 == PAGE) {
                    Some(last) => (piece, At::Answers { after: last.id, first }),
                    None => (piece + "],\"scores\":[", At::Scores { after: 0, first: true }),
                }
            }
            At::Scores { after, first } => {
                let read = move |c: &mut _| scores_after(c, id, after, PAGE);
                let page = self.app.database.read(read).await?;
                let known: Vec<_> = page.iter().filter(|s| self.knows(s.question_id)).collect();
                let piece = list(&known, first)?;
                let first = first && known.is_empty();
                match page.last().filter(|_| page.len() as i64 == PAGE) {
                    Some(last) => (piece, At::Scores { after: last.id, first }),
                    None => (piece + "],\"log\":[", At::Log { after: None, first: true }),
                }
            }
            At::Log { after, first } => {
                let filter =
                    LedgerFilter { team_id: Some(id), ..LedgerFilter::of(self.competition_id) };
                let read = move |c: &mut _| ledger::after(c, &filter, after, PAGE);
                let page = self.app.database.read(read).await?;
                let known =
                    page.iter().filter(|e| e.event.question_id().is_none_or(|q| self.knows(q)));
                let entries = known.map(|e| self.entry(e)).collect::<Result<Vec<_>, Problem>>()?;
                let piece = list(&entries, first)?;
                let first = first && entries.is_empty();
                match page.last().filter(|_| page.len() as i64 == PAGE) {
                    Some(last) => (piece, At::Log { after: Some(last.into()), first }),
                    None => (piece + "]}", At::End),
                }
            }
            At::End => return Ok(None),
        }))
    }

    /// Whether the caller may know of the question yet.
    fn knows(&self, id: QuestionId) -> bool {
        self.seen.as_ref().is_none_or(|seen| seen.contains(&id))
    }

    /// An entry as the caller gets it. Why somebody did something is for those who correct: it may say
    /// what would have been right.
    fn entry(&self, entry: &LogEntry) -> Result<Value, Problem> {
        let mut value = serde_json::to_value(entry).map_err(fault)?;
        if let Some(members) = value.as_object_mut().filter(|_| self.by_the_team) {
            members.remove("reason");
        }
        Ok(value)
    }
}

/// The things of a list, with a comma before the first where others come before them.
fn list<T: Serialize>(things: &[T], is_first: bool) -> Result<String, Problem> {
    let mut text = String::new();
    for (place, thing) in things.iter().enumerate() {
        if place > 0 || !is_first {
            text.push(',');
        }
        text.push_str(&json(thing)?);
    }
    Ok(text)
}

fn json<T: Serialize>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(fault)
}

fn fault(error: serde_json::Error) -> Problem {
    Problem::from(ErrorWord::Internal).with_cause(&error)
}
