//! The real server on a free port, with a database of its own.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use estrad_auth::{Authenticator, MIN_COST, OsRandom, Passwords, Settings, SigningKey};
use estrad_http::{App, MetricsAccess, Server, ServerHandle};
use estrad_media::{FsStore, Library, Limits};
use estrad_persistence::{Database, Location, Options};
use estrad_realtime::{Broker, Live, LocalBroker};

use crate::client::{self, Request};
use crate::clock::ManualClock;
use crate::database::{Backend, Fresh};
use crate::postgres;
use crate::store::{GatedStore, StoreGate};

/// What a test may want different.
#[derive(Debug, Clone)]
pub struct TestSettings {
    #[expect(missing_docs, reason = "says itself")]
    pub http: estrad_http::Settings,
    #[expect(missing_docs, reason = "says itself")]
    pub auth: Settings,
    #[expect(missing_docs, reason = "says itself")]
    pub media: Limits,
    #[expect(missing_docs, reason = "says itself")]
    pub live: estrad_realtime::Settings,
}

impl Default for TestSettings {
    fn default() -> Self {
        Self {
            http: estrad_http::Settings {
                workers: 2,
                shutdown_timeout: Duration::from_secs(1),
                metrics: MetricsAccess::Public,
                ..estrad_http::Settings::default()
            },
            auth: Settings {
                user_token_lifetime: Duration::from_secs(48 * 3600),
                code_token_lifetime: Duration::from_secs(8 * 3600),
                codes: estrad_domain::quota::Rate { per_second: 50, burst: 300 },
            },
            media: Limits::default(),
            live: estrad_realtime::Settings::default(),
        }
    }
}

/// A running server.
pub struct TestApp {
    #[expect(missing_docs, reason = "says itself")]
    pub address: SocketAddr,
    /// The same database that the server uses.
    pub database: Database,
    /// The server's clock.
    pub clock: Arc<ManualClock>,
    /// The uploaded files, as the server has them.
    pub library: Library,
    /// What lets the disk of the uploaded files hang.
    pub store: StoreGate,
    /// The live part of the server.
    pub live: Live,
    media: tempfile::TempDir,
    /// Who lets people in, as the server has it.
    pub authenticator: Authenticator,
    client: reqwest::Client,
    handle: ServerHandle,
}

/// The secret of the key that test servers sign with, for tests that forge tokens.
pub const SECRET: &[u8] = b"a secret that only tests know....";

impl TestApp {
    async fn start(options: &Options, settings: TestSettings) -> Self {
        let database = Database::open(options).expect("opens");
        let clock = Arc::new(ManualClock::new());
        let passwords = Passwords::new(MIN_COST).expect("a good cost");
        let authenticator = Authenticator::new(
            database.clone(),
            passwords,
            SigningKey::new(SECRET).expect("long enough"),
            settings.auth,
            clock.clone(),
            Arc::new(OsRandom),
        );
        let media = tempfile::tempdir().expect("a temporary directory");
        let store = StoreGate::default();
        let inner = FsStore::open(media.path()).expect("a media directory");
        let gated = Box::new(GatedStore { inner, gate: store.clone() });
        let (staging, limits) = (media.path().to_owned(), settings.media);
        let library = Library::with_store(database.clone(), gated, staging, limits, clock.clone());
        let broker = Arc::new(LocalBroker::default());
        let parts = (database.clone(), authenticator.clone(), clock.clone());
        let live = launch(parts, broker, settings.live);
        let app = App::new(
            database.clone(),
            authenticator.clone(),
            clock.clone(),
            Arc::new(OsRandom),
            library.clone(),
            live.clone(),
            settings.http,
        );
        let server = Server::bind(app, ([127, 0, 0, 1], 0).into()).expect("binds");
        let (address, handle) = (server.address(), server.handle());
        actix_web::rt::spawn(server.run());
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            address,
            database,
            clock,
            library,
            store,
            live,
            media,
            authenticator,
            client,
            handle,
        }
    }

    /// Another server's live part on the same database, with that broker.
    pub fn another_live(
        &self,
        broker: Arc<dyn Broker>,
        settings: estrad_realtime::Settings,
    ) -> Live {
        let parts = (self.database.clone(), self.authenticator.clone(), self.clock.clone());
        launch(parts, broker, settings)
    }

    /// Stops the server.
    pub async fn stop(&self) {
        self.handle.stop().await;
    }

    /// Where uploaded files are kept.
    pub fn media_directory(&self) -> &Path {
        self.media.path()
    }

    /// Begins a request.
    pub fn request(&self, method: &str, path: &str) -> Request {
        let method = method.parse().expect("a method");
        Request(self.client.request(method, format!("http://{}{path}", self.address)))
    }

    /// Sends bytes as they are and gives back all that comes until the server closes: for requests
    /// that no client would make. Ask for `Connection: close` in them.
    pub async fn raw(&self, request: impl AsRef<[u8]>) -> String {
        client::exchange(self.address, request.as_ref()).await
    }

    /// Cuts the server off from its PostgreSQL database, or lets it back in.
    ///
    /// # Panics
    /// On SQLite, whose file does not go away.
    pub async fn cut_off_database(&self, off: bool) {
        let Location::Postgres(url) = self.database.location().clone() else {
            panic!("only PostgreSQL can be out of reach");
        };
        let cut = tokio::task::spawn_blocking(move || postgres::cut_off(&url, off));
        cut.await.expect("cut off");
    }

    /// Begins a GET.
    pub fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    /// Begins a POST.
    pub fn post(&self, path: &str) -> Request {
        self.request("POST", path)
    }

    /// Begins a PUT.
    pub fn put(&self, path: &str) -> Request {
        self.request("PUT", path)
    }

    /// Begins a DELETE.
    pub fn delete(&self, path: &str) -> Request {
        self.request("DELETE", path)
    }
}

fn launch(
    (database, authenticator, clock): (Database, Authenticator, Arc<ManualClock>),
    broker: Arc<dyn Broker>,
    settings: estrad_realtime::Settings,
) -> Live {
    Live::launch(database, authenticator, clock, &OsRandom, broker, settings)
}

/// Runs a test against a server of its own.
pub fn run<F: Future<Output = ()>>(
    backend: Backend,
    settings: TestSettings,
    test: impl FnOnce(TestApp) -> F,
) {
    let fresh = Fresh::create(backend);
    let options = Options::new(fresh.location());
    actix_web::rt::System::new().block_on(async {
        let app = TestApp::start(&options, settings).await;
        let handle = app.handle.clone();
        test(app).await;
        handle.stop().await;
    });
}
