//! Putting the parts together: from the configuration to what serves and stores.

use std::io;
use std::sync::Arc;

use actix_web::rt::System;
use chrono::TimeDelta;
use estrad_auth::{Authenticator, OsRandom, PasswordError, Passwords};
use estrad_domain::clock::{SteadyClock, SystemClock};
use estrad_domain::quota::Rate;
use estrad_exchange::Exchange;
use estrad_http::{App, ConnectionSettings, MetricsAccess};
use estrad_media::{Library, Limits, SpoolLimits};
use estrad_persistence::{Database, Location, OpenError, Options};
use estrad_realtime::{Live, LocalBroker, QuotaSettings, RecordingSettings};

use crate::config::{Config, DatabaseUrl, MetricsExposure};
use crate::signing_key::SigningKey;

/// Where the database is, and how it is used.
pub fn database_options(config: &Config) -> Options {
    Options {
        location: match config.database_url() {
            DatabaseUrl::Sqlite(path) => Location::Sqlite(path),
            DatabaseUrl::Postgres(url) => Location::Postgres(url),
        },
        readers: config.database.readers,
        busy_timeout: config.database.busy_timeout,
    }
}

/// Opens the database, with its schema up to date.
///
/// # Errors
/// [`OpenError`].
pub fn open_database(config: &Config) -> Result<Database, OpenError> {
    Database::open(&database_options(config))
}

/// Who lets people in.
///
/// # Errors
/// [`PasswordError`] for a cost that bcrypt does not know.
pub fn authenticator(
    config: &Config,
    database: Database,
    key: &SigningKey,
) -> Result<Authenticator, PasswordError> {
    let auth = &config.auth;
    let settings = estrad_auth::Settings {
        user_token_lifetime: auth.user_token_lifetime,
        code_token_lifetime: auth.code_token_lifetime,
        codes: Rate { per_second: auth.codes_per_second, burst: auth.codes_burst },
    };
    Ok(Authenticator::new(
        database,
        Passwords::new(auth.bcrypt_cost)?,
        key.for_tokens(),
        settings,
        Arc::new(SystemClock),
        Arc::new(OsRandom),
    ))
}

/// The uploaded files, in the directory `media` of the data directory.
///
/// # Errors
/// When the directory can't be created.
pub fn library(config: &Config, database: Database) -> io::Result<Library> {
    let limits = Limits {
        image_bytes: config.media.image_limit_bytes,
        video_bytes: config.media.video_limit_bytes,
    };
    Library::open(database, &config.data_dir.join("media"), limits, Arc::new(SystemClock))
}

/// What competitions are exchanged with.
pub fn exchange(config: &Config, database: Database, library: Library) -> Exchange {
    Exchange::new(database, library, Arc::new(SystemClock), Arc::new(OsRandom))
        .with_views(config.policy.views)
}

/// The live part of this one server.
fn live(
    config: &Config,
    database: Database,
    authenticator: Authenticator,
    clock: Arc<SteadyClock>,
) -> Live {
    // Both have bounds that are far from what does not fit.
    let delta = |time| TimeDelta::from_std(time).unwrap_or_default();
    let settings = estrad_realtime::Settings {
        grace: delta(config.live.grace),
        idle: delta(config.live.idle),
        resumable: delta(config.live.resumable),
        policy: (&config.policy).into(),
        recording: RecordingSettings {
            queue: config.live.results_queue,
            group: config.live.results_group,
            ..RecordingSettings::default()
        },
        quotas: QuotaSettings {
            rate: Rate {
                per_second: config.live.writes_per_second,
                burst: config.live.writes_burst,
            },
            team_log_bytes: config.live.team_log_bytes,
        },
    };
    let broker = Arc::new(LocalBroker::default());
    Live::launch(database, authenticator, clock, &OsRandom, broker, settings)
}

/// What requests are served with.
pub fn app(
    config: &Config,
    (database, authenticator, library): (Database, Authenticator, Library),
    connections: ConnectionSettings,
) -> App {
    let (clock, random) = (Arc::new(SteadyClock::new()), Arc::new(OsRandom));
    let live = live(config, database.clone(), authenticator.clone(), clock.clone());
    let live_settings = estrad_http::LiveSettings {
        max_connections: config.live.max_connections,
        max_connections_per_address: config.live.max_connections_per_address,
        max_waiting_per_address: config.live.max_waiting_per_address,
        events_per_second: config.live.events_per_second,
        events_burst: config.live.events_burst,
        max_frame_bytes: config.live.max_frame_bytes,
        max_outbox_bytes: config.live.max_outbox_bytes,
        ..Default::default()
    };
    let settings = estrad_http::Settings {
        live: live_settings,
        connections,
        body_limit: config.http.body_limit_bytes,
        bundle_limit: config.media.bundle_limit_bytes,
        bundles: SpoolLimits {
            files: config.media.bundles_at_once as usize,
            bytes: config.media.bundles_total_bytes,
        },
        cors_origins: config.http.cors_origins.iter().map(|o| o.as_str().to_owned()).collect(),
        trusted_proxies: config.http.trusted_proxies.networks().to_vec(),
        workers: config.http.workers.map_or(0, std::num::NonZero::get),
        shutdown_timeout: config.http.shutdown_timeout,
        policy: (&config.policy).into(),
        metrics: match config.metrics.expose {
            MetricsExposure::Off => MetricsAccess::Off,
            MetricsExposure::Loopback => MetricsAccess::Loopback,
            MetricsExposure::Public => MetricsAccess::Public,
        },
    };
    App::new(database, authenticator, clock, random, library, live, settings)
}

/// Runs something async to its end, on a runtime of its own.
pub fn block_on<F: Future>(work: F) -> F::Output {
    System::new().block_on(work)
}
