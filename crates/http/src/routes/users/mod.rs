//! `/api/users`: the users of the administration.

mod create;
mod delete;
mod edit;
mod me;
mod read;
mod search;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(me::read_own)
        .service(me::edit_own)
        .service(create::create_user)
        .service(search::search_users)
        .service(read::read_user)
        .service(edit::edit_user)
        .service(delete::delete_user);
}
