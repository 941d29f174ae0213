//! A refused request as a response.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use estrad_socketio::RequestError;

/// A request that is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// By the protocol.
    Protocol(RequestError),
    /// By the websocket's own handshake.
    Websocket(actix_web::Error),
}

impl Refusal {
    pub(crate) fn into_response(self) -> HttpResponse {
        match self {
            Self::Protocol(error) => {
                let status =
                    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
                HttpResponse::build(status).content_type("text/plain").body(error.body())
            }
            Self::Websocket(error) => error.error_response(),
        }
    }
}

impl From<RequestError> for Refusal {
    fn from(error: RequestError) -> Self {
        Self::Protocol(error)
    }
}

impl From<actix_web::Error> for Refusal {
    fn from(error: actix_web::Error) -> Self {
        Self::Websocket(error)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Protocol(error) => error.fmt(f),
            Self::Websocket(error) => error.fmt(f),
        }
    }
}

impl ResponseError for Refusal {
    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Protocol(error) => Self::Protocol(error.clone()).into_response(),
            Self::Websocket(error) => error.error_response(),
        }
    }
}
