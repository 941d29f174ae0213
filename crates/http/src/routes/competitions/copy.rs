//! `POST /api/competitions/{competition_id}/copy`

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use estrad_auth::code_source;
use estrad_domain::CompetitionId;
use estrad_domain::competition::Competition;
use estrad_domain::draft::CompetitionDraft;
use estrad_domain::policy::Action;
use estrad_persistence::queries::{competitions, drafts, rich};

use crate::access::{Access, may};
use crate::app::App;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Copy a competition with everything in it but its teams.
///
/// The copy is called "Kopia av …" and lands in the same city, or, where an editor copies from
/// another city, in the editor's own.
#[utoipa::path(
    tag = "competitions",
    extensions(("x-permission" = json!("CopyCompetition"))),
    params(("competition_id" = CompetitionId, Path)),
    responses((status = 200, body = Competition)),
)]
#[post("/api/competitions/{competition_id}/copy")]
pub(crate) async fn copy_competition(
    app: Data<App>,
    access: Access<may::CopyCompetition>,
    path: Path<CompetitionId>,
) -> Result<Json<Competition>, Problem> {
    let id = path.into_inner();
    let own_city = access.user()?.city_id;
    let (random, now) = (app.random.clone(), app.clock.now());
    let copy = app
        .database
        .write(move |connection| {
            let original = rich::get(connection, id)?;
            let city_id = match access
                .require_in_city(Action::CreateCompetition, original.competition.city_id)
            {
                Ok(()) => original.competition.city_id,
                Err(_) => own_city,
            };
            let mut draft = CompetitionDraft::from(&original);
            draft.name = drafts::free_copy_name(connection, &draft.name, draft.year, city_id)?;
            let mut codes = code_source(&*random);
            let id = drafts::insert(connection, &draft, city_id, &mut codes, now)?;
            competitions::get(connection, id)
        })
        .await
        .on_missing(ErrorWord::CompetitionNotFound)
        .on_duplicate(ErrorWord::CompetitionNameTaken, "name")?;
    Ok(Json(copy))
}
