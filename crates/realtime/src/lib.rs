//! The live part: presentations that operators step through while everybody else follows.
//!
//! - [`Live`] has the use cases, each once for REST and for sockets (`presenting`, `recording`).
//! - [`Client`] is one connected client, whatever protocol it speaks.
//! - [`Hub`] and [`Worker`] carry what is published to the clients of each thread.
//! - [`Broker`] is the way between servers; the relay carries what it tells to the rooms in order.
//!
//! **Architecture invariant:** the database is the truth. An entry is in the log before anybody is
//! told, and nobody relies on a notice arriving.

mod alarm;
mod attendance;
mod broker;
mod client;
mod clock_steps;
mod close;
mod edits;
mod error;
mod gathering;
mod hub;
mod live;
mod message;
mod presence;
mod presenting;
mod quotas;
mod recording;
mod relay;
mod resetting;
mod resumption;
mod seat;
mod timekeeper;
mod waiting;
mod worker;

pub use alarm::Alarm;
pub use broker::{Broker, Heard, Later, LocalBroker, Notice, Subscription};
pub use client::{Client, Resume};
pub use close::Close;
pub use error::{EventError, LiveError};
pub use hub::{Hub, Part, Publication, Revocation, Subscriber};
pub use live::{Live, RecordingSettings, Settings};
pub use message::{Message, NAMESPACE};
pub use presenting::Reopen;
pub use quotas::QuotaSettings;
pub use recording::{Giving, RecordingCounts};
pub use seat::ConnectionHandle;
pub use worker::Worker;
