//! Opening the database, however long that takes: at once if it is there, else when it is.

use std::error::Error;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use estrad_auth::OsRandom;
use estrad_http::Waiting;
use estrad_persistence::{Database, OpenError};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::stop::Signals;
use crate::commands::CommandError;
use crate::config::Config;
use crate::wiring;

/// How long opening may take before somebody answers meanwhile.
const AT_ONCE: Duration = Duration::from_secs(2);
/// The pause before the second attempt. It doubles from one to the next.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The database, and the signals if they are waited for already.
pub(super) struct Opened {
    pub(super) database: Database,
    pub(super) signals: Option<Signals>,
}

type Attempt = oneshot::Receiver<Result<Database, OpenError>>;

/// Opens the database. While it can't be reached, [`Waiting`] answers on the listener; nothing comes of it when a
/// signal to stop comes first.
///
/// # Errors
/// What another attempt would not put right: a newer schema, a migration that fails, a file that can't be opened.
pub(super) async fn open(
    config: &Config,
    listener: &TcpListener,
) -> Result<Option<Opened>, CommandError> {
    let mut attempt = begin(config)?;
    let mut reason = None;
    match timeout(AT_ONCE, &mut attempt).await {
        Ok(Err(_)) => return Err(CommandError::Interrupted),
        Ok(Ok(Ok(database))) => return Ok(Some(Opened { database, signals: None })),
        Ok(Ok(Err(error))) if !error.may_pass() => return Err(error.into()),
        Ok(Ok(Err(error))) => reason = Some(why(&error)),
        Err(_) => {}
    }
    let mut signals = Signals::listen().map_err(CommandError::Serve)?;
    let waiting = Waiting::on(listener, Arc::new(OsRandom)).map_err(CommandError::Serve)?;
    tracing::warn!(
        address = %format_args!("http://{}", listener.local_addr().map_err(CommandError::Serve)?),
        database = %wiring::database_options(config).location,
        reason = reason.as_deref().unwrap_or("it takes long"),
        "waiting for the database"
    );
    let attempt = reason.is_none().then_some(attempt);
    let opened = tokio::select! {
        opened = keep_trying(config, attempt, reason) => opened,
        name = signals.next() => {
            tracing::info!(signal = name, "stopping");
            waiting.stop().await;
            tracing::info!("stopped");
            return Ok(None);
        }
    };
    waiting.stop().await;
    Ok(Some(Opened { database: opened?, signals: Some(signals) }))
}

/// Tries until it goes well or can't, beginning with an attempt that is under way.
async fn keep_trying(
    config: &Config,
    mut attempt: Option<Attempt>,
    mut reason: Option<String>,
) -> Result<Database, CommandError> {
    let mut pause = FIRST_PAUSE;
    loop {
        let under_way = match attempt.take() {
            Some(under_way) => under_way,
            None => {
                sleep(pause).await;
                pause = LONGEST_PAUSE.min(pause * 2);
                begin(config)?
            }
        };
        match under_way.await {
            Err(_) => return Err(CommandError::Interrupted),
            Ok(Ok(database)) => return Ok(database),
            Ok(Err(error)) if !error.may_pass() => return Err(error.into()),
            // Each reason once, and not with every attempt.
            Ok(Err(error)) => {
                let now = why(&error);
                if reason.as_ref() != Some(&now) {
                    tracing::warn!(reason = now, "still waiting for the database");
                    reason = Some(now);
                }
            }
        }
    }
}

/// Begins to open the database. On a thread of its own, which nobody waits for when the server is stopped: a
/// database that does not answer may hold it up.
fn begin(config: &Config) -> Result<Attempt, CommandError> {
    let options = wiring::database_options(config);
    let (sender, attempt) = oneshot::channel();
    let work = move || {
        // Nobody waits for it any more, where it is not taken.
        let _ = sender.send(Database::open(&options));
    };
    let thread = std::thread::Builder::new().name("database".to_owned()).spawn(work);
    thread.map_err(CommandError::Serve)?;
    Ok(attempt)
}

/// What stands behind the error, on one line.
fn why(error: &OpenError) -> String {
    let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    cause.split_whitespace().collect::<Vec<_>>().join(" ")
}
