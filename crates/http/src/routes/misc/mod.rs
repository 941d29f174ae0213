//! `/api/misc`: types, roles, cities, statistics.

mod cities;
mod roles;
mod statistics;
mod types;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(types::list_types)
        .service(roles::list_roles)
        .service(cities::list_cities)
        .service(cities::create_city)
        .service(cities::rename_city)
        .service(cities::delete_city)
        .service(statistics::read_statistics);
}
