//! `/api/competitions/{competition_id}/slides`

mod copy;
mod create;
mod delete;
mod edit;
mod read;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list_slides)
        .service(create::create_slide)
        .service(read::read_slide)
        .service(edit::edit_slide)
        .service(delete::delete_slide)
        .service(copy::copy_slide);
}
