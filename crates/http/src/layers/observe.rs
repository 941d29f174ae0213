//! Each request gets an id, a span for what is logged on its way, and a place in the metrics.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use tracing::Instrument;

use estrad_auth::Random;

use crate::app::App;

/// The header with the id that the lines of the log about a request carry.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Measures and logs a request. The query is not logged: it may carry what is not for the log.
pub(crate) async fn observe<B: MessageBody + 'static>(
    app: Data<App>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let id = request_id(&*app.random);
    let method = request.method().clone();
    let shown = id.to_str().unwrap_or_default();
    let span = tracing::info_span!("request", id = shown, %method, path = request.path());
    let result = next.call(request).instrument(span.clone()).await;

    let took = started.elapsed();
    let (status, route) = match &result {
        Ok(response) => (response.status(), response.request().match_pattern().unwrap_or_default()),
        Err(error) => (error.as_response_error().status_code(), String::new()),
    };
    app.metrics.request(method.as_str(), &route, status.as_u16(), took);
    span.in_scope(|| {
        tracing::debug!(status = status.as_u16(), took_us = took.as_micros() as u64, "answered");
    });
    result.map(|mut response| {
        response.headers_mut().insert(REQUEST_ID, id);
        response
    })
}

/// The id of a request: 16 hexadecimal digits.
pub(crate) fn request_id(random: &dyn Random) -> HeaderValue {
    let mut id = [0; 8];
    random.fill(&mut id);
    let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static(""))
}
