//! What ends a measurement before its end. There is no number then.

use std::io;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("{0}")]
    Usage(&'static str),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("REST: {0}")]
    Rest(#[from] reqwest::Error),
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("zip: {0}")]
    Zip(#[from] zip::result::ZipError),
    #[error("{0} answered {1}: {2}")]
    Status(String, u16, String),
    #[error("the server has no {0}")]
    Missing(&'static str),
    #[error("the server did not let a client in: {0}")]
    Refused(String),
    #[error("the server closed a connection{}", .0.map(|code| format!(" with code {code}")).unwrap_or_default())]
    Closed(Option<u16>),
    #[error("what came is no frame of a server: {0}")]
    Frame(&'static str),
    #[error("nothing more came: {received} of {expected} deliveries of the broadcasts under way")]
    Stalled { received: usize, expected: usize },
    #[error("nothing more came: {answered} of {sent} answers were acknowledged or refused")]
    Unanswered { answered: usize, sent: usize },
    #[error("process {0} has no readable {1} in /proc")]
    Process(String, &'static str),
    #[error("a client failed: {0}")]
    Client(String),
}
