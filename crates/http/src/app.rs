//! What every request can reach.

use std::sync::Arc;
use std::time::Duration;

use estrad_auth::{Authenticator, Random};
use estrad_domain::clock::Clock;
use estrad_domain::policy;
use estrad_exchange::Exchange;
use estrad_media::{Library, SpoolLimits};
use estrad_persistence::Database;
use estrad_realtime::Live;
use ipnet::IpNet;

use crate::auditing::ReadOnly;
use crate::connection::ConnectionSettings;
use crate::live::LiveSettings;
use crate::metrics::Metrics;

/// Who may read the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsAccess {
    /// Nobody: there are none.
    Off,
    /// Callers on the same machine that did not come through a proxy.
    Loopback,
    /// Everybody.
    Public,
}

/// What the operator of the server may choose about HTTP.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The most bytes of a request's body.
    pub body_limit: usize,
    /// The most bytes of a bundle that is imported.
    pub bundle_limit: u64,
    /// Bundles that are received at once, or wait for their turn after that.
    pub bundles: SpoolLimits,
    /// Origins of front-ends on other hosts, like `https://show.example.org`.
    pub cors_origins: Vec<String>,
    /// Proxies whose word is taken for the address of a client.
    pub trusted_proxies: Vec<IpNet>,
    /// Threads that serve; 0 for one per core.
    pub workers: usize,
    /// How long requests under way may take when the server stops.
    pub shutdown_timeout: Duration,
    #[expect(missing_docs, reason = "says itself")]
    pub policy: policy::Settings,
    #[expect(missing_docs, reason = "says itself")]
    pub metrics: MetricsAccess,
    /// How many connections there may be.
    pub connections: ConnectionSettings,
    #[expect(missing_docs, reason = "says itself")]
    pub live: LiveSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_limit: 1024 * 1024,
            bundle_limit: 512 * 1024 * 1024,
            bundles: SpoolLimits::default(),
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            workers: 0,
            shutdown_timeout: Duration::from_secs(10),
            policy: policy::Settings::default(),
            metrics: MetricsAccess::Loopback,
            connections: ConnectionSettings::default(),
            live: LiveSettings::default(),
        }
    }
}

/// The parts that requests are served with.
#[derive(Clone)]
pub struct App {
    /// What is written goes through [`crate::auditing`].
    pub(crate) database: ReadOnly,
    pub(crate) authenticator: Authenticator,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) library: Library,
    pub(crate) exchange: Exchange,
    pub(crate) live: Live,
    pub(crate) settings: Arc<Settings>,
    pub(crate) metrics: Arc<Metrics>,
}

impl App {
    #[expect(missing_docs, reason = "says itself")]
    pub fn new(
        database: Database,
        authenticator: Authenticator,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        library: Library,
        live: Live,
        settings: Settings,
    ) -> Self {
        let metrics = Arc::new(Metrics::new(database.clone(), live.clone()));
        let settings = Arc::new(settings);
        let exchange =
            Exchange::new(database.clone(), library.clone(), clock.clone(), random.clone())
                .with_limits(settings.bundles)
                .with_views(settings.policy.views);
        let database = ReadOnly::new(database);
        Self { database, authenticator, clock, random, library, exchange, live, settings, metrics }
    }
}
