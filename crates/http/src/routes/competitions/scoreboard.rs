//! `GET /api/competitions/{competition_id}/scoreboard`

use std::collections::HashMap;

use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use estrad_domain::points::Points;
use estrad_domain::standings::{Standing, standings};
use estrad_domain::strip::Viewer;
use estrad_domain::{CompetitionId, PresentationId, QuestionId, TeamId};
use estrad_persistence::queries::scoreboard::{self, Asked, Board};
use serde::Serialize;

use crate::access::may;
use crate::input::{Query, Seq, request};
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::reading::Read;

request! {
    /// Which moment, and what is marked.
    struct ReadScoreboard {
        since: Option<Seq>,
        at: Option<Seq>,
        presentation_id: Option<PresentationId>,
    }
}

/// The scoreboard of a competition.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Scoreboard {
    /// The presentation that `seq` is of; null before anything happened.
    presentation_id: Option<PresentationId>,
    /// The entry of its log that this is as of: what to ask `since` for next time.
    seq: i64,
    /// The questions, in the order of the slides.
    question_ids: Vec<QuestionId>,
    /// The best first, and those of one rank by id.
    teams: Vec<Row>,
}

/// Where a team stands.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ScoreboardRow)]
pub(crate) struct Row {
    team_id: TeamId,
    name: String,
    /// From 1. Teams with as many points share a rank: 1, 1, 3.
    rank: usize,
    total: Points,
    /// One for each question that the team was given points for.
    scores: Vec<CellScore>,
}

/// A team's points for a question.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ScoreboardCell)]
pub(crate) struct CellScore {
    question_id: QuestionId,
    score: Points,
    /// Whether it was another one after the entry `since`; only where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
}

/// Read the scoreboard: for each team its rank, its total, and its score for each question.
///
/// With `at` it is as it stood after that entry of the log, found out by replaying the logs of the
/// competition up to there. Teams and questions that have been deleted since are not in it.
#[utoipa::path(
    tag = "scores",
    extensions(("x-permission" = json!("ReadScoreboard"))),
    params(
        ("competition_id" = CompetitionId, Path),
        ("since" = Option<i64>, Query, description = "Mark the scores that changed after the entry of that `seq`", minimum = 0),
        ("at" = Option<i64>, Query, description = "As of the entry of that `seq`", minimum = 0),
        ("presentation_id" = Option<i64>, Query, description = "The presentation that both are of: else the one that goes on, or the newest. Without `at`, as of its last entry. Not for teams and the audience"),
    ),
    responses(
        (status = 200, body = Scoreboard),
        (status = 404, description = "`presentation_not_found`: There is no such presentation of the competition."),
    ),
)]
#[get("/api/competitions/{competition_id}/scoreboard")]
pub(crate) async fn read_scoreboard(
    read: Read<may::ReadScoreboard>,
    path: Path<CompetitionId>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let ReadScoreboard { since, at, presentation_id } = query.parse()?;
    // Screens are shown the presentation that goes on, and none before.
    if presentation_id.is_some() && read.viewer() != Viewer::Trusted {
        return Err(ErrorWord::NotAllowed.into());
    }
    let (since, at) = (since.map(|since| since.0), at.map(|at| at.0));
    let (id, asked) = (path.into_inner(), Asked { presentation_id, at, since });
    let reader = read.reader();
    read.with_results(move |connection| {
        let board = scoreboard::read(connection, id, asked);
        let mut board = board.on_missing(ErrorWord::PresentationNotFound)?;
        if let Some(seen) = reader.questions(connection)? {
            // Their points are in the totals, but not which questions there are.
            board.questions.retain(|question| seen.contains(question));
        }
        Ok(Scoreboard::from(board))
    })
    .await
}

impl From<Board> for Scoreboard {
    fn from(board: Board) -> Self {
        let Board { presentation_id, seq, teams, questions, scores, changed } = board;
        let ids: Vec<TeamId> = teams.iter().map(|team| team.id).collect();
        let mut names: HashMap<TeamId, String> =
            teams.into_iter().map(|team| (team.id, team.name)).collect();
        let places: HashMap<QuestionId, usize> =
            questions.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        let row = |standing: Standing| {
            let Standing { team_id, rank, total, mut scores } = standing;
            scores.retain(|(question_id, _)| places.contains_key(question_id));
            scores.sort_by_key(|(question_id, _)| places.get(question_id));
            let cell = |(question_id, score)| {
                let changed = changed.as_ref().map(|cells| cells.contains(&(team_id, question_id)));
                CellScore { question_id, score, changed }
            };
            let name = names.remove(&team_id).unwrap_or_default();
            Row { team_id, name, rank, total, scores: scores.into_iter().map(cell).collect() }
        };
        let teams = standings(&ids, &scores).into_iter().map(row).collect();
        Self { presentation_id, seq, question_ids: questions, teams }
    }
}
