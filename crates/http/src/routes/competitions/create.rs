//! `POST /api/competitions`

use actix_web::post;
use actix_web::web::{Data, Json};
use chrono::Datelike;
use estrad_auth::code_source;
use estrad_domain::CityId;
use estrad_domain::competition::Competition;
use estrad_domain::draft::{CompetitionDraft, SlideDraft};
use estrad_domain::policy::Action;
use estrad_domain::presentation::TimerRestart;
use estrad_domain::text::Name;
use estrad_domain::views::Views;
use estrad_persistence::queries::{competitions, drafts};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, Year, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// A competition to be.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct CreateCompetition {
        #[schema(value_type = String, min_length = 1, max_length = 254, example = "Regionfinal")]
        name: Name,
        /// This year, when left out.
        #[schema(value_type = Option<i32>, minimum = 1, maximum = 9999, example = 2026)]
        year: Option<Year>,
        city_id: CityId,
        /// Whether a timer that ran out is started again by starting it (`allowed`, when left out), or
        /// has to be restarted on purpose.
        timer_restart: Option<TimerRestart>,
        /// When teams and the audience may read the slides. When left out, what the server is set to.
        views: Option<Views>,
    }
}

/// Create a competition, with one slide and the codes of its judges, audience and operators.
#[utoipa::path(
    tag = "competitions",
    extensions(("x-permission" = json!("StartCompetition"))),
    request_body = CreateCompetition,
    responses(
        (status = 200, body = Competition),
        (status = 409, description = "`competition_name_taken`: There is a competition of that name in that year and city already."),
    ),
)]
#[post("/api/competitions")]
pub(crate) async fn create_competition(
    app: Data<App>,
    access: Access<may::StartCompetition>,
    body: Body,
) -> Result<Json<Competition>, Problem> {
    let CreateCompetition { name, year, city_id, timer_restart, views } = body.parse()?;
    access.require_in_city(Action::CreateCompetition, city_id)?;
    let now = app.clock.now();
    let draft = CompetitionDraft {
        name: name.into_string(),
        year: year.map_or_else(|| now.year(), |year| year.0),
        timer_restart: timer_restart.unwrap_or_default(),
        views: Some(views.unwrap_or(app.settings.policy.views)),
        slides: vec![SlideDraft::default()],
        ..CompetitionDraft::default()
    };
    let random = app.random.clone();
    let competition = access
        .write(&app, move |connection| {
            let mut codes = code_source(&*random);
            let id = drafts::insert(connection, &draft, city_id, &mut codes, now)?;
            competitions::get(connection, id)
        })
        .await
        .on_duplicate(ErrorWord::CompetitionNameTaken, "name")?;
    Ok(Json(competition))
}
