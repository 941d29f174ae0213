//! `…/questions/{question_id}/alternatives`

mod create;
mod delete;
mod edit;
mod read;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list_alternatives)
        .service(create::create_alternative)
        .service(read::read_alternative)
        .service(edit::edit_alternative)
        .service(delete::delete_alternative);
}
