//! Requests for a websocket. They come here and not to the routes: once upgraded, a connection leaves
//! everything behind that it needed for HTTP, and is a task of its own.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_codec::Framed;
use actix_http::body::{BodySize, MessageBody};
use actix_http::h1::{Codec, Message};
use actix_http::{ConnectionType, Request, RequestHead, Response, ws};
use actix_service::{Service, ServiceFactory, always_ready};
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use actix_web::{HttpResponse, ResponseError};
use bytes::BytesMut;
use estrad_realtime::Close;
use estrad_socketio::{Query, RequestError, Session, Sid, Target, Ticket, TransportType};
use futures_util::SinkExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::credentials::{self, Credentials, SUBPROTOCOL};
use super::gate::{Full, Permit};
use super::socketio::{self, Handshake, Member, Refusal};
use super::websocket::{self, Ending, Socket};
use super::worker::LiveWorker;
use super::{origin, plain};
use crate::client_address;
use crate::problem::{ErrorWord, Problem};

/// How long the answer may take to leave.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

type Connection = Framed<TcpStream, Codec>;

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
    NewSession(Query, Permit),
    Session(std::sync::Arc<Member>, Ticket),
    /// It is closed at once, with a number that says why.
    Nothing(Close),
}

async fn upgrade(live: Rc<LiveWorker>, request: Request, mut connection: Connection) {
    let started = Instant::now();
    let head = request.head();
    let (route, decided) = decide(&live, head);
    let status = match &decided {
        Ok(_) => 101,
        Err(refusal) => refusal.status().as_u16(),
    };
    live.shared.http_metrics.request(head.method.as_str(), route, status, started.elapsed());
    match decided {
        Err(refusal) => refuse(connection, refusal).await,
        Ok((answer, purpose)) => {
            let sent = connection.send(Message::Item((answer, BodySize::None))).await;
            let purpose = Pending(Some(purpose));
            if sent.is_ok() {
                let parts = connection.into_parts();
                purpose.begin(&live, head, parts.io, parts.read_buf);
            }
        }
    }
}

type Decision = Result<(Response<()>, Purpose), HttpResponse>;

/// Whether there is to be a websocket, and the route that it is for.
fn decide(live: &LiveWorker, head: &RequestHead) -> (&'static str, Decision) {
    if head.method == Method::CONNECT {
        return ("", Err(Problem::from(ErrorWord::MethodNotAllowed).error_response()));
    }
    match head.uri.path() {
        "/ws" | "/ws/" => ("/ws", plain(live, head)),
        "/socket.io" | "/socket.io/" => {
            ("/socket.io", session(live, head).unwrap_or_else(|refusal| Err(refusal.response())))
        }
        _ => ("", Err(Problem::from(ErrorWord::RouteNotFound).error_response())),
    }
}

fn plain(live: &LiveWorker, head: &RequestHead) -> Decision {
    if !origin::is_allowed(head, &live.shared.origins) {
        return Err(Refusal::from(RequestError::ForeignOrigin).response());
    }
    let mut answer = handshake(head)?;
    if credentials::names_subprotocol(head) {
        let name = HeaderValue::from_static(SUBPROTOCOL);
        answer.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, name);
    }
    Ok((answer, enter(live, head).map_or_else(Purpose::Nothing, Purpose::Plain)))
}

fn session(live: &LiveWorker, head: &RequestHead) -> Result<Decision, Refusal> {
    if !origin::is_allowed(head, &live.shared.origins) {
        return Err(RequestError::ForeignOrigin.into());
    }
    let query = Query::parse(head.uri.query().unwrap_or_default())?;
    if query.transport != TransportType::Websocket {
        return Err(RequestError::TransportMismatch.into());
    }
    let member = match query.target {
        Target::New(_) => None,
        Target::Session(sid) => {
            Some(live.shared.sessions.find(sid, head.headers().get(AUTHORIZATION))?)
        }
    };
    let answer = match handshake(head) {
        Ok(answer) => answer,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let purpose = match member {
        None => enter(live, head)
            .map_or_else(Purpose::Nothing, |permit| Purpose::NewSession(query, permit)),
        Some(member) => {
            let opened = member.session().websocket_open(Instant::now());
            match opened {
                Ok(ticket) => Purpose::Session(member, ticket),
                // The reference server accepts such a websocket and closes it.
                Err(RequestError::TransportMismatch) => Purpose::Nothing(Close::BadMessage),
                Err(error) => return Err(error.into()),
            }
        }
    };
    Ok(Ok((answer, purpose)))
}

fn handshake(head: &RequestHead) -> Result<Response<()>, HttpResponse> {
    let answer = ws::handshake(head);
    answer
        .map(|mut builder| builder.finish().drop_body())
        .map_err(|error| HttpResponse::from(Response::from(error)))
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
    fn begin(mut self, live: &Rc<LiveWorker>, head: &RequestHead, io: TcpStream, read: BytesMut) {
        let Some(purpose) = self.0.take() else { return };
        let shared = &live.shared;
        let max = shared.settings.max_frame_bytes;
        let address = client_address::of(head, &shared.trusted_proxies);
        let credentials = Credentials::of_request(head);
        match purpose {
            Purpose::Plain(permit) => {
                let socket = Socket::new(io, read, max);
                let task = plain::serve(live.clone(), permit, socket, credentials, address);
                actix_web::rt::spawn(task);
            }
            Purpose::NewSession(query, permit) => {
                let Target::New(dialect) = query.target else { return };
                let config = shared.sessions.config.clone();
                let (session, ticket) =
                    Session::websocket(config, dialect, Sid::new(), Instant::now());
                let authorization = head.headers().get(AUTHORIZATION).cloned();
                let handshake = Handshake { address, authorization, credentials, permit };
                socketio::begin(live, handshake, session, Some((io, read, ticket)));
            }
            Purpose::Session(member, ticket) => socketio::adopt(&member, io, &read, ticket),
            Purpose::Nothing(close) => {
                shared.metrics.closed(close);
                let socket = Socket::new(io, read, max);
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
