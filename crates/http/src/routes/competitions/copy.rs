//! `POST /api/competitions/{competition_id}/copy`

use std::sync::Arc;

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use estrad_auth::code_source;
use estrad_domain::competition::Competition;
use estrad_domain::draft::CompetitionDraft;
use estrad_domain::policy::Action;
use estrad_domain::{CityId, CompetitionId};
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::{competitions, drafts, file_names, rich};
use serde::Serialize;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, Flag, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

/// The most teams of all copies together: they are one transaction.
const MOST_TEAMS: usize = 20_000;

request! {
    /// Where copies shall land. Everything may be left out, the body too.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct CopyCompetition {
        /// At most 100 cities, each of which gets a copy of its own. For admins, unless it is the
        /// editor's own city.
        city_ids: Option<Vec<CityId>>,
        /// Whether the teams are copied as well, each with a code of its own and without what it answered
        /// and was given; not unless it is said.
        #[schema(value_type = Option<bool>)]
        with_teams: Option<Flag>,
    }
}

/// The copy, or the copies when cities were named.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub(crate) enum Copies {
    One(Competition),
    Each(Vec<Competition>),
}

/// Copy a competition with everything in it but its teams, or with these too.
///
/// The copy is called "Kopia av …" and lands in the same city, or, where an editor copies from
/// another city, in the editor's own. Sent to cities by `city_ids`, a competition keeps its name where
/// that is free.
#[utoipa::path(
    tag = "competitions",
    extensions(("x-permission" = json!("CopyCompetition"))),
    params(("competition_id" = CompetitionId, Path)),
    request_body = Option<CopyCompetition>,
    responses(
        (status = 200, body = Copies),
        (status = 409, description = "`too_many`: The copies would have more than 20,000 teams together."),
    ),
)]
#[post("/api/competitions/{competition_id}/copy")]
pub(crate) async fn copy_competition(
    app: Data<App>,
    access: Access<may::CopyCompetition>,
    path: Path<CompetitionId>,
    body: Body,
) -> Result<Json<Copies>, Problem> {
    let CopyCompetition { city_ids, with_teams } = body.parse()?;
    let with_teams = with_teams.is_some_and(|flag| flag.0);
    let id = path.into_inner();
    for city_id in city_ids.iter().flatten() {
        access.require_in_city(Action::CreateCompetition, *city_id)?;
    }
    let own_city = access.user()?.city_id;
    let one = city_ids.is_none();
    let (random, now) = (app.random.clone(), app.clock.now());
    let access = Arc::new(access);
    let rights = Arc::clone(&access);
    let copies = access
        .write(&app, move |connection| {
            let original = rich::get(connection, id)?;
            let from = original.competition.city_id;
            let may_stay = rights.require_in_city(Action::CreateCompetition, from).is_ok();
            let cities = city_ids.unwrap_or_else(|| vec![if may_stay { from } else { own_city }]);
            let mut draft = if with_teams {
                CompetitionDraft::with_teams(&original, false)
            } else {
                CompetitionDraft::from(&original)
            };
            if draft.teams.len() * cities.len() > MOST_TEAMS {
                let limit = MOST_TEAMS as i64;
                return Err(StorageError::TooMany { what: "teams in copies", limit }.into());
            }
            let mut codes = code_source(&*random);
            let mut copies = Vec::with_capacity(cities.len());
            for city_id in cities {
                let name = &original.competition.name;
                draft.name = drafts::free_copy_name(
                    connection,
                    name,
                    draft.year,
                    city_id,
                    !one && city_id != from,
                )?;
                let copy = drafts::insert(connection, &draft, city_id, &mut codes, now).map_err(
                    |error| match error {
                        StorageError::MissingReference("city_id") => {
                            StorageError::MissingReference("city_ids")
                        }
                        other => other,
                    },
                )?;
                copies.push(competitions::get(connection, copy)?);
            }
            file_names::give_to_competitions(connection, &mut copies)?;
            Ok::<_, Problem>(copies)
        })
        .await
        .on_missing(ErrorWord::CompetitionNotFound)
        .on_duplicate(ErrorWord::CompetitionNameTaken, "name")?;
    Ok(Json(match <[Competition; 1]>::try_from(copies) {
        Ok([copy]) if one => Copies::One(copy),
        Ok([copy]) => Copies::Each(vec![copy]),
        Err(copies) => Copies::Each(copies),
    }))
}
