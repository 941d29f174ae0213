//! `/static`: the uploaded files themselves, for everybody who knows their names.
//!
//! A name is given out once and never again, so an answer holds for ever; browsers are told so. They
//! are also told to take a file for nothing else than it is.

mod images;
mod range;
mod serve;
mod videos;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(images::serve_image).service(videos::serve_video);
}
