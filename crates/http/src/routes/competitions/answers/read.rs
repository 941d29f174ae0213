//! `GET /api/competitions/{competition_id}/teams/{team_id}/answers` and `…/answers/{alternative_id}`

use actix_web::{HttpResponse, get};
use estrad_domain::answer::Answer;
use estrad_domain::{AlternativeId, CompetitionId, TeamId};
use estrad_persistence::queries::{answers, teams};

use crate::access::may;
use crate::input::Ids;
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::reading::Read;

/// List what a team answered, by id.
#[utoipa::path(
    tag = "answers",
    extensions(("x-permission" = json!("ReadAnswers"))),
    params(("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path)),
    responses((status = 200, body = Vec<Answer>)),
)]
#[get("/api/competitions/{competition_id}/teams/{team_id}/answers")]
pub(crate) async fn list_answers(
    read: Read<may::ReadAnswers>,
    ids: Ids,
) -> Result<HttpResponse, Problem> {
    let (competition_id, team_id) = ids.parse::<(CompetitionId, TeamId)>()?;
    let reader = read.reader();
    read.with_results(move |connection| {
        let team = teams::get(connection, competition_id, team_id);
        let team = team.on_missing(ErrorWord::TeamNotFound)?;
        let mut all = answers::all(connection, team.id)?;
        if let Some(seen) = reader.alternatives(connection)? {
            all.retain(|answer| seen.contains(&answer.question_alternative_id));
        }
        Ok(all)
    })
    .await
}

/// Read what a team answered at an alternative.
#[utoipa::path(
    tag = "answers",
    extensions(("x-permission" = json!("ReadAnswers"))),
    params(("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path), ("alternative_id" = AlternativeId, Path)),
    responses((status = 200, body = Answer)),
)]
#[get("/api/competitions/{competition_id}/teams/{team_id}/answers/{alternative_id}")]
pub(crate) async fn read_answer(
    read: Read<may::ReadAnswers>,
    ids: Ids,
) -> Result<HttpResponse, Problem> {
    let (competition_id, team_id, alternative_id) =
        ids.parse::<(CompetitionId, TeamId, AlternativeId)>()?;
    let reader = read.reader();
    read.with_results(move |connection| {
        let team = teams::get(connection, competition_id, team_id);
        let team = team.on_missing(ErrorWord::TeamNotFound)?;
        if reader.alternatives(connection)?.is_some_and(|seen| !seen.contains(&alternative_id)) {
            return Err(ErrorWord::AnswerNotFound.into());
        }
        answers::get(connection, team.id, alternative_id).on_missing(ErrorWord::AnswerNotFound)
    })
    .await
}
