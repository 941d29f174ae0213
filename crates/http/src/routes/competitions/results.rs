//! `POST /api/competitions/{competition_id}/results/reset`

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use estrad_domain::CompetitionId;
use estrad_domain::answer::{Reason, ResultCounts};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, request};
use crate::problem::Problem;
use crate::shown::actor;

request! {
    /// Why results are set aside. The body may be left out.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct ResetResults {
        /// For the ledger.
        #[schema(value_type = Option<String>, max_length = 1000, example = "That was the rehearsal.")]
        reason: Option<Reason>,
    }
}

/// Set all answers and scores aside that there are, such as those of a rehearsal: they stay in the ledger
/// and count no more.
///
/// Answers how many there were. Scoreboards as of an earlier moment still show them. Nothing brings them
/// back.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("ResetResults"))),
    params(("competition_id" = CompetitionId, Path)),
    request_body = Option<ResetResults>,
    responses(
        (status = 200, body = ResultCounts),
        (status = 409, description = "`presentation_active`: The competition is being presented: end the presentation first."),
    ),
)]
#[post("/api/competitions/{competition_id}/results/reset")]
pub(crate) async fn reset_results(
    app: Data<App>,
    access: Access<may::ResetResults>,
    path: Path<CompetitionId>,
    body: Body,
) -> Result<Json<ResultCounts>, Problem> {
    let ResetResults { reason } = body.parse()?;
    let reset = app.live.reset_results(path.into_inner(), actor(&access), reason);
    Ok(Json(reset.await?))
}
