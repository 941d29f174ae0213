//! `/api/competitions/{competition_id}/teams/{team_id}/scores`

mod give;
mod read;
mod withdraw;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list_scores)
        .service(read::read_score)
        .service(give::give_score)
        .service(withdraw::withdraw_score);
}
