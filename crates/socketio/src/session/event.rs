//! What a session tells the application.

use serde_json::{Map, Value};

use crate::packet::{AckId, Args};
use crate::reason::CloseReason;

/// Something that happened in a session, in the order in which it did.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The client wants to join a namespace that exists. The application answers with
    /// [`Session::accept`](crate::Session::accept) or [`Session::refuse`](crate::Session::refuse)
    /// before it asks for the next event: until then the client is not in, and what it sends there
    /// is dropped.
    Connect {
        /// The namespace.
        namespace: String,
        /// The payload of its CONNECT (Socket.IO 5).
        auth: Option<Map<String, Value>>,
        /// The query of the namespace (Socket.IO 4).
        query: Option<String>,
    },
    /// The client emitted an event.
    Event {
        /// The namespace, which the client has joined.
        namespace: String,
        /// The event's name.
        name: String,
        /// Its arguments.
        args: Args,
        /// To be given to [`Session::acknowledge`](crate::Session::acknowledge), if present.
        ack: Option<AckId>,
    },
    /// The client emitted an event whose arguments are not taken: they are JSON, but deeper or with more
    /// values than allowed, or with half a surrogate pair in an escape.
    Unreadable {
        /// The namespace, which the client has joined.
        namespace: String,
        /// The event's name, where that can be read.
        name: Option<String>,
        /// To be given to [`Session::acknowledge`](crate::Session::acknowledge), if present.
        ack: Option<AckId>,
    },
    /// The client acknowledged an event of ours, for the first time.
    Ack {
        /// The namespace.
        namespace: String,
        /// What [`Session::emit_with_ack`](crate::Session::emit_with_ack) returned.
        id: AckId,
        /// The answer.
        args: Args,
    },
    /// The client is no longer in a namespace that it had joined.
    Disconnect {
        /// The namespace.
        namespace: String,
        /// Why.
        reason: CloseReason,
    },
    /// The session is over, after a `Disconnect` for each of its namespaces. The last event.
    Closed {
        /// Why.
        reason: CloseReason,
    },
}
