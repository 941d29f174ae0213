//! `DELETE /api/competitions/{competition_id}/teams/{team_id}/answers/{alternative_id}`

use actix_web::web::Data;
use actix_web::{HttpResponse, delete};
use estrad_domain::answer::{AnsweredBy, Reason};
use estrad_domain::presentation::Actor;
use estrad_domain::{AlternativeId, CompetitionId, TeamId};
use estrad_realtime::Giving;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Ids, Query, request};
use crate::problem::Problem;

request! {
    /// Why something is withdrawn.
    struct WithdrawAnswer {
        reason: Option<Reason>,
    }
}

/// Withdraw what a team answered at an alternative, as if it had not answered there.
///
/// It stays in the ledger. Whoever may answer may withdraw, at the same times; judges say why.
#[utoipa::path(
    tag = "answers",
    extensions(("x-permission" = json!("WriteAnswers"))),
    params(
        ("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path), ("alternative_id" = AlternativeId, Path),
        ("reason" = Option<String>, Query, description = "Why, at most 1,000 characters. Judges have to say", max_length = 1000),
    ),
    responses(
        (status = 204),
        (status = 404, description = "`answer_not_found`: The team has no answer there."),
        (status = 409, description = "`answers_locked`: Answers are not taken now, from teams; `reason` says why."),
        (status = 429, description = "`quota_exceeded`: More than one may write, see `reason`: wait as long as `Retry-After` says, or, where there is none, for the next presentation."),
    ),
)]
#[delete("/api/competitions/{competition_id}/teams/{team_id}/answers/{alternative_id}")]
pub(crate) async fn withdraw_answer(
    access: Access<may::WriteAnswers>,
    app: Data<App>,
    ids: Ids,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let arrived = app.clock.moment();
    let (competition_id, team_id, alternative_id) = ids.parse()?;
    let WithdrawAnswer { reason } = query.parse()?;
    let by = AnsweredBy::new(&access.caller.principal, reason)?;
    let actor = Actor::of(&access.caller.principal, &access.caller.jti);
    let giving = Giving { competition_id, team_id, actor, arrived };
    app.live.withdraw_answer(giving, alternative_id, None, by).await?;
    Ok(HttpResponse::NoContent().finish())
}
