//! `/api/users`: the users of the administration.

mod create;
mod delete;
mod edit;
mod me;
mod password;
mod read;
mod search;
mod sessions;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(me::read_own)
        .service(me::edit_own)
        .service(create::create_user)
        .service(search::search_users)
        .service(sessions::list_own_sessions)
        .service(sessions::end_own_sessions)
        .service(sessions::end_own_session)
        .service(read::read_user)
        .service(edit::edit_user)
        .service(delete::delete_user)
        .service(sessions::list_sessions)
        .service(sessions::end_sessions)
        .service(sessions::end_session)
        .service(password::reset_password);
}
