//! `GET /api/competitions/{competition_id}/teams/{team_id}/scores` and `…/scores/{question_id}`

use actix_web::{HttpResponse, get};
use estrad_domain::answer::Score;
use estrad_domain::{CompetitionId, QuestionId, TeamId};
use estrad_persistence::queries::{scores, teams};

use crate::access::may;
use crate::input::Ids;
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::reading::Read;

/// List the points that a team was given, by id.
#[utoipa::path(
    tag = "scores",
    extensions(("x-permission" = json!("ReadScores"))),
    params(("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path)),
    responses((status = 200, body = Vec<Score>)),
)]
#[get("/api/competitions/{competition_id}/teams/{team_id}/scores")]
pub(crate) async fn list_scores(
    read: Read<may::ReadScores>,
    ids: Ids,
) -> Result<HttpResponse, Problem> {
    let (competition_id, team_id) = ids.parse::<(CompetitionId, TeamId)>()?;
    let reader = read.reader();
    read.with_results(move |connection| {
        let team = teams::get(connection, competition_id, team_id);
        let team = team.on_missing(ErrorWord::TeamNotFound)?;
        let mut all = scores::all(connection, team.id)?;
        if let Some(seen) = reader.questions(connection)? {
            all.retain(|score| seen.contains(&score.question_id));
        }
        Ok(all)
    })
    .await
}

/// Read the points that a team was given for a question.
#[utoipa::path(
    tag = "scores",
    extensions(("x-permission" = json!("ReadScores"))),
    params(("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path), ("question_id" = QuestionId, Path)),
    responses((status = 200, body = Score)),
)]
#[get("/api/competitions/{competition_id}/teams/{team_id}/scores/{question_id}")]
pub(crate) async fn read_score(
    read: Read<may::ReadScores>,
    ids: Ids,
) -> Result<HttpResponse, Problem> {
    let (competition_id, team_id, question_id) =
        ids.parse::<(CompetitionId, TeamId, QuestionId)>()?;
    let reader = read.reader();
    read.with_results(move |connection| {
        let team = teams::get(connection, competition_id, team_id);
        let team = team.on_missing(ErrorWord::TeamNotFound)?;
        if reader.questions(connection)?.is_some_and(|seen| !seen.contains(&question_id)) {
            return Err(ErrorWord::ScoreNotFound.into());
        }
        scores::get(connection, team.id, question_id).on_missing(ErrorWord::ScoreNotFound)
    })
    .await
}
