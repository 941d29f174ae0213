//! Long polling: ordinary requests, on any thread.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes, BytesMut, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use estrad_socketio::payload::Encoding;
use estrad_socketio::{
    Dialect, PollAnswer, Query, RequestError, Session, Sid, Target, Ticket, TransportType,
};
use futures_util::StreamExt;

use super::super::credentials::Credentials;
use super::super::gate::Full;
use super::super::worker::LiveWorker;
use super::home::{self, Handshake};
use super::member::Member;
use super::registry::Missing;
use crate::client_address;
use crate::problem::{ErrorWord, Problem};

/// How long a body may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);
/// How long the events of a POST may take before it is answered nevertheless.
const EVENTS_TIMEOUT: Duration = Duration::from_secs(20);

/// Adds the route. The slash at the end is taken off before.
pub(in super::super) fn configure(config: &mut ServiceConfig) {
    config.route("/socket.io", web::to(request));
}

async fn request(http: HttpRequest, payload: Payload) -> HttpResponse {
    let live = http.app_data::<Rc<LiveWorker>>().cloned();
    let answered = match live {
        Some(live) => answer(&live, &http, payload).await,
        None => Err(Refusal::Stopping),
    };
    let mut response = answered.unwrap_or_else(|refusal| refusal.response());
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, actix_web::http::header::HeaderValue::from_static("no-store"));
    response
}

async fn answer(
    live: &Rc<LiveWorker>,
    http: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Refusal> {
    if !live.shared.origins.allow(http.head()) {
        return Err(RequestError::ForeignOrigin.into());
    }
    if http.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().finish());
    }
    let query = Query::parse(http.query_string())?;
    let find = |sid| live.shared.sessions.find(sid, http.headers().get(AUTHORIZATION));
    match (query.transport, http.method().clone(), query.target) {
        (TransportType::Polling, Method::GET, Target::New(dialect)) => open(live, http, dialect),
        (TransportType::Polling, Method::GET, Target::Session(sid)) => Ok(get(find(sid)?).await?),
        (TransportType::Polling, Method::POST, Target::Session(sid)) => {
            let max = live.shared.settings.max_frame_bytes;
            Ok(post(find(sid)?, http, payload, max).await?)
        }
        // Those with an upgrade don't come here.
        (TransportType::Websocket, Method::GET, _) => Err(RequestError::TransportMismatch.into()),
        _ => Err(RequestError::BadMethod.into()),
    }
}

/// A handshake.
fn open(
    live: &Rc<LiveWorker>,
    http: &HttpRequest,
    dialect: Dialect,
) -> Result<HttpResponse, Refusal> {
    let shared = &live.shared;
    let address = client_address::of(http.head(), &shared.trusted_proxies);
    let handshake = Handshake {
        address,
        authorization: http.headers().get(AUTHORIZATION).cloned(),
        credentials: Credentials::of_request(http.head()),
        permit: shared.gate.enter(address, &shared.settings)?,
    };
    let config = shared.sessions.config.clone();
    let (session, answer) = Session::polling(config, dialect, Sid::new(), Instant::now());
    home::begin(live, handshake, session, None);
    Ok(response(answer))
}

/// A poll: waits for something to send.
async fn get(member: Arc<Member>) -> Result<HttpResponse, RequestError> {
    let started = member.session().poll_start(Instant::now());
    member.wake_home();
    let ticket = started?;
    let _abandon = OnDrop(|| member.session().poll_abandon(ticket));
    let answer = member.as_poll(|session| match session.poll_lost(ticket) {
        true => Some(Err(RequestError::Ended)),
        false => session.poll_take(ticket).map(Ok),
    });
    let answer = answer.await;
    // Its answer may have been the last thing that the session waited for.
    member.wake_home();
    answer.map(response)
}

/// Packets from the client. They are done with before it is answered, so that nobody can send faster
/// than that.
async fn post(
    member: Arc<Member>,
    http: &HttpRequest,
    payload: Payload,
    max: usize,
) -> Result<HttpResponse, RequestError> {
    let started = member.session().post_start(Instant::now());
    member.wake_home();
    let ticket = started?;
    let _abandon = OnDrop(|| member.session().post_abandon(ticket));
    let content_type = http.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let encoding = Encoding::of_content_type(content_type.unwrap_or_default());
    let body = match tokio::time::timeout(BODY_TIMEOUT, read(&member, ticket, payload, max)).await {
        Ok(body) => body?,
        Err(_) => return Err(RequestError::TooSlow(BODY_TIMEOUT)),
    };
    let taken = member.session().post_body(ticket, encoding, body, Instant::now());
    member.wake_home();
    taken?;
    let carried_out = member.as_post(|session| (!session.has_events()).then_some(()));
    // Where the server itself is slow, the client is not made to wait for ever.
    let _ = tokio::time::timeout(EVENTS_TIMEOUT, carried_out).await;
    member.session().post_end(ticket)?;
    Ok(HttpResponse::Ok().content_type("text/html").body("ok"))
}

async fn read(
    member: &Member,
    ticket: Ticket,
    mut payload: Payload,
    max: usize,
) -> Result<Bytes, RequestError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| RequestError::Malformed)?;
        if body.len() + chunk.len() > max {
            let error = member.session().post_too_large(ticket);
            member.wake_home();
            return Err(error);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn response(answer: PollAnswer) -> HttpResponse {
    HttpResponse::Ok().content_type(answer.encoding.content_type()).body(answer.body)
}

/// Why a request is refused, in the form that clients of Socket.IO know.
pub(in super::super) enum Refusal {
    Protocol(RequestError),
    /// The session was opened with another token.
    Foreign,
    TooMany,
    Stopping,
}

impl Refusal {
    pub(in super::super) fn response(&self) -> HttpResponse {
        let json = |sentence: &str| serde_json::Value::from(sentence).to_string();
        let (status, body) = match self {
            Self::Protocol(RequestError::ForeignOrigin) => {
                return Problem::from(ErrorWord::OriginNotAllowed).response();
            }
            Self::Protocol(error) => (error.status(), error.body()),
            Self::Foreign => (403, json("The session is of another client")),
            Self::TooMany => (429, json("Too many connections")),
            Self::Stopping => (503, json("The server stops")),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        HttpResponse::build(status).content_type("text/plain").body(body)
    }
}

impl From<RequestError> for Refusal {
    fn from(error: RequestError) -> Self {
        Self::Protocol(error)
    }
}

impl From<Missing> for Refusal {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::Unknown(error) => Self::Protocol(error),
            Missing::Foreign => Self::Foreign,
        }
    }
}

impl From<Full> for Refusal {
    fn from(full: Full) -> Self {
        match full {
            Full::TooMany => Self::TooMany,
            Full::Stopping => Self::Stopping,
        }
    }
}

/// Runs when a request ends, also where its client went away in the middle.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
