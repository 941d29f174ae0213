//! Engine.IO 4: packets joined by the record separator, binary data in base64 after a `b`.

use bytes::Bytes;
use engineioxide_core::{Packet, ProtocolVersion, Str};

use super::PayloadError;
use crate::wire::Wire;

const SEPARATOR: char = '\u{1e}';

#[derive(Debug)]
pub(super) struct Reader {
    text: Str,
    /// Where the next packet begins; none after the last.
    at: Option<usize>,
}

impl Reader {
    pub(super) fn new(text: Str) -> Self {
        Self { text, at: Some(0) }
    }
}

impl Iterator for Reader {
    type Item = Result<Packet, PayloadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at?;
        let rest = self.text.as_str().get(start..).unwrap_or_default();
        let end = rest.find(SEPARATOR).map(|length| start + length);
        self.at = end.map(|end| end + SEPARATOR.len_utf8());
        let part = self.text.slice(start..end.unwrap_or(self.text.len()));
        Some(super::packet(ProtocolVersion::V4, part))
    }
}

/// Begins with the text of its first packet as it is: the usual answer has no other, and then
/// nothing is copied.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    first: Option<Str>,
    body: String,
}

impl Writer {
    pub(super) fn push(&mut self, wire: &Wire) {
        match (&self.first, wire) {
            (None, Wire::Text(text)) if self.body.is_empty() => {
                self.first = Some(text.clone());
                return;
            }
            _ => {}
        }
        if let Some(first) = self.first.take() {
            self.body.push_str(&first);
        }
        if !self.body.is_empty() {
            self.body.push(SEPARATOR);
        }
        match wire {
            Wire::Text(text) => self.body.push_str(text),
            Wire::Binary(data) => {
                self.body.push('b');
                self.body.push_str(data.base64());
            }
        }
    }

    pub(super) fn finish(self) -> Bytes {
        self.first.map_or_else(|| self.body.into(), Bytes::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{Encoding, decode};
    use crate::wire::Attachment;

    fn read(body: &[u8]) -> Result<Vec<Packet>, PayloadError> {
        decode(ProtocolVersion::V4, Encoding::Text, Bytes::copy_from_slice(body), 3)
    }

    #[test]
    fn reads_text_and_binary() {
        assert_eq!(
            read(b"4hello\x1ebAQIDBA==\x1e3").unwrap(),
            [
                Packet::Message("hello".into()),
                Packet::Binary(Bytes::from_static(&[1, 2, 3, 4])),
                Packet::Pong
            ]
        );
    }

    #[test]
    fn refuses_garbage() {
        for (body, error) in [
            (&b""[..], PayloadError::Packet),
            (b"abc", PayloadError::Packet),
            (b"4a\x1e", PayloadError::Packet),
            (b"\x1e4a", PayloadError::Packet),
            (b"b!", PayloadError::Packet),
            (b"4\xff", PayloadError::Utf8),
            (b"4\x1e4\x1e4\x1e4", PayloadError::TooMany),
        ] {
            assert_eq!(read(body), Err(error), "{body:?}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        let mut writer = Writer::default();
        for wire in [
            Wire::Text("4a".into()),
            Wire::Binary(Attachment::new(Bytes::from_static(&[1, 2, 3, 4]))),
            Wire::Text("4é".into()),
        ] {
            writer.push(&wire);
        }
        assert_eq!(writer.finish(), "4a\u{1e}bAQIDBA==\u{1e}4é");
    }
}
