//! `DELETE /api/competitions/{competition_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, delete};
use estrad_domain::CompetitionId;
use estrad_persistence::queries::{competitions, presentations};

use crate::access::may;
use crate::editing::{Edit, Taken};
use crate::problem::Problem;
use crate::shown::actor;

/// Delete a competition with everything in it: slides, teams, answers, scores, codes, and
/// the logs of its presentations. One that goes on is ended.
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
    let (actor, now) = (actor(&edit.access), edit.app.clock.now());
    edit.apply_silently(move |connection| {
        let last = presentations::end(connection, id, &actor, now)?;
        competitions::delete(connection, id)?;
        Ok(Taken::Competition(last.map(Box::new)))
    })
    .await
}
