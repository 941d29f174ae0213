//! WebSocket frames: found in what a server sent, and made for what a client sends.
//!
//! Only what a load generator meets: no extensions are offered, so payloads are as they were sent,
//! and a continuation is given as a frame of its own.

use crate::error::LoadError;

pub(crate) const TEXT: u8 = 0x1;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xA;

/// A frame of a server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) opcode: u8,
    pub(crate) payload: &'a [u8],
    /// With its head, in bytes: where the next one begins.
    pub(crate) length: usize,
}

/// The first frame, or none if it is not all there yet.
pub(crate) fn first(bytes: &[u8]) -> Result<Option<Frame<'_>>, LoadError> {
    let [head, length, ..] = *bytes else { return Ok(None) };
    if head & 0x70 != 0 {
        return Err(LoadError::Frame("an extension is used"));
    }
    let (start, length) = match length {
        length @ ..126 => (2, usize::from(length)),
        126 => match bytes.get(2..4).and_then(|bytes| bytes.try_into().ok()) {
            Some(length) => (4, usize::from(u16::from_be_bytes(length))),
            None => return Ok(None),
        },
        127 => match bytes.get(2..10).and_then(|bytes| bytes.try_into().ok()) {
            Some(length) => match usize::try_from(u64::from_be_bytes(length)) {
                // A length near the top of the address space must not overflow below.
                Ok(length) if length <= usize::MAX / 2 => (10, length),
                _ => return Err(LoadError::Frame("it is too long")),
            },
            None => return Ok(None),
        },
        _ => return Err(LoadError::Frame("it is masked")),
    };
    let length = start + length;
    let opcode = head & 0x0f;
    Ok(bytes.get(start..length).map(|payload| Frame { opcode, payload, length }))
}

/// Appends a frame of a client.
///
/// Its mask is zero, so that it costs nothing here; unmasking costs the server what it always does.
pub(crate) fn push(frames: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    frames.push(0x80 | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length @ ..126), _) => frames.push(0x80 | length),
        (_, Ok(length)) => {
            frames.push(0x80 | 126);
            frames.extend(length.to_be_bytes());
        }
        _ => {
            frames.push(0x80 | 127);
            frames.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frames.extend([0; 4]);
    frames.extend(payload);
}

/// The code in the payload of a close frame.
pub(crate) fn close_code(payload: &[u8]) -> Option<u16> {
    payload.first_chunk().map(|code| u16::from_be_bytes(*code))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a server sends it: without a mask.
    fn sent(payload: &[u8]) -> Vec<u8> {
        let mut frame = Vec::new();
        push(&mut frame, TEXT, payload);
        let mask = frame.len() - payload.len() - 4;
        frame.drain(mask..mask + 4);
        frame[1] &= 0x7f;
        frame
    }

    #[test]
    fn frames_of_every_length_are_found() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536] {
            let payload = vec![b'x'; length];
            let mut bytes = sent(&payload);
            let whole = bytes.len();
            bytes.extend(b"next");
            let frame = first(&bytes).unwrap().unwrap();
            assert_eq!((frame.opcode, frame.payload.len(), frame.length), (TEXT, length, whole));
        }
    }

    #[test]
    fn a_part_of_a_frame_is_none_yet() {
        for length in [1, 300, 70_000] {
            let bytes = sent(&vec![b'x'; length]);
            for end in (0..12).chain([bytes.len() - 1]) {
                assert_eq!(first(&bytes[..end.min(bytes.len() - 1)]).unwrap(), None);
            }
        }
    }

    #[test]
    fn what_no_server_may_send_is_refused() {
        assert!(first(&[0x81, 0x80, 0, 0, 0, 0]).is_err(), "masked");
        assert!(first(&[0xc1, 0x00]).is_err(), "compressed");
        let mut endless = vec![0x82, 127];
        endless.extend([0xff; 8]);
        assert!(first(&endless).is_err());
    }

    #[test]
    fn a_close_says_why() {
        assert_eq!(close_code(&[0x03, 0xe8, b'b', b'y', b'e']), Some(1000));
        assert_eq!(close_code(&[]), None);
    }
}
