//! The server: routes, and what they share.

mod app;
mod hub;
mod origin;
mod polling;
mod refusal;
mod socket;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::{Method, header};
use actix_web::web::{Data, Payload};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use estrad_socketio::{Config, Query, RequestError, Sid, Target, TransportType};

use hub::{About, Hub, Member};
use refusal::Refusal;

/// How the server is to behave.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) path: String,
    pub(crate) config: Config,
    pub(crate) token: Option<String>,
    pub(crate) allowed_origins: Vec<String>,
}

/// Listens at once; serves when awaited.
pub(crate) fn start(
    listen: SocketAddr,
    settings: Settings,
) -> std::io::Result<(Server, SocketAddr)> {
    let listener = TcpListener::bind(listen)?;
    let address = listener.local_addr()?;
    let path = settings.path.trim_end_matches('/').to_owned();
    let hub = Data::from(Arc::new(Hub::new(settings)));
    let server = HttpServer::new(move || {
        let route = || web::to(request);
        App::new().app_data(hub.clone()).route(&path, route()).route(&format!("{path}/"), route())
    })
    .workers(2)
    // A websocket is over with its close frame; nothing is to linger.
    .client_disconnect_timeout(Duration::ZERO)
    .shutdown_timeout(1)
    .listen(listener)?
    .run();
    Ok((server, address))
}

/// Everything under the path.
async fn request(
    http: HttpRequest,
    payload: Payload,
    hub: Data<Hub>,
) -> Result<HttpResponse, Refusal> {
    let hub = hub.into_inner();
    let allowed = origin::allowed(&http, &hub.settings.allowed_origins)?;
    let mut response = answer(&http, payload, &hub).await.unwrap_or_else(Refusal::into_response);
    if let Some(origin) = allowed {
        origin::permit(&mut response, origin);
    }
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn answer(
    http: &HttpRequest,
    payload: Payload,
    hub: &Arc<Hub>,
) -> Result<HttpResponse, Refusal> {
    if http.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().finish());
    }
    let query = Query::parse(http.query_string())?;
    let upgrade = http.headers().contains_key(header::UPGRADE);
    match (query.transport, http.method().clone(), query.target) {
        (TransportType::Websocket, Method::GET, Target::New(dialect)) if upgrade => {
            socket::open(hub, http, payload, dialect)
        }
        (TransportType::Websocket, Method::GET, Target::Session(sid)) if upgrade => {
            socket::upgrade(&find(hub, sid)?, http, payload)
        }
        (TransportType::Polling, Method::GET, Target::New(dialect)) => {
            polling::open(hub, http, dialect)
        }
        (TransportType::Polling, Method::GET, Target::Session(sid)) => {
            Ok(polling::get(find(hub, sid)?).await?)
        }
        (TransportType::Polling, Method::POST, Target::Session(sid)) => {
            Ok(polling::post(find(hub, sid)?, http, payload).await?)
        }
        (TransportType::Websocket, Method::GET, _) => Err(RequestError::TransportMismatch.into()),
        _ => Err(RequestError::BadMethod.into()),
    }
}

fn find(hub: &Hub, sid: Sid) -> Result<Arc<Member>, RequestError> {
    hub.find(sid).ok_or_else(|| RequestError::InvalidSession(sid.to_string()))
}

/// What the handshake says about its sender.
fn about(http: &HttpRequest) -> About {
    let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = http.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
    let query = web::Query::from_query(http.query_string()).map(web::Query::into_inner);
    About { headers: headers.collect(), query: query.unwrap_or_default() }
}
