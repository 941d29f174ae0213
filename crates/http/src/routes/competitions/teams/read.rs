//! `GET /api/competitions/{competition_id}/teams` and `…/teams/{team_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use estrad_domain::team::Team;
use estrad_domain::{CompetitionId, TeamId};
use estrad_persistence::queries::teams;

use crate::access::may;
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::reading::Read;

/// List the teams of a competition.
#[utoipa::path(
    tag = "teams",
    extensions(("x-permission" = json!("ReadParts"))),
    params(("competition_id" = CompetitionId, Path)),
    responses((status = 200, body = Vec<Team>)),
)]
#[get("/api/competitions/{competition_id}/teams")]
pub(crate) async fn list_teams(
    read: Read<may::ReadParts>,
    path: Path<CompetitionId>,
) -> Result<HttpResponse, Problem> {
    let id = path.into_inner();
    read.part(move |connection| Ok(teams::all(connection, id)?)).await
}

/// Read a team.
#[utoipa::path(
    tag = "teams",
    extensions(("x-permission" = json!("ReadParts"))),
    params(("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path)),
    responses((status = 200, body = Team)),
)]
#[get("/api/competitions/{competition_id}/teams/{team_id}")]
pub(crate) async fn read_team(
    read: Read<may::ReadParts>,
    path: Path<(CompetitionId, TeamId)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, id) = path.into_inner();
    read.part(move |connection| {
        teams::get(connection, competition_id, id).on_missing(ErrorWord::TeamNotFound)
    })
    .await
}
