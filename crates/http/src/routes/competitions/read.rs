//! `GET /api/competitions/{competition_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use estrad_domain::CompetitionId;
use estrad_domain::rich::RichCompetition;
use estrad_domain::strip::{Viewer, strip};
use estrad_persistence::queries::{presentations, rich};

use crate::access::may;
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::reading::Read;

/// Read a competition with everything in it.
///
/// Teams and the audience get it without what is right, without the judges' instructions, and
/// without the answers of (other) teams; scores as far as they may see them. With `views: as_shown`
/// they get the slides and clues that were shown.
#[utoipa::path(
    tag = "competitions",
    extensions(("x-permission" = json!("ReadCompetition"))),
    params(("competition_id" = CompetitionId, Path)),
    responses((status = 200, body = RichCompetition)),
)]
#[get("/api/competitions/{competition_id}")]
pub(crate) async fn read_competition(
    read: Read<may::ReadCompetition>,
    path: Path<CompetitionId>,
) -> Result<HttpResponse, Problem> {
    let id = path.into_inner();
    let reader = read.reader();
    read.with_results(move |connection| {
        let mut competition =
            rich::get(connection, id).on_missing(ErrorWord::CompetitionNotFound)?;
        let mut viewer = reader.viewer;
        if let Viewer::Audience { scores: scores @ false } = &mut viewer {
            let active = presentations::active(connection, id)?;
            *scores = active.is_some_and(|active| active.state.show_scoreboard);
        }
        strip(&mut competition, viewer, &reader.visible(connection)?);
        reader.name_files(connection, &mut competition)?;
        Ok(competition)
    })
    .await
}
