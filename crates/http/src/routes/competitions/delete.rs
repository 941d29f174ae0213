//! `DELETE /api/competitions/{competition_id}`

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete};
use estrad_domain::CompetitionId;
use estrad_persistence::queries::competitions;

use crate::access::{Access, may};
use crate::app::App;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Delete a competition with everything in it: slides, teams, answers, scores, codes.
#[utoipa::path(
    tag = "competitions",
    params(("competition_id" = CompetitionId, Path)),
    responses((status = 204)),
)]
#[delete("/api/competitions/{competition_id}")]
pub(crate) async fn delete_competition(
    app: Data<App>,
    _access: Access<may::EditCompetition>,
    path: Path<CompetitionId>,
) -> Result<HttpResponse, Problem> {
    let id = path.into_inner();
    let deleted = app.database.write(move |connection| competitions::delete(connection, id)).await;
    deleted.on_missing(ErrorWord::CompetitionNotFound)?;
    Ok(HttpResponse::NoContent().finish())
}
