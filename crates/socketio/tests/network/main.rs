//! The conformance server over real connections: what the public suites of Engine.IO 4 and Socket.IO
//! 5 expect (<https://github.com/socketio/engine.io-protocol>,
//! <https://github.com/socketio/socket.io-protocol>), and clients that misbehave next to others.

#![expect(clippy::unwrap_used, reason = "tests may panic")]

#[path = "../../examples/socketio-conformance/server/mod.rs"]
mod server;

mod abuse;
mod engine;
mod socketio;
mod support;
