//! `PUT /api/competitions/{competition_id}/teams/{team_id}/answers/{alternative_id}`

use actix_web::put;
use actix_web::web::{Data, Json};
use estrad_domain::answer::{Answer, AnswerText, AnsweredBy, Reason};
use estrad_domain::{AlternativeId, CompetitionId, TeamId};
use estrad_persistence::queries::answers::{self, GivenAnswer};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, Ids, request};
use crate::problem::Problem;

request! {
    /// An answer.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct GiveAnswer {
        /// In the form of the question's type; empty to take back what was answered.
        #[schema(value_type = String, max_length = 4096, example = "1")]
        answer: AnswerText,
        /// Why it is changed. Judges have to say.
        #[schema(value_type = Option<String>, max_length = 1000)]
        reason: Option<Reason>,
    }
}

/// Answer for a team at an alternative, in place of what it answered there before.
///
/// Answers are independent of the version of the competition: no `If-Match` is needed, and none is
/// looked at.
#[utoipa::path(
    tag = "answers",
    extensions(("x-permission" = json!("WriteAnswers"))),
    params(("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path), ("alternative_id" = AlternativeId, Path)),
    request_body = GiveAnswer,
    responses(
        (status = 200, body = Answer),
        (status = 409, description = "`answers_locked`: Answers are not taken now, from teams."),
    ),
)]
#[put("/api/competitions/{competition_id}/teams/{team_id}/answers/{alternative_id}")]
pub(crate) async fn give_answer(
    access: Access<may::WriteAnswers>,
    app: Data<App>,
    ids: Ids,
    body: Body,
) -> Result<Json<Answer>, Problem> {
    let (competition_id, team_id, alternative_id) = ids.parse()?;
    let GiveAnswer { answer, reason } = body.parse()?;
    let by = AnsweredBy::new(&access.caller.principal, reason)?;
    let at = app.clock.now();
    let given = GivenAnswer { competition_id, team_id, alternative_id, answer, by, at };
    let stored = app.database.write(move |connection| answers::give(connection, &given));
    Ok(Json(stored.await?))
}
