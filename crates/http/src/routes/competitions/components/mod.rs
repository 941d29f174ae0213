//! `/api/competitions/{competition_id}/slides/{slide_id}/components`

mod content;
mod copy;
mod create;
mod delete;
mod edit;
mod read;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list_components)
        .service(create::create_component)
        .service(read::read_component)
        .service(edit::edit_component)
        .service(delete::delete_component)
        .service(copy::copy_component);
}
