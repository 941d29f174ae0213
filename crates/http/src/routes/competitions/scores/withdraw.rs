//! `DELETE /api/competitions/{competition_id}/teams/{team_id}/scores/{question_id}`

use actix_web::web::Data;
use actix_web::{HttpResponse, delete};
use estrad_domain::answer::Reason;
use estrad_domain::presentation::Actor;
use estrad_domain::{CompetitionId, QuestionId, TeamId};
use estrad_realtime::Giving;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Ids, Query, request};
use crate::problem::Problem;

request! {
    /// Why something is withdrawn.
    struct WithdrawScore {
        reason: Option<Reason>,
    }
}

/// Withdraw a team's points for a question, as if it had been given none. They stay in the ledger.
#[utoipa::path(
    tag = "scores",
    extensions(("x-permission" = json!("WriteScores"))),
    params(
        ("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path), ("question_id" = QuestionId, Path),
        ("reason" = Option<String>, Query, description = "Why, for the ledger: at most 1,000 characters", max_length = 1000),
    ),
    responses(
        (status = 204),
        (status = 404, description = "`score_not_found`: The team has no score for this question."),
    ),
)]
#[delete("/api/competitions/{competition_id}/teams/{team_id}/scores/{question_id}")]
pub(crate) async fn withdraw_score(
    access: Access<may::WriteScores>,
    app: Data<App>,
    ids: Ids,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let arrived = app.clock.moment();
    let (competition_id, team_id, question_id) = ids.parse()?;
    let WithdrawScore { reason } = query.parse()?;
    let actor = Actor::of(&access.caller.principal, &access.caller.jti);
    let giving = Giving { competition_id, team_id, actor, arrived };
    app.live.withdraw_score(giving, question_id, reason).await?;
    Ok(HttpResponse::NoContent().finish())
}
