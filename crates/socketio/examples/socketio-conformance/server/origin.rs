//! Which pages may connect. Browsers send websockets without asking first, so it is checked here.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use estrad_socketio::RequestError;

/// The origin to permit, if the request has one.
///
/// # Errors
/// If it has one that is not allowed.
pub(crate) fn allowed(
    http: &HttpRequest,
    origins: &[String],
) -> Result<Option<HeaderValue>, RequestError> {
    let Some(origin) = http.headers().get(header::ORIGIN) else { return Ok(None) };
    let known = origins.iter().any(|known| known.as_bytes() == origin.as_bytes());
    if origins.is_empty() || known {
        Ok(Some(origin.clone()))
    } else {
        Err(RequestError::ForeignOrigin)
    }
}

/// Lets the page of that origin read the response.
pub(crate) fn permit(response: &mut HttpResponse, origin: HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
