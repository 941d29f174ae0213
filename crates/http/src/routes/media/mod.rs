//! `/api/media`: uploaded images and videos. The files themselves are served by
//! [`super::static_files`].

mod delete;
mod list;
mod read;
mod upload;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_images)
        .service(upload::upload_image)
        .service(read::read_image)
        .service(delete::delete_image)
        .service(list::list_videos)
        .service(upload::upload_video)
        .service(read::read_video)
        .service(delete::delete_video);
}
