//! What is counted of live connections.

use std::sync::Arc;

use estrad_realtime::Close;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// What a connection speaks, and over what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Polling,
    Websocket,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabels {
    protocol: &'static str,
    transport: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CloseLabels {
    reason: &'static str,
}

/// The numbers.
#[derive(Debug, Default)]
pub(crate) struct LiveMetrics {
    open: Family<KindLabels, Gauge>,
    closed: Family<CloseLabels, Counter>,
    delivered: Counter,
    events: Counter,
}

impl LiveMetrics {
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register("live_connections", "Live connections open", self.open.clone());
        registry.register(
            "live_closed",
            "Live connections ended by the server, by the word of the close code",
            self.closed.clone(),
        );
        registry.register(
            "live_deliveries",
            "Messages put into the outboxes of clients",
            self.delivered.clone(),
        );
        registry.register("live_events", "Events and tokens from clients", self.events.clone());
    }

    /// Counts a connection until that is dropped.
    pub(super) fn open(self: &Arc<Self>, kind: Kind) -> Open {
        self.gauge(kind).inc();
        Open { metrics: self.clone(), kind }
    }

    pub(super) fn closed(&self, close: Close) {
        self.closed.get_or_create(&CloseLabels { reason: close.word() }).inc();
    }

    pub(super) fn delivered(&self) {
        self.delivered.inc();
    }

    pub(super) fn event(&self) {
        self.events.inc();
    }

    fn gauge(&self, kind: Kind) -> Gauge {
        let (protocol, transport) = match kind {
            Kind::Plain => ("plain", "websocket"),
            Kind::Polling => ("socketio", "polling"),
            Kind::Websocket => ("socketio", "websocket"),
        };
        self.open.get_or_create_owned(&KindLabels { protocol, transport })
    }
}

/// A connection that is counted as open.
#[derive(Debug)]
pub(super) struct Open {
    metrics: Arc<LiveMetrics>,
    kind: Kind,
}

impl Open {
    /// Counts it as another kind from now on.
    pub(super) fn change(&mut self, kind: Kind) {
        if self.kind != kind {
            *self = self.metrics.open(kind);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.metrics.gauge(self.kind).dec();
    }
}
