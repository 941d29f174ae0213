//! `POST /api/competitions/{competition_id}/teams`

use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use estrad_auth::code_source;
use estrad_domain::CompetitionId;
use estrad_domain::team::Team;
use estrad_domain::text::Name;
use estrad_persistence::queries::teams::{self, AddError};
use serde::Serialize;

use crate::access::may;
use crate::editing::Edit;
use crate::input::{Body, Fields, Request, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// A team's name.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct TeamName {
        #[schema(value_type = String, min_length = 1, max_length = 254, example = "Berzeliusskolan 8A")]
        pub(super) name: Name,
    }
}

/// The most teams of one request.
const MOST: usize = 1_000;

/// One team, or several.
#[derive(Debug, utoipa::ToSchema)]
pub(crate) struct AddTeams {
    /// Of the one team.
    #[schema(min_length = 1, max_length = 254, example = "Berzeliusskolan 8A")]
    name: Option<Name>,
    /// In the place of `name`: several teams, all of which are added or none.
    #[schema(min_items = 1, max_items = 1000)]
    teams: Option<Vec<TeamName>>,
}

impl Request for AddTeams {
    fn take_from(fields: &mut Fields) -> Option<Self> {
        // A `name` beside them is nobody's, and refused as what is left.
        if fields.has("teams") {
            let teams = fields.take_list("teams", MOST);
            Some(Self { name: None, teams: Some(teams?) })
        } else {
            let name = fields.take::<Name>("name");
            Some(Self { name: Some(name?), teams: None })
        }
    }
}

/// What was added: the team, or the teams in the order of the request.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub(crate) enum AddedTeams {
    One(Team),
    Each(Vec<Team>),
}

/// Add a team, or several at once, each with a code of its own.
///
/// Of several every one at fault is named, by its place from 0, as `teams[3].name`; nothing is added
/// then, of the others either.
#[utoipa::path(
    tag = "teams",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path)),
    request_body = AddTeams,
    responses(
        (status = 200, body = AddedTeams),
        (status = 409, description = "`team_name_taken`: There is a team of that name in the competition, or twice in the list.\n\n`too_many`: A competition has no more than 10,000 teams."),
    ),
)]
#[post("/api/competitions/{competition_id}/teams")]
pub(crate) async fn create_team(
    edit: Edit<may::EditCompetition>,
    path: Path<CompetitionId>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let AddTeams { name, teams } = body.parse()?;
    let id = path.into_inner();
    let random = edit.app.random.clone();
    edit.apply(move |connection| {
        let mut codes = code_source(&*random);
        if let Some(name) = name {
            let added = teams::insert(connection, id, &name, &mut codes);
            return added.map(AddedTeams::One).on_duplicate(ErrorWord::TeamNameTaken, "name");
        }
        let names: Vec<Name> = teams.into_iter().flatten().map(|team| team.name).collect();
        teams::insert_all(connection, id, &names, &mut codes)
            .map(AddedTeams::Each)
            .map_err(refused)
            .on_duplicate(ErrorWord::TeamNameTaken, "teams")
    })
    .await
}

/// The most names that are said to be taken.
const MOST_ERRORS: usize = 20;

fn refused(error: AddError) -> Problem {
    match error {
        AddError::Taken(places) => {
            let sentence = ErrorWord::TeamNameTaken.sentence();
            let of_place = |place: &usize| (format!("teams[{place}].name"), vec![sentence.into()]);
            let first = places.first().map(of_place).map(|(field, _)| field).unwrap_or_default();
            let fields = places.iter().take(MOST_ERRORS).map(of_place).collect();
            Problem::from(ErrorWord::TeamNameTaken).with_body_fields(fields).with_field(&first)
        }
        AddError::Storage(error) => error.into(),
    }
}
