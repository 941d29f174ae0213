//! The configuration as the rest of the server sees it: read, checked, and without its origins.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use estrad_domain::views::Views;
use serde::Deserialize;

use super::{DatabaseUrl, JwtSecret, TrustedProxies, WebOrigin};

/// Everything that the operator chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the server listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the database, the media and the signing key are kept.
    pub data_dir: PathBuf,
    /// The database, or none for the file of the data directory: see [`Config::database_url`].
    pub database_url: Option<DatabaseUrl>,
    /// What tokens are signed with, or none for the key file of the data directory.
    pub jwt_secret: Option<JwtSecret>,
    /// Requests, and who may send them.
    pub http: HttpConfig,
    /// Tokens, passwords and codes.
    pub auth: AuthConfig,
    /// What is a matter of taste in who may do what.
    pub policy: PolicyConfig,
    /// How long what is personal is kept.
    pub privacy: PrivacyConfig,
    /// Presentations.
    pub live: LiveConfig,
    /// Uploaded files.
    pub media: MediaConfig,
    /// How the database is used.
    pub database: DatabaseConfig,
    /// What is logged, and how.
    pub log: LogConfig,
    /// Who may read the metrics.
    pub metrics: MetricsConfig,
    /// Settings that were given and do nothing any more, by their names.
    pub retired: Vec<&'static str>,
}

impl Config {
    /// The database to open: the one that was chosen, or `estrad.db` in the data directory.
    pub fn database_url(&self) -> DatabaseUrl {
        self.database_url
            .clone()
            .unwrap_or_else(|| DatabaseUrl::Sqlite(self.data_dir.join("estrad.db")))
    }

    /// A configuration in which nothing is chosen yet, not even the defaults: those are in the
    /// table, and applying the table to this gives the configuration.
    pub(super) fn blank(data_dir: &Path) -> Self {
        Self {
            listen: SocketAddr::from(([0, 0, 0, 0], 0)),
            data_dir: data_dir.to_owned(),
            database_url: None,
            jwt_secret: None,
            http: HttpConfig {
                body_limit_bytes: 0,
                cors_origins: Vec::new(),
                trusted_proxies: TrustedProxies::default(),
                workers: None,
                shutdown_timeout: Duration::ZERO,
                max_connections: None,
                max_connections_per_address: 0,
            },
            auth: AuthConfig {
                user_token_lifetime: Duration::ZERO,
                code_token_lifetime: Duration::ZERO,
                codes_per_second: 0,
                codes_burst: 0,
                bcrypt_cost: 0,
            },
            policy: PolicyConfig { editors_read: EditorsRead::Own, views: Views::AsShown },
            privacy: PrivacyConfig { retention_days: 0, audit_days: 0 },
            live: LiveConfig {
                grace: Duration::ZERO,
                idle: Duration::ZERO,
                resumable: Duration::ZERO,
                max_connections: 0,
                max_connections_per_address: 0,
                max_waiting_per_address: 0,
                events_per_second: 0,
                events_burst: 0,
                max_frame_bytes: 0,
                max_outbox_bytes: 0,
                writes_per_second: 0,
                writes_burst: 0,
                team_log_bytes: 0,
                results_queue: 0,
                results_group: 0,
            },
            media: MediaConfig {
                image_limit_bytes: 0,
                video_limit_bytes: 0,
                bundle_limit_bytes: 0,
                bundles_at_once: 0,
                bundles_total_bytes: 0,
            },
            database: DatabaseConfig { readers: 0, busy_timeout: Duration::ZERO },
            log: LogConfig { filter: String::new(), format: LogFormat::Json },
            metrics: MetricsConfig { expose: MetricsExposure::Off },
            retired: Vec::new(),
        }
    }
}

/// Requests, and who may send them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// The largest body of a request that is not an upload, in bytes.
    pub body_limit_bytes: usize,
    /// Web pages of other origins that may call the server.
    pub cors_origins: Vec<WebOrigin>,
    /// Proxies that are believed when they say for whom they call.
    pub trusted_proxies: TrustedProxies,
    /// Worker threads; none is one per core.
    pub workers: Option<NonZeroUsize>,
    /// How long requests may take to end when the server stops.
    pub shutdown_timeout: Duration,
    /// Connections at a time, live ones too, or none for as many as open files allow.
    pub max_connections: Option<NonZeroUsize>,
    /// Connections at a time from one address that are not live ones.
    pub max_connections_per_address: usize,
}

/// Tokens, passwords and codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthConfig {
    /// How long a user's token is good.
    pub user_token_lifetime: Duration,
    /// How long a token that was got for a code is good.
    pub code_token_lifetime: Duration,
    /// Codes of one address that are evaluated in a second.
    pub codes_per_second: u32,
    /// Codes of one address that are evaluated at once, after a pause.
    pub codes_burst: u32,
    /// The cost of hashing a password, as a power of two.
    pub bcrypt_cost: u32,
}

/// What is a matter of taste in who may do what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyConfig {
    /// Which competitions editors read.
    pub editors_read: EditorsRead,
    /// When teams and the audience may read the slides of new competitions.
    pub views: Views,
}

impl From<&PolicyConfig> for estrad_domain::policy::Settings {
    fn from(policy: &PolicyConfig) -> Self {
        let editors_read_all_cities = policy.editors_read == EditorsRead::All;
        Self { editors_read_all_cities, views: policy.views }
    }
}

/// How long what is personal is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivacyConfig {
    /// Days after which a competition that nobody uses is erased; 0 is never.
    pub retention_days: u32,
    /// Days that entries of the audit log are kept; 0 is for ever.
    pub audit_days: u32,
}

/// Which competitions editors read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EditorsRead {
    /// Those of every city.
    All,
    /// Those of their own city.
    Own,
}

/// Presentations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveConfig {
    /// How long after the deadline an answer that was under way still counts.
    pub grace: Duration,
    /// How long a presentation goes on without anything happening.
    pub idle: Duration,
    /// How long a presentation can be resumed after its end; not at all if this is nothing.
    pub resumable: Duration,
    /// Live connections at a time.
    pub max_connections: usize,
    /// Live connections at a time from one address.
    pub max_connections_per_address: usize,
    /// Live connections at a time from one address that have not signed in.
    pub max_waiting_per_address: usize,
    /// Messages of one connection per second, over time.
    pub events_per_second: u32,
    /// Messages of one connection at once.
    pub events_burst: u32,
    /// The largest message from a client, in bytes.
    pub max_frame_bytes: usize,
    /// The most that waits for one client, in bytes.
    pub max_outbox_bytes: usize,
    /// Answers and scores that may wait to be written.
    pub results_queue: usize,
    /// Answers, scores and steps of one team, code or user that are taken in a second.
    pub writes_per_second: u32,
    /// And at once, after a pause.
    pub writes_burst: u32,
    /// Bytes in the log of a presentation that are about a team, before its answers are taken no more.
    pub team_log_bytes: u64,
    /// Answers and scores that are written in one transaction.
    pub results_group: usize,
}

/// Uploaded files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaConfig {
    /// The largest image, in bytes.
    pub image_limit_bytes: u64,
    /// The largest video, in bytes.
    pub video_limit_bytes: u64,
    /// The largest bundle that is imported over HTTP, in bytes.
    pub bundle_limit_bytes: u64,
    /// Bundles that are received at once.
    pub bundles_at_once: u32,
    /// The bytes of all of these together.
    pub bundles_total_bytes: u64,
}

/// How the database is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// Connections for reading (SQLite, which has one more for writing) or for everything
    /// (PostgreSQL).
    pub readers: u32,
    /// How long to wait for a connection or a lock before giving up.
    pub busy_timeout: Duration,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// Directives of tracing's `EnvFilter`.
    pub filter: String,
    /// What a line looks like.
    pub format: LogFormat,
}

/// What a line of the log looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people when the standard error is a terminal, else JSON.
    Auto,
    /// For people.
    Pretty,
    /// One JSON object per line.
    Json,
}

/// Who may read the metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricsConfig {
    /// Who may read them.
    pub expose: MetricsExposure,
}

/// Who may read the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricsExposure {
    /// The machine itself.
    Loopback,
    /// Whoever reaches the server.
    Public,
    /// Nobody.
    Off,
}
