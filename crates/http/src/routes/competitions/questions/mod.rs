//! `/api/competitions/{competition_id}/slides/{slide_id}/questions`

mod create;
mod delete;
mod edit;
mod read;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list_questions)
        .service(create::create_question)
        .service(read::read_question)
        .service(edit::edit_question)
        .service(delete::delete_question);
}
