//! Engine.IO 3 and 4 and Socket.IO 4 and 5 for servers, as a state machine without input or output:
//! bytes and the time go in, bytes and events come out. What the events mean, who may join and how
//! bytes travel is for others to say.
//!
//! - [`Query`] reads a request's query; [`RequestError`] has the refusals, with status and body.
//! - [`Session`] is one client. Its module says how a transport drives it.
//! - [`Prepared`] is an event that is encoded once for any number of sessions.
//! - [`Config`] bounds all that a client could make grow.
//!
//! Packets of Engine.IO are coded by `engineioxide-core`, ours of Socket.IO by
//! `socketioxide-parser-common`; what clients send is read here, more strictly, in [`packet`] and
//! [`payload`].

mod config;
mod heartbeat;
mod outbox;
pub mod packet;
pub mod payload;
mod reason;
mod request;
mod session;
mod wire;

pub use config::{Config, JsonLimits};
pub use engineioxide_core::Str;
pub use packet::{AckId, Args};
pub use reason::CloseReason;
pub use request::{ProtocolVersion, Query, RequestError, Sid, Target, TransportType};
pub use session::{Event, Output, PollAnswer, SendError, Session, Ticket};
pub use wire::{Frame, Prepared};
