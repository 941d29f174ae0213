//! Engine.IO 3 as text: `<length>:<packet>`, the length in UTF-16 units as JavaScript counts.

use bytes::Bytes;
use engineioxide_core::{Packet, ProtocolVersion, Str};

use super::PayloadError;
use crate::wire::Wire;

#[derive(Debug)]
pub(super) struct Reader {
    text: Str,
    at: usize,
}

impl Reader {
    pub(super) fn new(text: Str) -> Self {
        Self { text, at: 0 }
    }

    fn read(&mut self) -> Result<Packet, PayloadError> {
        let rest = self.text.as_str().get(self.at..).unwrap_or_default();
        let (digits, packet) = rest.split_once(':').ok_or(PayloadError::Length)?;
        let units: usize = match digits.bytes().all(|byte| byte.is_ascii_digit()) {
            true => digits.parse().map_err(|_| PayloadError::Length)?,
            false => return Err(PayloadError::Length),
        };
        let length = utf16_prefix(packet, units).ok_or(PayloadError::Length)?;
        let start = self.at + digits.len() + 1;
        self.at = start + length;
        super::packet(ProtocolVersion::V3, self.text.slice(start..self.at))
    }
}

impl Iterator for Reader {
    type Item = Result<Packet, PayloadError>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.at < self.text.len()).then(|| self.read())
    }
}

/// The bytes of the prefix that has that many UTF-16 units; none if there is no such prefix.
fn utf16_prefix(text: &str, units: usize) -> Option<usize> {
    let (mut counted, mut bytes) = (0, 0);
    let mut chars = text.chars();
    while counted < units {
        let next = chars.next()?;
        counted += next.len_utf16();
        bytes += next.len_utf8();
    }
    (counted == units).then_some(bytes)
}

#[derive(Debug, Default)]
pub(crate) struct Writer(String);

impl Writer {
    pub(super) fn push(&mut self, wire: &Wire) {
        match wire {
            Wire::Text(text) => self.write("", text),
            Wire::Binary(data) => self.write("b4", data.base64()),
        }
    }

    fn write(&mut self, before: &str, text: &str) {
        let units = before.len() + text.chars().map(char::len_utf16).sum::<usize>();
        for part in [&units.to_string(), ":", before, text] {
            self.0.push_str(part);
        }
    }

    pub(super) fn finish(self) -> Bytes {
        self.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{Encoding, decode};

    fn read(body: &[u8]) -> Result<Vec<Packet>, PayloadError> {
        decode(ProtocolVersion::V3, Encoding::Text, Bytes::copy_from_slice(body), 3)
    }

    #[test]
    fn reads_lengths_in_utf16_units() {
        assert_eq!(
            read("6:4hello3:4😀2:4é".as_bytes()).unwrap(),
            [
                Packet::Message("hello".into()),
                Packet::Message("😀".into()),
                Packet::Message("é".into())
            ]
        );
        assert_eq!(
            read(b"10:b4AQIDBA==").unwrap(),
            [Packet::BinaryV3(Bytes::from_static(&[1, 2, 3, 4]))]
        );
    }

    #[test]
    fn refuses_garbage() {
        for body in
            ["", "abc", ":4", "0:", "2:4", "-1:4", "+1:4", "99999999999999999999:4", "2:4😀"]
        {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
        assert_eq!(read(b"1:21:21:21:2"), Err(PayloadError::TooMany));
    }

    #[test]
    fn writes_what_it_reads() {
        let mut writer = Writer::default();
        writer.push(&Wire::Text("4😀".into()));
        writer.push(&Wire::Binary(crate::wire::Attachment::new(Bytes::from_static(&[1]))));
        assert_eq!(writer.finish(), "3:4😀6:b4AQ==");
    }
}
