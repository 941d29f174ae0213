//! What is counted and timed, in the text format of Prometheus (OpenMetrics 1.0).

use std::sync::Arc;
use std::time::Duration;

use estrad_persistence::Database;
use estrad_realtime::Live;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::connection::ConnectionMetrics;
use crate::live::LiveMetrics;

/// The media type of [`Metrics::encode`].
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From half a millisecond to 16 seconds, doubling.
const BUCKETS: [f64; 16] = [
    0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048,
    4.096, 8.192, 16.384,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    /// The pattern of the route, not the path: a bounded number of values.
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: String,
    route: String,
}

/// Everything that is measured.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    pub(crate) connections: Arc<ConnectionMetrics>,
    pub(crate) live: Arc<LiveMetrics>,
}

impl Metrics {
    pub(crate) fn new(database: Database, recording: Live) -> Self {
        let requests = Family::<RequestLabels, Counter>::default();
        let durations =
            Family::<RouteLabels, Histogram, fn() -> Histogram>::new_with_constructor(|| {
                Histogram::new(BUCKETS)
            });
        let mut registry = Registry::with_prefix("estrad");
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register(
            "http_request_duration_seconds",
            "Time from the head of a request to the head of its answer",
            durations.clone(),
        );
        let connections = Arc::<ConnectionMetrics>::default();
        connections.register(&mut registry);
        let live = Arc::<LiveMetrics>::default();
        live.register(&mut registry);
        registry.register_collector(Box::new(DatabaseCollector(database)));
        registry.register_collector(Box::new(SlowedCollector(recording.clone())));
        registry.register_collector(Box::new(RecordingCollector(recording)));
        Self { registry, requests, durations, connections, live }
    }

    pub(crate) fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        // Clients make methods up: those that no route takes are counted as one.
        let method = match method {
            "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS" => method.to_owned(),
            _ => "other".to_owned(),
        };
        let route = route.to_owned();
        let labels = RequestLabels { method: method.clone(), route: route.clone(), status };
        self.requests.get_or_create(&labels).inc();
        let labels = RouteLabels { method, route };
        self.durations.get_or_create(&labels).observe(took.as_secs_f64());
    }

    pub(crate) fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Reads what the database has counted itself.
#[derive(Clone)]
struct DatabaseCollector(Database);

impl std::fmt::Debug for DatabaseCollector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseCollector")
    }
}

impl Collector for DatabaseCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let queries = ConstCounter::new(self.0.queries_sent());
        let metric = encoder.encode_descriptor(
            "database_statements",
            "Statements sent to the database",
            None,
            queries.metric_type(),
        )?;
        queries.encode(metric)
    }
}

/// Reads how often tries to get in were slowed down.
#[derive(Debug, Clone)]
struct SlowedCollector(Live);

impl Collector for SlowedCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let slowed = self.0.authenticator().slowed();
        for (name, help, count) in [
            (
                "codes_slowed",
                "Times that an address tried more codes than are evaluated",
                slowed.codes,
            ),
            (
                "passwords_slowed",
                "Times that an address tried more passwords than are evaluated",
                slowed.passwords,
            ),
            ("accounts_slowed", "Times that the tries of an account were used up", slowed.accounts),
        ] {
            let counter = ConstCounter::new(count);
            let metric = encoder.encode_descriptor(name, help, None, counter.metric_type())?;
            counter.encode(metric)?;
        }
        Ok(())
    }
}

/// Reads how answers and scores were grouped.
#[derive(Debug, Clone)]
struct RecordingCollector(Live);

impl Collector for RecordingCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let counts = self.0.recorded();
        for (name, help, count) in [
            ("recording_jobs", "Answers and scores that came to a transaction", counts.jobs),
            ("recording_transactions", "Transactions for them", counts.transactions),
            ("recording_busy", "Answers and scores that were turned away", counts.busy),
        ] {
            let counter = ConstCounter::new(count);
            let metric = encoder.encode_descriptor(name, help, None, counter.metric_type())?;
            counter.encode(metric)?;
        }
        Ok(())
    }
}
