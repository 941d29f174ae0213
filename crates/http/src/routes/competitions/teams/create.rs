//! `POST /api/competitions/{competition_id}/teams`

use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use estrad_auth::code_source;
use estrad_domain::CompetitionId;
use estrad_domain::team::Team;
use estrad_domain::text::Name;
use estrad_persistence::queries::teams;

use crate::access::may;
use crate::editing::Edit;
use crate::input::{Body, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// A team's name.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct TeamName {
        #[schema(value_type = String, min_length = 1, max_length = 254, example = "Berzeliusskolan 8A")]
        pub(super) name: Name,
    }
}

/// Add a team, with a code of its own.
#[utoipa::path(
    tag = "teams",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path)),
    request_body = TeamName,
    responses(
        (status = 200, body = Team),
        (status = 409, description = "`team_name_taken`: There is a team of that name in the competition already.\n\n`too_many`: A competition has no more than 10,000 teams."),
    ),
)]
#[post("/api/competitions/{competition_id}/teams")]
pub(crate) async fn create_team(
    edit: Edit<may::EditCompetition>,
    path: Path<CompetitionId>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let TeamName { name } = body.parse()?;
    let id = path.into_inner();
    let random = edit.app.random.clone();
    edit.apply(move |connection| {
        teams::insert(connection, id, &name, &mut code_source(&*random))
            .on_duplicate(ErrorWord::TeamNameTaken, "name")
    })
    .await
}
