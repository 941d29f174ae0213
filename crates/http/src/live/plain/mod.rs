//! The plain protocol at `/ws`: one JSON text per message, `{"event": "...", "data": {...}, "id": n?}`
//! in both directions. A message with an `id` is answered with
//! `{"event": "ack", "id": n, "data": {"ok": true, ...}}`, or `{"ok": false, "error": {...}}`.

mod answer;
mod connection;
mod outlet;
mod session;
mod written;

pub(super) use connection::serve;
