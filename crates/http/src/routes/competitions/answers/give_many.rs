//! `PUT /api/competitions/{competition_id}/teams/{team_id}/answers`

use actix_web::put;
use actix_web::web::{Data, Json};
use estrad_domain::answer::{Answer, AnswerKey, AnswerText, AnsweredBy, Reason};
use estrad_domain::presentation::Actor;
use estrad_domain::{AlternativeId, CompetitionId, TeamId};
use estrad_persistence::queries::recording::{GivenAnswer, Refusal, Refused};
use estrad_realtime::Giving;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, Fields, Ids, Request, request};
use crate::problem::Problem;

/// The most answers at a time.
const MOST: usize = 200;

request! {
    /// One of several answers.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct OneAnswer {
        question_alternative_id: AlternativeId,
        /// In the form of the question's type; empty to take back what was answered.
        #[schema(value_type = String, max_length = 4096, example = "1")]
        answer: AnswerText,
        /// As for a single answer: each has its own.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
        key: Option<AnswerKey>,
    }
}

/// Several answers.
#[derive(Debug, utoipa::ToSchema)]
pub(crate) struct GiveAnswers {
    /// In the order in which they are taken.
    #[schema(min_items = 1, max_items = 200)]
    answers: Vec<OneAnswer>,
    /// Why they are changed. Judges have to say.
    #[schema(value_type = Option<String>, max_length = 1000)]
    reason: Option<Reason>,
}

impl Request for GiveAnswers {
    fn take_from(fields: &mut Fields) -> Option<Self> {
        let answers = fields.take_list("answers", MOST);
        let reason = fields.take("reason");
        Some(Self { answers: answers?, reason: reason? })
    }
}

/// Answer for a team at several alternatives: all of it is stored, or nothing.
///
/// The first answer that can't be taken is named in `field`, as `answers[3]` by its place from 0; what
/// is malformed with its member, as `answers[3].answer`. Nothing is stored then, of the others either.
#[utoipa::path(
    tag = "answers",
    extensions(("x-permission" = json!("WriteAnswers"))),
    params(("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path)),
    request_body = GiveAnswers,
    responses(
        (status = 200, body = Vec<Answer>, description = "The answers, in the order of the request"),
        (status = 409, description = "`answers_locked`: Answers are not taken now, from teams; `reason` says why. `key_reused`: The key is of another answer."),
        (status = 429, description = "`quota_exceeded`: More than one may write, see `reason`: wait as long as `Retry-After` says, or, where there is none, for the next presentation."),
        (status = 503, description = "`busy`: Nothing was stored, try again. `database_unavailable`: Whether it was stored is not known; with keys it can be sent again without harm."),
    ),
)]
#[put("/api/competitions/{competition_id}/teams/{team_id}/answers")]
pub(crate) async fn give_answers(
    access: Access<may::WriteAnswers>,
    app: Data<App>,
    ids: Ids,
    body: Body,
) -> Result<Json<Vec<Answer>>, Problem> {
    let (competition_id, team_id) = ids.parse()?;
    let GiveAnswers { answers, reason } = body.parse()?;
    let by = AnsweredBy::new(&access.caller.principal, reason)?;
    let actor = Actor::of(&access.caller.principal, &access.caller.jti);
    let giving = Giving { competition_id, team_id, actor, arrived: body.arrived };
    let given = answers.into_iter().map(|one| GivenAnswer {
        alternative_id: one.question_alternative_id,
        question_id: None,
        answer: one.answer,
        key: one.key,
    });
    let taken = app.live.answers(giving, given.collect(), by).await.map_err(name_item)?;
    Ok(Json(taken.into_iter().map(|taken| taken.answer).collect()))
}

/// Says which of the answers it is.
fn name_item(refused: Refused) -> Problem {
    let place = format!("answers[{}]", refused.item);
    match refused.why {
        Refusal::Answer(error) => {
            Problem::body_field(&format!("{place}.{}", error.field()), error.to_string())
        }
        Refusal::NoAlternative => {
            Problem::from(refused.why).with_field(&format!("{place}.question_alternative_id"))
        }
        Refusal::KeyReused => Problem::from(refused.why).with_field(&format!("{place}.key")),
        Refusal::Locked(_) => Problem::from(refused.why).with_field(&place),
        why => why.into(),
    }
}
