//! The bodies of long polling: several packets in one.
//!
//! Engine.IO 4: <https://socket.io/docs/v4/engine-io-protocol/#http-long-polling-1>; Engine.IO 3:
//! <https://github.com/socketio/engine.io-protocol/tree/v3#payload>. The codec crate has both as
//! asynchronous streams over a body; here a body is whole and bounded, and read at once.

mod v3_binary;
mod v3_text;
mod v4;

use bytes::Bytes;
use engineioxide_core::{Packet, ProtocolVersion, Str};

use crate::wire::Wire;

/// Why a body is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Not UTF-8 where it must be.
    #[error("invalid UTF-8")]
    Utf8,
    /// A length that is missing, zero, or reaches beyond the end.
    #[error("invalid length")]
    Length,
    /// Not a packet.
    #[error("invalid packet")]
    Packet,
    /// More packets than allowed.
    #[error("too many packets")]
    TooMany,
}

/// The two ways in which Engine.IO 3 puts packets into a body. Engine.IO 4 has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Text, with binary data in base64.
    Text,
    /// Bytes (`application/octet-stream`).
    Binary,
}

impl Encoding {
    /// The one that a body with that content type is in.
    pub fn of_content_type(content_type: &str) -> Self {
        match content_type.split(';').next().map(str::trim) {
            Some("application/octet-stream") => Self::Binary,
            _ => Self::Text,
        }
    }

    /// The content type of a body in this encoding.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; charset=UTF-8",
            Self::Binary => "application/octet-stream",
        }
    }
}

/// Reads all packets of a body of at most `max_packets`.
///
/// # Errors
/// If any part can't be read: then none of it counts.
pub fn decode(
    protocol: ProtocolVersion,
    encoding: Encoding,
    body: Bytes,
    max_packets: usize,
) -> Result<Vec<Packet>, PayloadError> {
    let packets: &mut dyn Iterator<Item = Result<Packet, PayloadError>> = match (protocol, encoding)
    {
        (ProtocolVersion::V3, Encoding::Binary) => &mut v3_binary::Reader::new(body),
        (ProtocolVersion::V3, Encoding::Text) => &mut v3_text::Reader::new(text(body)?),
        (ProtocolVersion::V4, _) => &mut v4::Reader::new(text(body)?),
    };
    let mut all = Vec::new();
    for packet in packets {
        if all.len() == max_packets {
            return Err(PayloadError::TooMany);
        }
        all.push(packet?);
    }
    if all.is_empty() { Err(PayloadError::Length) } else { Ok(all) }
}

fn text(body: Bytes) -> Result<Str, PayloadError> {
    String::from_utf8(body.into()).map(Str::from).map_err(|_| PayloadError::Utf8)
}

fn packet(protocol: ProtocolVersion, text: Str) -> Result<Packet, PayloadError> {
    Packet::parse(protocol, text).map_err(|_| PayloadError::Packet)
}

/// Collects packets for one answer to a poll.
#[derive(Debug)]
pub(crate) enum Writer {
    V4(v4::Writer),
    V3Text(v3_text::Writer),
    V3Binary(v3_binary::Writer),
}

impl Writer {
    /// For a client of that protocol; `binary` if Engine.IO 3 is to send bytes as they are.
    pub(crate) fn new(protocol: ProtocolVersion, binary: bool) -> Self {
        match (protocol, binary) {
            (ProtocolVersion::V4, _) => Self::V4(v4::Writer::default()),
            (ProtocolVersion::V3, false) => Self::V3Text(v3_text::Writer::default()),
            (ProtocolVersion::V3, true) => Self::V3Binary(v3_binary::Writer::default()),
        }
    }

    /// Bytes that the packet would add, at most.
    pub(crate) fn size(&self, wire: &Wire) -> usize {
        /// Separator, digits of a length, letters before base64.
        const FRAMING: usize = 16;
        FRAMING
            + match (self, wire) {
                (_, Wire::Text(text)) => text.len(),
                (Self::V3Binary(_), Wire::Binary(data)) => data.typed().len(),
                (_, Wire::Binary(data)) => data.base64().len(),
            }
    }

    pub(crate) fn push(&mut self, wire: &Wire) {
        match self {
            Self::V4(writer) => writer.push(wire),
            Self::V3Text(writer) => writer.push(wire),
            Self::V3Binary(writer) => writer.push(wire),
        }
    }

    pub(crate) fn finish(self) -> (Encoding, Bytes) {
        match self {
            Self::V4(writer) => (Encoding::Text, writer.finish()),
            Self::V3Text(writer) => (Encoding::Text, writer.finish()),
            Self::V3Binary(writer) => (Encoding::Binary, writer.finish()),
        }
    }
}
