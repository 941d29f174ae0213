//! Socket.IO packets: `<type>[<attachments>-][<namespace>,][<ack id>][JSON]`
//! (<https://socket.io/docs/v4/socket-io-protocol/#packet-encoding>).

mod assemble;
mod decode;
mod encode;
mod json;
mod outline;
mod placeholder;

use bytes::Bytes;
use serde_json::{Map, Value};

pub(crate) use assemble::Assembler;
pub use decode::{Decoded, decode};
pub use encode::EncodeError;
pub(crate) use encode::{connect, connect_error, disconnect, event, reply};

/// The number by which an acknowledgement finds its event: unsigned, and a number that JavaScript
/// can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AckId(u64);

impl AckId {
    /// JavaScript's `Number.MAX_SAFE_INTEGER`.
    const MAX: u64 = (1 << 53) - 1;

    /// The id of that number, if JavaScript can hold it exactly.
    pub fn new(number: u64) -> Option<Self> {
        (number <= Self::MAX).then_some(Self(number))
    }

    /// The number on the wire.
    pub fn get(self) -> u64 {
        self.0
    }
}

/// Arguments of an event or an acknowledgement. Where a value is binary, the JSON has a placeholder
/// `{"_placeholder":true,"num":n}`, and the bytes are the `n`th attachment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Args {
    /// The values in order.
    pub values: Vec<Value>,
    /// The binary parts, each named by exactly one placeholder in the values.
    pub attachments: Vec<Bytes>,
}

impl From<Vec<Value>> for Args {
    fn from(values: Vec<Value>) -> Self {
        Self { values, attachments: Vec::new() }
    }
}

/// A packet from a client.
#[derive(Debug, Clone, PartialEq)]
pub struct Packet {
    /// Its namespace, beginning with `/`, without query.
    pub namespace: String,
    /// What it says.
    pub body: Body,
}

/// What a packet from a client says.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// The client wants to join the namespace.
    Connect {
        /// The payload, from clients of Socket.IO 5.
        auth: Option<Map<String, Value>>,
        /// The part of the namespace after `?`, from clients of Socket.IO 4.
        query: Option<String>,
    },
    /// The client leaves the namespace.
    Disconnect,
    /// An event.
    Event {
        /// Its name.
        name: String,
        /// What comes after the name.
        args: Args,
        /// Present if the client wants an acknowledgement.
        ack: Option<AckId>,
    },
    /// An event whose arguments are JSON that is not taken: deeper or with more values than allowed, or
    /// with half a surrogate pair in an escape.
    Unreadable {
        /// Its name, where that can be read.
        name: Option<String>,
        /// Present if the client wants an acknowledgement.
        ack: Option<AckId>,
    },
    /// The acknowledgement of an event of ours.
    Ack {
        /// Which event.
        id: AckId,
        /// What it answers.
        args: Args,
    },
}

/// Why a packet from a client is refused. Its session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not a packet type that clients send.
    #[error("unknown packet type")]
    Type,
    /// The number of attachments is missing or no number.
    #[error("invalid number of attachments")]
    AttachmentCount,
    /// More attachments, or more bytes in them, than allowed.
    #[error("too many or too large attachments")]
    TooManyAttachments,
    /// The acknowledgement id is missing or too large.
    #[error("invalid acknowledgement id")]
    AckId,
    /// The namespace is too long.
    #[error("invalid namespace")]
    Namespace,
    /// The payload is not the JSON that this type has.
    #[error("invalid payload")]
    Payload,
    /// The payload has more depth or more values than allowed.
    #[error("too deep or too many values")]
    Json,
    /// The placeholders don't name each attachment once.
    #[error("placeholders and attachments differ")]
    Placeholder,
    /// Text where an attachment was due, or an attachment where none was.
    #[error("unexpected packet order")]
    Order,
}
