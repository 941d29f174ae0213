//! `PUT /api/competitions/{competition_id}/teams/{team_id}/scores/{question_id}`

use actix_web::put;
use actix_web::web::{Data, Json};
use estrad_domain::answer::{Reason, Score};
use estrad_domain::points::Points;
use estrad_domain::presentation::Actor;
use estrad_domain::{CompetitionId, QuestionId, TeamId};
use estrad_realtime::Giving;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, Ids, request};
use crate::problem::Problem;

request! {
    /// A team's points for a question.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct GiveScore {
        /// May be more than the question is worth: up to ten times as many points, and up to 10,000 for
        /// any question. As many below 0 where the competition has `negative_allowed`. Whole, or to the
        /// hundredth where it has `fractions_allowed`.
        #[schema(minimum = -10_000_000, maximum = 10_000_000, example = 2)]
        score: Points,
        /// Why it is so, for the log.
        #[schema(value_type = Option<String>, max_length = 1000)]
        reason: Option<Reason>,
    }
}

/// Give a team points for a question, in place of those that it had.
///
/// Scores are independent of the version of the competition: no `If-Match` is needed, and none is
/// looked at.
#[utoipa::path(
    tag = "scores",
    extensions(("x-permission" = json!("WriteScores"))),
    params(("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path), ("question_id" = QuestionId, Path)),
    request_body = GiveScore,
    responses(
        (status = 200, body = Score),
        (status = 503, description = "`busy`: Nothing was stored, try again. `database_unavailable`: Whether it was stored is not known; giving it again does no harm."),
    ),
)]
#[put("/api/competitions/{competition_id}/teams/{team_id}/scores/{question_id}")]
pub(crate) async fn give_score(
    access: Access<may::WriteScores>,
    app: Data<App>,
    ids: Ids,
    body: Body,
) -> Result<Json<Score>, Problem> {
    let (competition_id, team_id, question_id) = ids.parse()?;
    let GiveScore { score, reason } = body.parse()?;
    let actor = Actor::of(&access.caller.principal, &access.caller.jti);
    let giving = Giving { competition_id, team_id, actor, arrived: body.arrived };
    Ok(Json(app.live.score(giving, question_id, score, reason).await?.score))
}
