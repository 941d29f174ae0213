//! `/api/competitions/{competition_id}/teams/{team_id}/answers`

mod give;
mod give_many;
mod read;
mod withdraw;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list_answers)
        .service(read::read_answer)
        .service(give::give_answer)
        .service(give_many::give_answers)
        .service(withdraw::withdraw_answer);
}
