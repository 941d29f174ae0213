//! The HTTP server: bound first, so that its address is known, then run until it is told to stop.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_cors::Cors;
use actix_http::body::{BoxBody, MessageBody};
use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol, Request, Response};
use actix_service::{
    IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config,
};
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH,
};
use actix_web::middleware::{Compress, NormalizePath, from_fn};
use actix_web::{App as ActixApp, web};
use utoipa_actix_web::AppExt;

use tokio::net::TcpStream;

use crate::app::{App, Settings};
use crate::connection::{self, Connections, HttpStream, Phase};
use crate::live::{self, LiveShared, LiveWorker, UpgradeServiceFactory};
use crate::unmatched::{self, RouteTable};
use crate::{browser, layers, openapi, paging, routes};

/// How long a client may take to close its connection.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// Connections that wait to be accepted.
const BACKLOG: i32 = 4_096;

/// A server that listens.
pub struct Server {
    inner: actix_server::Server,
    live: Arc<LiveShared>,
    address: SocketAddr,
}

/// Stops a running server.
#[derive(Clone)]
pub struct ServerHandle {
    inner: actix_server::ServerHandle,
    live: Arc<LiveShared>,
}

impl ServerHandle {
    /// Closes the live connections, whose clients connect again by themselves, stops taking requests,
    /// lets those under way finish within the time that is set, and returns when all is over.
    pub async fn stop(&self) {
        self.live.stop().await;
        self.inner.stop(true).await;
    }
}

impl Server {
    /// Listens on the address; port 0 picks a free one. Needs a tokio runtime.
    ///
    /// # Errors
    /// As [`listen`].
    pub fn bind(app: App, address: SocketAddr) -> io::Result<Self> {
        Self::on(app, listen(address)?)
    }

    /// Serves those who come to this listener. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the listener can't be used.
    pub fn on(app: App, listener: TcpListener) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let workers = match app.settings.workers {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            workers => workers,
        };
        let head_timeout = app.settings.connections.head_timeout;
        let shutdown_timeout = app.settings.shutdown_timeout;
        let routes = web::Data::new(RouteTable::new(openapi::document()));
        let live = LiveShared::new(&app);
        let shared = live.clone();
        let connections = Connections::new(
            app.settings.connections,
            app.settings.trusted_proxies.clone(),
            app.metrics.connections.clone(),
        );
        let app = web::Data::new(app);
        let builder = actix_server::Server::build()
            .workers(workers)
            .shutdown_timeout(shutdown_timeout.as_secs().max(1))
            .disable_signals();
        let stopping = builder.graceful_shutdown_signal();
        let inner = builder
            // What `actix_web::HttpServer` does, but that websockets are ours. This is called on each
            // of its threads.
            .listen("http", listener, move || {
                let live = LiveWorker::new(shared.clone());
                let upgrade = UpgradeServiceFactory(live.clone());
                let stopping = stopping.clone();
                let http = HttpService::build()
                    .graceful_shutdown_signal(move || {
                        let stopping = stopping.clone();
                        async move { stopping.notified().await }
                    })
                    .client_request_timeout(head_timeout)
                    .client_disconnect_timeout(DISCONNECT_TIMEOUT)
                    .local_addr(address)
                    .on_connect_ext(|stream: &HttpStream, data| {
                        data.insert::<Rc<Phase>>(stream.phase());
                    })
                    .upgrade(upgrade)
                    .finish(map_config(service(&app, &routes, live), |()| AppConfig::default()));
                accept(&connections).and_then(http)
            })?
            .run();
        Ok(Self { inner, live, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// For stopping it from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        ServerHandle { inner: self.inner.handle(), live: self.live.clone() }
    }

    /// Serves until stopped.
    ///
    /// # Errors
    /// When the server fails as a whole.
    pub fn run(self) -> impl Future<Output = io::Result<()>> + Send {
        self.inner
    }
}

/// Takes a connection in, or tells it that there are too many.
fn accept(
    connections: &Arc<Connections>,
) -> impl ServiceFactory<
    TcpStream,
    Config = (),
    Response = (HttpStream, Protocol, Option<SocketAddr>),
    Error = DispatchError,
    InitError = (),
> + use<> {
    let connections = connections.clone();
    fn_service(move |stream: TcpStream| {
        let connections = connections.clone();
        async move {
            let peer = stream.peer_addr()?;
            match connections.admit(peer.ip()) {
                Ok(slot) => Ok((HttpStream::new(stream, slot), Protocol::Http1, Some(peer))),
                Err(why) => {
                    connection::refuse(connections, stream, why).await;
                    Err(io::Error::from(io::ErrorKind::ConnectionRefused).into())
                }
            }
        }
    })
}

/// The routes and all that is around them, for one thread.
fn service(
    app: &web::Data<App>,
    routes: &web::Data<RouteTable>,
    live: Rc<LiveWorker>,
) -> impl ServiceFactory<
    Request,
    Config = AppConfig,
    Response = ServiceResponse<impl MessageBody + use<>>,
    Error = Response<BoxBody>,
    InitError = (),
> + use<> {
    ActixApp::new()
        .into_utoipa_app()
        .configure(routes::configure)
        .into_app()
        .configure(browser::configure)
        .configure(live::configure)
        .app_data(app.clone())
        .app_data(routes.clone())
        .app_data(live)
        .app_data(
            web::PathConfig::default()
                .error_handler(|_, request| unmatched::no_such_id(request).into()),
        )
        .default_service(web::to(unmatched::answer))
        // The last one is the outermost.
        .wrap(NormalizePath::trim())
        .wrap(from_fn(layers::answer_head_like_get))
        .wrap(Compress::default())
        .wrap(cors(&app.settings))
        .wrap(from_fn(layers::add_security_headers))
        .wrap(from_fn(layers::observe))
        .wrap(from_fn(layers::watch_connection))
        .into_factory()
        .map_err(|error: actix_web::Error| error.error_response().into())
}

/// Listens on the address; port 0 picks a free one. Needs a tokio runtime.
///
/// Whoever comes waits until there is a [`Server`] on it.
///
/// # Errors
/// When the address can't be listened on: taken, not ours, or not allowed.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    use tokio::net::TcpSocket;
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restart must not wait for the connections of the last run to be forgotten. (On Windows the
    // same flag would let two servers share an address.)
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG as u32)?.into_std()
}

/// Without configured origins, browsers let only pages of this server read its answers.
fn cors(settings: &Settings) -> Cors {
    let mut cors = Cors::default()
        .allowed_methods(["GET", "POST", "PUT", "DELETE"])
        .allowed_headers([AUTHORIZATION, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH])
        .expose_headers([
            HeaderName::from_static(paging::HEADER),
            HeaderName::from_static("x-request-id"),
            ETAG,
        ])
        .block_on_origin_mismatch(false)
        .max_age(3600);
    for origin in &settings.cors_origins {
        cors = cors.allowed_origin(origin);
    }
    cors
}
