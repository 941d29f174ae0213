//! `PUT /api/competitions/{competition_id}/teams/{team_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, put};
use estrad_domain::team::Team;
use estrad_domain::text::Name;
use estrad_domain::{CompetitionId, TeamId};
use estrad_persistence::queries::teams;

use crate::access::may;
use crate::editing::Edit;
use crate::input::{Body, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// What shall change of a team; what is left out stays.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct EditTeam {
        #[schema(value_type = Option<String>, min_length = 1, max_length = 254)]
        name: Option<Name>,
    }
}

/// Rename a team.
#[utoipa::path(
    tag = "teams",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("team_id" = TeamId, Path)),
    request_body = EditTeam,
    responses(
        (status = 200, body = Team),
        (status = 409, description = "`team_name_taken`: There is a team of that name in the competition already."),
    ),
)]
#[put("/api/competitions/{competition_id}/teams/{team_id}")]
pub(crate) async fn rename_team(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, TeamId)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let EditTeam { name } = body.parse()?;
    let (competition_id, id) = path.into_inner();
    edit.apply(move |connection| {
        match &name {
            Some(name) => teams::rename(connection, competition_id, id, name),
            None => teams::get(connection, competition_id, id),
        }
        .on_missing(ErrorWord::TeamNotFound)
        .on_duplicate(ErrorWord::TeamNameTaken, "name")
    })
    .await
}
