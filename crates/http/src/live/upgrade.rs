//! Requests for a websocket. They come here and not to the routes: once upgraded, a connection leaves
//! everything behind that it needed for HTTP, and is a task of its own.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_codec::Framed;
use actix_http::body::{BodySize, MessageBody};
use actix_http::h1::{Codec, Message};
use actix_http::ws::{self, HandshakeError};
use actix_http::{ConnectionType, Request, RequestHead, Response};
use actix_service::{Service, ServiceFactory, always_ready};
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use actix_web::{HttpResponse, ResponseError};
use bytes::BytesMut;
use estrad_realtime::Close;
use estrad_socketio::{Dialect, Query, RequestError, Session, Sid, Target, Ticket, TransportType};
use futures_util::SinkExt;
use tokio::io::AsyncWriteExt;

use super::credentials::{self, Credentials, SUBPROTOCOL};
use super::gate::{Full, Permit};
use super::plain;
use super::socketio::{self, Handshake, Member, Refusal};
use super::websocket::{self, Ending, Socket};
use super::worker::LiveWorker;
use crate::client_address;
use crate::connection::HttpStream;
use crate::layers::{self, REQUEST_ID};
use crate::problem::{ErrorWord, Problem};

/// How long the answer may take to leave.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

type Connection = Framed<HttpStream, Codec>;

/// Makes the service of one thread.
pub(crate) struct UpgradeServiceFactory(pub(crate) Rc<LiveWorker>);

impl ServiceFactory<(Request, Connection)> for UpgradeServiceFactory {
    type Response = ();
    type Error = Infallible;
    type Config = ();
    type Service = UpgradeService;
    type InitError = Infallible;
    type Future = Ready<Result<UpgradeService, Infallible>>;

    fn new_service(&self, (): ()) -> Self::Future {
        ready(Ok(UpgradeService(self.0.clone())))
    }
}

/// Answers requests for websockets, on one thread.
pub(crate) struct UpgradeService(Rc<LiveWorker>);

impl Service<(Request, Connection)> for UpgradeService {
    type Response = ();
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<(), Infallible>>>>;

    always_ready!();

    fn call(&self, (request, connection): (Request, Connection)) -> Self::Future {
        let live = self.0.clone();
        Box::pin(async move {
            // Who does not take the answer gets none.
            let _ = tokio::time::timeout(ANSWER_TIMEOUT, upgrade(live, request, connection)).await;
            Ok(())
        })
    }
}

/// What becomes of a connection once it is a websocket.
enum Purpose {
    Plain(Permit),
    NewSession(Dialect, Permit),
    Session(Arc<Member>, Ticket),
    /// It is closed at once, with a number that says why.
    Nothing(Close),
}

/// Why there is no websocket.
enum Declined {
    Problem(ErrorWord),
    Refused(Refusal),
    Handshake(HandshakeError),
}

impl From<Refusal> for Declined {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<HandshakeError> for Declined {
    fn from(error: HandshakeError) -> Self {
        Self::Handshake(error)
    }
}

impl Declined {
    fn response(&self) -> HttpResponse {
        match self {
            Self::Problem(word) => Problem::from(*word).error_response(),
            Self::Refused(refusal) => refusal.response(),
            Self::Handshake(error) => HttpResponse::from(Response::from(error)),
        }
    }
}

async fn upgrade(live: Rc<LiveWorker>, request: Request, mut connection: Connection) {
    let started = Instant::now();
    let head = request.head();
    let (route, decided) = decide(&live, head);
    let decided = decided.map_err(|declined| Box::new(declined.response()));
    let status = decided.as_ref().map_or_else(|refusal| refusal.status().as_u16(), |_| 101);
    live.shared.http_metrics.request(head.method.as_str(), route, status, started.elapsed());
    match decided {
        Err(mut refusal) => {
            let id = layers::request_id(&*live.shared.random);
            refusal.headers_mut().insert(REQUEST_ID, id);
            refuse(connection, *refusal).await;
        }
        Ok((answer, purpose)) => {
            let purpose = Pending(Some(purpose));
            let sent = connection.send(Message::Item((answer, BodySize::None))).await;
            if sent.is_ok() {
                let parts = connection.into_parts();
                purpose.begin(&live, head, parts.io, parts.read_buf);
            }
        }
    }
}

type Decision = Result<(Response<()>, Purpose), Declined>;

/// Whether there is to be a websocket, and the route that it is for.
fn decide(live: &LiveWorker, head: &RequestHead) -> (&'static str, Decision) {
    if head.method == Method::CONNECT {
        return ("", Err(Declined::Problem(ErrorWord::MethodNotAllowed)));
    }
    match head.uri.path() {
        "/ws" | "/ws/" => ("/ws", plain(live, head)),
        "/socket.io" | "/socket.io/" => ("/socket.io", session(live, head)),
        _ => ("", Err(Declined::Problem(ErrorWord::RouteNotFound))),
    }
}

fn plain(live: &LiveWorker, head: &RequestHead) -> Decision {
    check_origin(live, head)?;
    let mut answer = handshake(head)?;
    if credentials::names_subprotocol(head) {
        let name = HeaderValue::from_static(SUBPROTOCOL);
        answer.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, name);
    }
    Ok((answer, enter(live, head).map_or_else(Purpose::Nothing, Purpose::Plain)))
}

fn session(live: &LiveWorker, head: &RequestHead) -> Decision {
    check_origin(live, head)?;
    let query = Query::parse(head.uri.query().unwrap_or_default()).map_err(Refusal::from)?;
    if query.transport != TransportType::Websocket {
        return Err(Refusal::from(RequestError::TransportMismatch).into());
    }
    let member = match query.target {
        Target::New(dialect) => {
            let answer = handshake(head)?;
            let entered = enter(live, head);
            if matches!(entered, Err(Close::Restart)) {
                // A close before anything else ends the trying of python-socketio for good; an answer
                // of HTTP is a try that failed.
                return Err(Refusal::Stopping.into());
            }
            let purpose = entered.map(|permit| Purpose::NewSession(dialect, permit));
            return Ok((answer, purpose.unwrap_or_else(Purpose::Nothing)));
        }
        Target::Session(sid) => {
            let authorization = head.headers().get(AUTHORIZATION);
            live.shared.sessions.find(sid, authorization).map_err(Refusal::from)?
        }
    };
    let answer = handshake(head)?;
    let opened = member.session().websocket_open(Instant::now());
    match opened {
        Ok(ticket) => Ok((answer, Purpose::Session(member, ticket))),
        // The reference server accepts such a websocket and closes it.
        Err(RequestError::TransportMismatch) => Ok((answer, Purpose::Nothing(Close::BadMessage))),
        Err(error) => Err(Refusal::from(error).into()),
    }
}

fn check_origin(live: &LiveWorker, head: &RequestHead) -> Result<(), Refusal> {
    match live.shared.origins.allow(head) {
        true => Ok(()),
        false => Err(RequestError::ForeignOrigin.into()),
    }
}

fn handshake(head: &RequestHead) -> Result<Response<()>, HandshakeError> {
    ws::handshake(head).map(|mut builder| builder.finish().drop_body())
}

fn enter(live: &LiveWorker, head: &RequestHead) -> Result<Permit, Close> {
    let shared = &live.shared;
    let address = client_address::of(head, &shared.trusted_proxies);
    shared.gate.enter(address, &shared.settings).map_err(|full| match full {
        Full::TooMany => Close::TooManyConnections,
        Full::Stopping => Close::Restart,
    })
}

/// A purpose that may still come to nothing.
struct Pending(Option<Purpose>);

impl Pending {
    fn begin(mut self, live: &Rc<LiveWorker>, head: &RequestHead, io: HttpStream, read: BytesMut) {
        let Some(purpose) = self.0.take() else { return };
        let (io, mut slot) = io.into_parts();
        slot.become_live();
        let shared = &live.shared;
        let max = shared.settings.max_frame_bytes;
        let address = client_address::of(head, &shared.trusted_proxies);
        let credentials = Credentials::of_request(head);
        match purpose {
            Purpose::Plain(permit) => {
                let socket = Socket::new(io, slot, read, max);
                let task = plain::serve(live.clone(), permit, socket, credentials, address);
                actix_web::rt::spawn(task);
            }
            Purpose::NewSession(dialect, permit) => {
                let config = shared.sessions.config.clone();
                let (session, ticket) =
                    Session::websocket(config, dialect, Sid::new(), Instant::now());
                let authorization = head.headers().get(AUTHORIZATION).cloned();
                let handshake = Handshake { address, authorization, credentials, permit };
                socketio::begin(live, handshake, session, Some((io, slot, read, ticket)));
            }
            Purpose::Session(member, ticket) => socketio::adopt(&member, io, slot, &read, ticket),
            Purpose::Nothing(close) => {
                shared.metrics.closed(close);
                let socket = Socket::new(io, slot, read, max);
                actix_web::rt::spawn(async move {
                    websocket::end(&socket, Ending::Closed(close)).await;
                });
            }
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(Purpose::Session(member, ticket)) = &self.0 {
            member.session().websocket_closed(*ticket);
            member.wake_home();
        }
    }
}

/// Answers without a websocket, and closes.
async fn refuse(mut connection: Connection, refusal: HttpResponse) {
    let (mut head, body) = Response::from(refusal).into_parts();
    head.head_mut().set_connection_type(ConnectionType::Close);
    let body = body.try_into_bytes().unwrap_or_default();
    let size = BodySize::Sized(body.len() as u64);
    let sent = async {
        connection.feed(Message::Item((head, size))).await?;
        connection.feed(Message::Chunk((!body.is_empty()).then_some(body))).await?;
        SinkExt::<Message<(Response<()>, BodySize)>>::flush(&mut connection).await
    };
    if sent.await.is_ok() {
        let _ = connection.io_mut().shutdown().await;
    }
}
