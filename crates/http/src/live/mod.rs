//! Live connections: Socket.IO at `/socket.io/` and plain websockets at `/ws`.
//!
//! What happens in a presentation is the business of `estrad_realtime`. Here is how its messages
//! travel, and who is let in: a connection's task is on one thread, with what it needs; messages reach
//! it there without a queue between, and those of one moment leave with one call.

mod bucket;
mod credentials;
mod gate;
mod last_word;
mod metrics;
mod origin;
mod plain;
mod reply;
mod settings;
mod shared;
mod socketio;
mod upgrade;
mod websocket;
mod worker;

pub(crate) use metrics::LiveMetrics;
pub use settings::LiveSettings;
pub(crate) use shared::LiveShared;
pub(crate) use upgrade::UpgradeServiceFactory;
pub(crate) use worker::LiveWorker;

/// Adds the routes of long polling.
pub(crate) fn configure(config: &mut actix_web::web::ServiceConfig) {
    socketio::configure(config);
}
