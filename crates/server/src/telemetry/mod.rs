//! The log: where its lines go and what they look like.

mod lines;

use std::io::{self, IsTerminal as _};

use thiserror::Error;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

pub use lines::LogGuard;

use crate::config::{LogConfig, LogFormat};

/// Why there is no log.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// The filter is not one.
    #[error("the log's filter is not valid")]
    Filter(#[from] ParseError),
    /// There is one already.
    #[error("the log was started before")]
    Started(#[from] TryInitError),
    /// The system gives no thread to write it.
    #[error("can't start the thread that writes the log")]
    Thread(#[source] io::Error),
}

/// Starts the log of this process, on the standard error: the standard output belongs to what
/// commands print. What is given back is to be kept to the end of the program.
///
/// # Errors
/// [`TelemetryError::Started`] when it is called twice.
pub fn init(config: &LogConfig) -> Result<LogGuard, TelemetryError> {
    let on_terminal = io::stderr().is_terminal();
    let for_people = is_for_people(config.format, on_terminal);
    let lost = if for_people { lost_for_people } else { lost_as_json };
    let (lines, guard) = lines::start(io::stderr(), lost).map_err(TelemetryError::Thread)?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&config.filter)?)
        // It would complain on the standard error, and panic where that can't be written.
        .log_internal_errors(false)
        .with_writer(move || lines.clone());
    if for_people {
        log.with_ansi(on_terminal).finish().try_init()?;
    } else {
        log.json().flatten_event(true).with_ansi(false).finish().try_init()?;
    }
    Ok(guard)
}

fn lost_for_people(lost: u64) -> String {
    format!(" WARN estrad_server::telemetry: lines of the log were lost lines={lost}\n")
}

fn lost_as_json(lost: u64) -> String {
    format!(
        r#"{{"level":"WARN","message":"lines of the log were lost","lines":{lost},"target":"estrad_server::telemetry"}}"#
    ) + "\n"
}

fn is_for_people(format: LogFormat, on_terminal: bool) -> bool {
    match format {
        LogFormat::Auto => on_terminal,
        LogFormat::Pretty => true,
        LogFormat::Json => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_get_text_and_machines_get_json() {
        assert!(is_for_people(LogFormat::Auto, true));
        assert!(!is_for_people(LogFormat::Auto, false));
        assert!(is_for_people(LogFormat::Pretty, false));
        assert!(!is_for_people(LogFormat::Json, true));
    }
}
