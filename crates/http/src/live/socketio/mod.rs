//! Socket.IO at `/socket.io/`: long polling, upgrade and websocket.
//!
//! A session has a home, the thread where it began: there its one task carries out its events, in
//! order, and has its websocket. Polls come in on any thread, and reach it through its [`Member`].

mod connect;
mod home;
mod member;
mod polling;
mod registry;
mod seat;

pub(super) use home::{Handshake, adopt, begin};
pub(super) use member::Member;
pub(super) use polling::{Refusal, configure};
pub(super) use registry::Registry;

/// The one namespace.
const NAMESPACE: &str = estrad_realtime::NAMESPACE;
