//! `PUT /api/competitions/{competition_id}/teams/{team_id}/answers/{alternative_id}`

use actix_web::put;
use actix_web::web::{Data, Json};
use estrad_domain::answer::{Answer, AnswerKey, AnswerText, AnsweredBy, Reason};
use estrad_domain::presentation::Actor;
use estrad_domain::{AlternativeId, CompetitionId, TeamId};
use estrad_persistence::queries::recording::GivenAnswer;
use estrad_realtime::Giving;

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
        /// What the client calls this answer, within its team. Sent again with the same key, an answer
        /// that was taken is acknowledged as it was and not taken twice, also when the slide is locked
        /// by then. Keys are known for a day.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
        key: Option<AnswerKey>,
        /// Why it is changed. Judges have to say.
        #[schema(value_type = Option<String>, max_length = 1000)]
        reason: Option<Reason>,
    }
}

/// Answer for a team at an alternative, in place of what it answered there before.
///
/// It is stored when this is answered. It counts by when the last byte of the request arrived, by the
/// server's clock. Teams answer on the slide that is shown, and until its timer has run out or was
/// stopped; judges and users at any time. In a question of type Single `"1"` takes back the choice before.
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
        (status = 409, description = "`answers_locked`: Answers are not taken now, from teams; `reason` says why. `key_reused`: The key is of another answer."),
        (status = 429, description = "`quota_exceeded`: More than one may write, see `reason`: wait as long as `Retry-After` says, or, where there is none, for the next presentation."),
        (status = 503, description = "`busy`: Nothing was stored, try again. `database_unavailable`: Whether it was stored is not known; with a key it can be sent again without harm."),
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
    let GiveAnswer { answer, key, reason } = body.parse()?;
    let by = AnsweredBy::new(&access.caller.principal, reason)?;
    let actor = Actor::of(&access.caller.principal, &access.caller.jti);
    let giving = Giving { competition_id, team_id, actor, arrived: body.arrived };
    let given = GivenAnswer { alternative_id, question_id: None, answer, key };
    Ok(Json(app.live.answer(giving, given, by).await?.answer))
}
