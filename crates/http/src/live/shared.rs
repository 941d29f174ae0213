//! What the live connections of all threads share.

use std::sync::Arc;
use std::time::{Duration, Instant};

use estrad_auth::Random;
use estrad_domain::clock::Clock;
use estrad_realtime::{Client, Live};
use ipnet::IpNet;
use tokio::sync::watch;

use super::gate::Gate;
use super::metrics::LiveMetrics;
use super::origin::Origins;
use super::settings::LiveSettings;
use super::socketio::Registry;
use crate::app::App;

/// How long stopping waits for connections to be closed.
const FAREWELL: Duration = Duration::from_secs(3);

/// What there is once in a server.
pub(crate) struct LiveShared {
    pub(super) live: Live,
    pub(super) settings: LiveSettings,
    pub(super) origins: Origins,
    pub(super) trusted_proxies: Vec<IpNet>,
    pub(super) gate: Arc<Gate>,
    pub(super) sessions: Registry,
    pub(super) metrics: Arc<LiveMetrics>,
    pub(super) stopping: watch::Sender<bool>,
    pub(super) http_metrics: Arc<crate::metrics::Metrics>,
    /// For the ids of requests that become websockets, or don't.
    pub(super) random: Arc<dyn Random>,
    clock: Arc<dyn Clock>,
}

impl LiveShared {
    pub(crate) fn new(app: &App) -> Arc<Self> {
        let settings = app.settings.live.clone();
        Arc::new(Self {
            live: app.live.clone(),
            sessions: Registry::new(&settings),
            settings,
            origins: Origins::new(&app.settings.cors_origins, &app.settings.trusted_proxies),
            trusted_proxies: app.settings.trusted_proxies.clone(),
            gate: Arc::default(),
            metrics: app.metrics.live.clone(),
            stopping: watch::Sender::new(false),
            http_metrics: app.metrics.clone(),
            random: app.random.clone(),
            clock: app.clock.clone(),
        })
    }

    /// Lets nobody in any more, lets everybody go, and waits for that.
    pub(crate) async fn stop(&self) {
        self.gate.close();
        self.stopping.send_replace(true);
        if tokio::time::timeout(FAREWELL, self.gate.emptied()).await.is_err() {
            tracing::warn!("stopped before all live connections were closed");
        }
    }

    /// Whether the client's token has run out by the server's clock.
    pub(super) fn is_expired(&self, client: &Client) -> bool {
        client.expires_at().is_some_and(|at| self.clock.now() >= at)
    }

    /// When it will.
    pub(super) fn expiry(&self, client: &Client) -> Option<Instant> {
        let left = (client.expires_at()? - self.clock.now()).to_std().unwrap_or_default();
        Instant::now().checked_add(left)
    }
}
