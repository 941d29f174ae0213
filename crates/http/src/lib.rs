//! Everything that speaks HTTP: the REST routes, their documentation and its browser, health and
//! metrics, and the [`live`] connections.
//!
//! A request passes the [`layers`], is [matched](routes), its caller is [let in](access) by the
//! policy table, its body and query are [read](input) with an answer for every field at fault, and
//! whatever goes wrong leaves as a [`problem`].
//!
//! **Architecture invariant:** only this crate and the server name actix.

mod access;
mod app;
mod auditing;
mod blocking;
mod browser;
mod client_address;
mod confirming;
mod connection;
mod editing;
mod finishing;
mod input;
mod layers;
mod live;
mod metrics;
mod openapi;
mod paging;
mod problem;
mod reading;
mod revision;
mod routes;
mod server;
mod shown;
mod unmatched;
mod waiting;

pub use app::{App, MetricsAccess, Settings};
pub use connection::ConnectionSettings;
pub use live::LiveSettings;
pub use openapi::{document, document_json};
pub use problem::ErrorWord;
pub use server::{Server, ServerHandle, listen};
pub use waiting::Waiting;
