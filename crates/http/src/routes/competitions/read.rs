//! `GET /api/competitions/{competition_id}`

use actix_web::http::header::ContentType;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use estrad_domain::CompetitionId;
use estrad_domain::principal::{Principal, Screen};
use estrad_domain::rich::RichCompetition;
use estrad_domain::strip::{Viewer, strip};
use estrad_domain::types::View;
use estrad_persistence::queries::{presentations, rich};
use estrad_persistence::{AnyConnection, Error as StorageError};

use crate::access::{Access, may};
use crate::app::App;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Read a competition with everything in it.
///
/// Teams and the audience get it without what is right, without the judges' instructions, and
/// without the answers of (other) teams; scores as far as they may see them.
#[utoipa::path(
    tag = "competitions",
    params(("competition_id" = CompetitionId, Path)),
    responses((status = 200, body = RichCompetition)),
)]
#[get("/api/competitions/{competition_id}")]
pub(crate) async fn read_competition(
    app: Data<App>,
    access: Access<may::ReadCompetition>,
    path: Path<CompetitionId>,
) -> Result<HttpResponse, Problem> {
    let id = path.into_inner();
    let principal = access.caller.principal;
    // Written as JSON over there too: a large one would hold up everybody else on this thread.
    let json = app
        .database
        .snapshot(move |connection| {
            let mut competition = rich::get(connection, id)?;
            strip(&mut competition, viewer(connection, &principal)?);
            serde_json::to_vec(&competition).map_err(|e| StorageError::UnknownValue(e.to_string()))
        })
        .await
        .on_missing(ErrorWord::CompetitionNotFound)?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(json))
}

/// As whom the caller sees a competition.
fn viewer(connection: &mut AnyConnection, principal: &Principal) -> Result<Viewer, StorageError> {
    let Principal::Screen(Screen { view, team_id, competition_id, .. }) = principal else {
        return Ok(Viewer::Trusted);
    };
    Ok(match (view, team_id) {
        (View::Judge | View::Operator, _) => Viewer::Trusted,
        (View::Team, Some(team_id)) => Viewer::Team(*team_id),
        (View::Audience, _) | (View::Team, None) => {
            let active = presentations::active(connection, *competition_id)?;
            Viewer::Audience { scoreboard_shown: active.is_some_and(|a| a.scoreboard_shown) }
        }
    })
}
