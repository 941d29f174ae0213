//! What leaves: packets in the forms that the transports share, made once however many sessions
//! send them.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{BufMut, Bytes, BytesMut};
use engineioxide_core::Str;

use crate::packet::{self, Args, EncodeError};
use crate::request::ProtocolVersion;

/// One websocket message.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// Text.
    Text(Str),
    /// Binary.
    Binary(Bytes),
}

impl Frame {
    /// Its bytes, without the framing of the websocket.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(data) => data.len(),
        }
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One Engine.IO packet on its way out. Clones share the bytes.
#[derive(Debug, Clone)]
pub(crate) enum Wire {
    /// The packet's text, type included: the same on all transports.
    Text(Str),
    /// A binary message.
    Binary(Attachment),
}

impl Wire {
    /// The bytes that it holds in a queue, with what the queue itself needs.
    pub(crate) fn cost(&self) -> usize {
        const OVERHEAD: usize = 64;
        OVERHEAD
            + match self {
                Self::Text(text) => text.len(),
                Self::Binary(attachment) => attachment.0.raw.len(),
            }
    }

    /// The websocket message that carries it; `base64` for Engine.IO 3 clients that take text only.
    pub(crate) fn frame(&self, protocol: ProtocolVersion, base64: bool) -> Frame {
        match (self, protocol) {
            (Self::Text(text), _) => Frame::Text(text.clone()),
            (Self::Binary(attachment), ProtocolVersion::V4) => {
                Frame::Binary(attachment.0.raw.clone())
            }
            (Self::Binary(attachment), ProtocolVersion::V3) if base64 => {
                Frame::Text(format!("b4{}", attachment.base64()).into())
            }
            (Self::Binary(attachment), ProtocolVersion::V3) => Frame::Binary(attachment.typed()),
        }
    }
}

/// Binary data with its other forms, each made when first asked for.
#[derive(Debug, Clone)]
pub(crate) struct Attachment(Arc<Forms>);

#[derive(Debug)]
struct Forms {
    raw: Bytes,
    typed: OnceLock<Bytes>,
    base64: OnceLock<String>,
}

impl Attachment {
    pub(crate) fn new(raw: Bytes) -> Self {
        Self(Arc::new(Forms { raw, typed: OnceLock::new(), base64: OnceLock::new() }))
    }

    /// The bytes after the type byte of a message: how Engine.IO 3 sends it where it can be binary.
    pub(crate) fn typed(&self) -> Bytes {
        let make = || {
            let mut typed = BytesMut::with_capacity(self.0.raw.len() + 1);
            typed.put_u8(4);
            typed.put_slice(&self.0.raw);
            typed.freeze()
        };
        self.0.typed.get_or_init(make).clone()
    }

    /// The bytes in base64, without the letters that go before it.
    pub(crate) fn base64(&self) -> &str {
        self.0.base64.get_or_init(|| STANDARD.encode(&self.0.raw))
    }
}

/// An event that is encoded once for all sessions of a namespace, of either protocol and on either
/// transport. Clones share everything.
#[derive(Debug, Clone)]
pub struct Prepared {
    namespace: Arc<str>,
    packets: Arc<[Wire]>,
}

impl Prepared {
    /// Encodes an event.
    ///
    /// # Errors
    /// If the placeholders in the arguments don't name each attachment once.
    pub fn event(namespace: &str, name: &str, args: &Args) -> Result<Self, EncodeError> {
        let text = packet::event(namespace, name, args, None)?;
        Ok(Self { namespace: namespace.into(), packets: message(&text, args).into() })
    }

    /// The namespace that it is for.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    pub(crate) fn packets(&self) -> &[Wire] {
        &self.packets
    }
}

/// The Engine.IO packets of a Socket.IO packet and its attachments.
pub(crate) fn message(text: &str, args: &Args) -> Vec<Wire> {
    let head = Wire::Text(Str::from(format!("4{text}")));
    let tail = args.attachments.iter().cloned().map(Attachment::new).map(Wire::Binary);
    std::iter::once(head).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_encoding_serves_all() {
        let args = Args {
            values: vec![json!({"_placeholder": true, "num": 0})],
            attachments: vec![Bytes::from_static(&[1, 2])],
        };
        let prepared = Prepared::event("/", "e", &args).unwrap();
        let clone = prepared.clone();
        let ends = |prepared: &Prepared| {
            let frames = |protocol| prepared.packets()[1].frame(protocol, false);
            (frames(ProtocolVersion::V3), frames(ProtocolVersion::V4))
        };
        assert_eq!(
            ends(&prepared),
            (
                Frame::Binary(Bytes::from_static(&[4, 1, 2])),
                Frame::Binary(Bytes::from_static(&[1, 2]))
            )
        );
        let (Frame::Binary(one), Frame::Binary(other)) = (ends(&prepared).0, ends(&clone).0) else {
            panic!("binary")
        };
        assert_eq!(one.as_ptr(), other.as_ptr(), "shared, not encoded again");
    }
}
