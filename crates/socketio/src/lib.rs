//! Engine.IO 3 and 4 and Socket.IO 4 and 5 for servers, as a state machine without input or output:
//! bytes and the time go in, bytes and events come out. What the events mean, who may join and how
//! bytes travel is for others to say.
//!
//! - [`Query`] reads a request's query; [`RequestError`] has the refusals, with status and body.
//! - [`Session`] is one client, on whatever transport.
//! - [`Prepared`] is an event that is encoded once for any number of sessions.
//! - [`Config`] bounds all that a client could make grow.
//!
//! Packets of Engine.IO are coded by `engineioxide-core`, ours of Socket.IO by
//! `socketioxide-parser-common`; what clients send is read here, more strictly, in [`packet`] and
//! [`payload`].
//!
//! A transport gives a session what arrived and the time. After each input it handles the events
//! until there are none, asks each open poll ([`Session::poll_take`]) and websocket
//! ([`Session::websocket_next`]) for what to send, and calls [`Session::tick`] no later than
//! [`Session::deadline`]. Packets are read when their event is asked for: the application decides
//! about a CONNECT before the packets behind it are looked at.
//!
//! ```
//! use std::{sync::Arc, time::Instant};
//! use estrad_socketio::{Args, Config, Event, Output, Prepared, ProtocolVersion, Session, Sid};
//!
//! let (config, now) = (Arc::new(Config::default()), Instant::now());
//! let (mut session, socket) = Session::websocket(config, ProtocolVersion::V4, Sid::new(), now);
//! for text in ["40", r#"421["hello",{"a":1}]"#] {
//!     session.websocket_frame(socket, estrad_socketio::Frame::Text(text.into()), now);
//!     while let Some(event) = session.next_event() {
//!         match event {
//!             Event::Connect { namespace, .. } => session.accept(&namespace, "id")?,
//!             Event::Event { namespace, args, ack: Some(id), .. } => {
//!                 session.acknowledge(&namespace, id, &args)?;
//!                 session.emit(&Prepared::event(&namespace, "news", &Args::default())?)?;
//!             }
//!             _ => {}
//!         }
//!     }
//! }
//! let mut sent = 0;
//! while let Output::Send(_frame) = session.websocket_next(socket) {
//!     sent += 1;
//! }
//! assert_eq!(sent, 4); // handshake, CONNECT, acknowledgement, event
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
pub use request::{Dialect, ProtocolVersion, Query, RequestError, Sid, Target, TransportType};
pub use session::{Event, Output, PollAnswer, SendError, Session, Ticket};
pub use wire::{Frame, Prepared};
