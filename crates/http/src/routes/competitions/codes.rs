//! `/api/competitions/{competition_id}/codes`

use actix_web::web::Path;
use actix_web::{HttpResponse, get, put};
use estrad_auth::code_source;
use estrad_domain::code::CompetitionCode;
use estrad_domain::{CodeId, CompetitionId};
use estrad_persistence::queries::codes;
use estrad_realtime::Revocation;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::may;
use crate::editing::{Edit, Taken};
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::reading::Read;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_codes).service(renew_code);
}

/// List the codes of a competition: for its judges, audience, operators and each of its teams.
#[utoipa::path(
    tag = "codes",
    extensions(("x-permission" = json!("ReadCodes"))),
    params(("competition_id" = CompetitionId, Path)),
    responses((status = 200, body = Vec<CompetitionCode>)),
)]
#[get("/api/competitions/{competition_id}/codes")]
pub(crate) async fn list_codes(
    read: Read<may::ReadCodes>,
    path: Path<CompetitionId>,
) -> Result<HttpResponse, Problem> {
    let id = path.into_inner();
    read.part(move |connection| Ok(codes::all(connection, id)?)).await
}

/// Renew a code. Whoever came in with the old one is out at once.
#[utoipa::path(
    tag = "codes",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("code_id" = CodeId, Path)),
    responses((status = 200, body = CompetitionCode)),
)]
#[put("/api/competitions/{competition_id}/codes/{code_id}")]
pub(crate) async fn renew_code(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, CodeId)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, id) = path.into_inner();
    let random = edit.app.random.clone();
    edit.apply_taking(move |connection| {
        let renewed = codes::renew(connection, competition_id, id, &mut code_source(&*random));
        let (before, fresh) = renewed.on_missing(ErrorWord::CodeNotFound)?;
        Ok((fresh, Taken::Rights(Revocation::Code(before.code.as_str().to_owned()))))
    })
    .await
}
