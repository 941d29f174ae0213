//! `PUT /api/competitions/{competition_id}/teams/{team_id}/scores/{question_id}`

use actix_web::put;
use actix_web::web::{Data, Json};
use estrad_domain::answer::{Reason, Score};
use estrad_domain::points::Points;
use estrad_domain::{CompetitionId, QuestionId, TeamId};
use estrad_persistence::queries::scores::{self, GivenScore};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, Ids, ScorePoints, request};
use crate::problem::Problem;

request! {
    /// A team's points for a question.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct GiveScore {
        /// May be more than the question is worth.
        #[schema(value_type = i32, minimum = 0, maximum = 1000000, example = 2)]
        score: ScorePoints,
        /// Why it is so.
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
    responses((status = 200, body = Score)),
)]
#[put("/api/competitions/{competition_id}/teams/{team_id}/scores/{question_id}")]
pub(crate) async fn give_score(
    _access: Access<may::WriteScores>,
    app: Data<App>,
    ids: Ids,
    body: Body,
) -> Result<Json<Score>, Problem> {
    let (competition_id, team_id, question_id) = ids.parse()?;
    let GiveScore { score, reason } = body.parse()?;
    let (score, at) = (Points::whole(score.0), app.clock.now());
    let given = GivenScore { competition_id, team_id, question_id, score, reason, at };
    let stored = app.database.write(move |connection| scores::give(connection, &given));
    Ok(Json(stored.await?))
}
