//! `/api/competitions/{competition_id}/ledger`: what happened, who did it and when. It is only read.

mod csv;
mod read;

pub(super) use read::LedgerEntry;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read::read_ledger);
}
