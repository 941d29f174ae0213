//! For those who run the server: health and metrics.

pub(crate) mod health;
mod metrics;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(health::is_alive).service(health::is_ready).service(metrics::read_metrics);
}
