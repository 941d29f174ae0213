//! The log: where its lines go and what they look like.

use std::io::{self, IsTerminal as _};

use thiserror::Error;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

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
}

/// Starts the log of this process, on the standard error: the standard output belongs to what
/// commands print.
///
/// # Errors
/// [`TelemetryError::Started`] when it is called twice.
pub fn init(config: &LogConfig) -> Result<(), TelemetryError> {
    let on_terminal = io::stderr().is_terminal();
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&config.filter)?)
        .with_writer(io::stderr);
    if is_for_people(config.format, on_terminal) {
        log.with_ansi(on_terminal).finish().try_init()?;
    } else {
        log.json().flatten_event(true).with_ansi(false).finish().try_init()?;
    }
    Ok(())
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
