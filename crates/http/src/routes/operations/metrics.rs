//! `GET /metrics`

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use crate::app::{App, MetricsAccess};
use crate::client_address;
use crate::metrics::CONTENT_TYPE;
use crate::problem::{ErrorWord, Problem};

/// What is counted and timed, for Prometheus. By default only for callers on the same machine.
#[utoipa::path(
    tag = "operations",
    security(()),
    responses(
        (status = 200, content_type = "application/openmetrics-text", body = String),
        (status = 404, description = "`route_not_found`: Not for this caller."),
    ),
)]
#[get("/metrics")]
pub(crate) async fn read_metrics(
    app: Data<App>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let shown = match app.settings.metrics {
        MetricsAccess::Off => false,
        MetricsAccess::Loopback => client_address::is_local(request.head()),
        MetricsAccess::Public => true,
    };
    if !shown {
        return Err(ErrorWord::RouteNotFound.into());
    }
    let text =
        app.metrics.encode().map_err(|e| Problem::from(ErrorWord::Internal).with_cause(&e))?;
    Ok(HttpResponse::Ok().content_type(CONTENT_TYPE).body(text))
}
