//! `DELETE /api/competitions/{competition_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, delete};
use estrad_domain::CompetitionId;
use estrad_persistence::queries::competitions;

use crate::access::may;
use crate::editing::Edit;
use crate::problem::Problem;

/// Delete a competition with everything in it: slides, teams, answers, scores, codes.
#[utoipa::path(
    tag = "competitions",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path)),
    responses((status = 204)),
)]
#[delete("/api/competitions/{competition_id}")]
pub(crate) async fn delete_competition(
    edit: Edit<may::EditCompetition>,
    path: Path<CompetitionId>,
) -> Result<HttpResponse, Problem> {
    let id = path.into_inner();
    edit.apply_silently(move |connection| Ok(competitions::delete(connection, id)?)).await
}
