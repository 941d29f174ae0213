//! The routes: one folder for each part of the address, one file for each use case.

mod audit;
mod auth;
mod competitions;
mod media;
mod misc;
mod operations;
mod presentations;
mod static_files;
mod users;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use operations::health::is_alive;

/// All routes, for the server and for the document.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .configure(auth::configure)
        .configure(users::configure)
        .configure(misc::configure)
        .configure(competitions::configure)
        .service(audit::read_audit)
        .service(presentations::search_presentations)
        .configure(media::configure)
        .configure(static_files::configure)
        .configure(operations::configure);
}
