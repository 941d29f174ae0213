//! Engine.IO 3 as bytes: kind (0 text, 1 binary), the digits of the length as one byte each, 255,
//! and the packet. Text begins with the packet type's digit, binary with the type as a number.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use engineioxide_core::{Packet, ProtocolVersion};

use super::PayloadError;
use crate::wire::Wire;

const TEXT: u8 = 0;
const BINARY: u8 = 1;
const END_OF_LENGTH: u8 = 255;

/// The type of messages, the only ones that can be binary.
const MESSAGE: u8 = 4;

#[derive(Debug)]
pub(super) struct Reader(Bytes);

impl Reader {
    pub(super) fn new(body: Bytes) -> Self {
        Self(body)
    }

    fn read(&mut self) -> Result<Packet, PayloadError> {
        let kind = self.byte()?;
        let mut length = 0usize;
        loop {
            match self.byte()? {
                END_OF_LENGTH => break,
                digit @ 0..=9 => {
                    let tens = length.checked_mul(10).ok_or(PayloadError::Length)?;
                    length = tens.checked_add(digit.into()).ok_or(PayloadError::Length)?;
                }
                _ => return Err(PayloadError::Length),
            }
        }
        if length == 0 || length > self.0.len() {
            return Err(PayloadError::Length);
        }
        let mut data = self.0.split_to(length);
        match kind {
            TEXT => super::packet(ProtocolVersion::V3, super::text(data)?),
            BINARY if data.get_u8() == MESSAGE => Ok(Packet::BinaryV3(data)),
            _ => Err(PayloadError::Packet),
        }
    }

    fn byte(&mut self) -> Result<u8, PayloadError> {
        self.0.try_get_u8().map_err(|_| PayloadError::Length)
    }
}

impl Iterator for Reader {
    type Item = Result<Packet, PayloadError>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.0.is_empty()).then(|| self.read())
    }
}

#[derive(Debug, Default)]
pub(crate) struct Writer(BytesMut);

impl Writer {
    pub(super) fn push(&mut self, wire: &Wire) {
        match wire {
            Wire::Text(text) => self.write(TEXT, text.as_bytes()),
            Wire::Binary(data) => self.write(BINARY, &data.typed()),
        }
    }

    fn write(&mut self, kind: u8, packet: &[u8]) {
        self.0.put_u8(kind);
        self.0.extend(packet.len().to_string().bytes().map(|digit| digit - b'0'));
        self.0.put_u8(END_OF_LENGTH);
        self.0.put_slice(packet);
    }

    pub(super) fn finish(self) -> Bytes {
        self.0.freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{Encoding, decode};
    use crate::wire::Attachment;

    fn read(body: &[u8]) -> Result<Vec<Packet>, PayloadError> {
        decode(ProtocolVersion::V3, Encoding::Binary, Bytes::copy_from_slice(body), 3)
    }

    #[test]
    fn writes_and_reads() {
        let mut writer = Writer::default();
        writer.push(&Wire::Text("4é".into()));
        writer.push(&Wire::Binary(Attachment::new(Bytes::from(vec![7; 11]))));
        let body = writer.finish();
        assert_eq!(&body[..6], [0, 3, 255, b'4', 0xc3, 0xa9]);
        assert_eq!(&body[6..12], [1, 1, 2, 255, 4, 7]);
        assert_eq!(
            read(&body).unwrap(),
            [Packet::Message("é".into()), Packet::BinaryV3(Bytes::from(vec![7; 11]))]
        );
    }

    #[test]
    fn refuses_garbage() {
        for body in [
            &[][..],
            &[0],
            &[0, 255],
            &[0, 0, 255, b'2'],
            &[0, 2, 255, b'2'],
            &[0, 10, 255, b'2'],
            &[2, 1, 255, b'2'],
            &[1, 1, 255, 2],
            &[0, 1, 255, 0xff],
            &[0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 255, b'2'],
        ] {
            assert!(read(body).is_err(), "{body:?}");
        }
    }
}
