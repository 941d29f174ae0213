//! `DELETE /api/competitions/{competition_id}/teams/{team_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, delete};
use estrad_domain::{CompetitionId, TeamId};
use estrad_persistence::queries::results::ResultsOf;
use estrad_persistence::queries::teams;
use estrad_realtime::Revocation;

use crate::access::may;
use crate::confirming::Confirmed;
use crate::editing::{Edit, Taken};
use crate::input::Query;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Delete a team with its answers, scores and code.
#[utoipa::path(
    tag = "teams",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path), ("confirm" = Option<bool>, Query, description = "Results may go with it")),
    responses(
        (status = 204),
        (status = 409, description = "`has_results`: There are answers or scores that would go with it, as many as `counts` says (`{answers, scores, teams}`)."),
    ),
)]
#[delete("/api/competitions/{competition_id}/teams/{team_id}")]
pub(crate) async fn delete_team(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, TeamId)>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let (competition_id, id) = path.into_inner();
    let confirmed = Confirmed::read(&query)?;
    edit.apply_silently(move |connection| {
        teams::get(connection, competition_id, id).on_missing(ErrorWord::TeamNotFound)?;
        confirmed.require(connection, ResultsOf::Team(id))?;
        teams::delete(connection, competition_id, id).on_missing(ErrorWord::TeamNotFound)?;
        Ok(Taken::Rights(Revocation::Team(id)))
    })
    .await
}
