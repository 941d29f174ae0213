//! What is counted of connections.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::problem::ErrorWord;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusedLabels {
    reason: &'static str,
}

/// The numbers.
#[derive(Debug, Default)]
pub(crate) struct ConnectionMetrics {
    open: Gauge,
    refused: Family<RefusedLabels, Counter>,
}

impl ConnectionMetrics {
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register("http_connections", "Connections open, live ones too", self.open.clone());
        registry.register(
            "http_connections_refused",
            "Connections refused before a request, by the word of the error",
            self.refused.clone(),
        );
    }

    pub(super) fn opened(&self) {
        self.open.inc();
    }

    pub(super) fn closed(&self) {
        self.open.dec();
    }

    pub(super) fn refused(&self, word: ErrorWord) {
        self.refused.get_or_create(&RefusedLabels { reason: word.as_str() }).inc();
    }
}
