//! TCP connections before and between their HTTP requests: how many there may be, and how long each
//! may take for what actix has no timer for (the head of a second request, the rest of a refused body,
//! an answer that nobody reads).

mod answer_body;
mod limits;
mod metrics;
mod phase;
mod refuse;
mod request_body;
mod stream;

pub(crate) use answer_body::AnswerBody;
pub use limits::ConnectionSettings;
pub(crate) use limits::{Connections, Slot};
pub(crate) use metrics::ConnectionMetrics;
pub(crate) use phase::Phase;
pub(crate) use refuse::refuse;
pub(crate) use request_body::RequestBody;
pub(crate) use stream::HttpStream;
