//! The crate from outside: sessions fed by hand, with a clock of their own.

#![expect(clippy::unwrap_used, reason = "tests may panic")]

mod abuse;
mod codec;
mod engine3;
mod heartbeat;
mod namespaces;
mod polling;
mod properties;
mod support;
mod upgrade;
mod websocket;
