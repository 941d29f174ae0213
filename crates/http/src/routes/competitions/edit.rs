//! `PUT /api/competitions/{competition_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, put};
use estrad_domain::competition::Competition;
use estrad_domain::policy::Action;
use estrad_domain::presentation::TimerRestart;
use estrad_domain::text::Name;
use estrad_domain::views::Views;
use estrad_domain::{CityId, CompetitionId, MediaId};
use estrad_persistence::queries::competitions::{self, CompetitionChange};
use estrad_persistence::queries::file_names;

use crate::access::may;
use crate::editing::Edit;
use crate::input::{Body, Clearable, Flag, Year, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// What shall change of a competition; what is left out stays.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct EditCompetition {
        name: Option<Name>,
        #[schema(value_type = Option<i32>, minimum = 1, maximum = 9999, example = 2026)]
        year: Option<Year>,
        city_id: Option<CityId>,
        /// Null takes the image away.
        #[schema(value_type = Option<MediaId>)]
        background_image_id: Clearable<MediaId>,
        /// Whether judges may give parts of a point, to the hundredth.
        #[schema(value_type = Option<bool>)]
        fractions_allowed: Option<Flag>,
        /// Whether a timer that ran out is started again by starting it, or has to be restarted on
        /// purpose.
        timer_restart: Option<TimerRestart>,
        /// When teams and the audience may read the slides.
        views: Option<Views>,
        /// Whether judges may give points below 0. Those that were given stay, when it is taken away.
        #[schema(value_type = Option<bool>)]
        negative_allowed: Option<Flag>,
    }
}

/// Change a competition.
#[utoipa::path(
    tag = "competitions",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path)),
    request_body = EditCompetition,
    responses(
        (status = 200, body = Competition),
        (status = 409, description = "`competition_name_taken`: There is a competition of that name in that year and city already."),
    ),
)]
#[put("/api/competitions/{competition_id}")]
pub(crate) async fn edit_competition(
    edit: Edit<may::EditCompetition>,
    path: Path<CompetitionId>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let EditCompetition {
        name,
        year,
        city_id,
        background_image_id,
        fractions_allowed,
        timer_restart,
        views,
        negative_allowed,
    } = body.parse()?;
    if let Some(city_id) = city_id {
        edit.access.require_in_city(Action::CreateCompetition, city_id)?;
    }
    let change = CompetitionChange {
        name,
        year: year.map(|year| year.0),
        city_id,
        background_image_id: background_image_id.0,
        fractions_allowed: fractions_allowed.map(|flag| flag.0),
        timer_restart,
        views,
        negative_allowed: negative_allowed.map(|flag| flag.0),
    };
    let id = path.into_inner();
    edit.apply(move |connection| {
        let mut changed = competitions::update(connection, id, &change)
            .on_duplicate(ErrorWord::CompetitionNameTaken, "name")?;
        file_names::give_to_competitions(connection, std::slice::from_mut(&mut changed))?;
        Ok(changed)
    })
    .await
}
