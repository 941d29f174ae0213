//! Puts packets and the attachments that follow them together.

use bytes::Bytes;

use super::{Body, DecodeError, Decoded, Packet, decode};
use crate::config::Config;

/// The packet whose attachments are still to come. Holds at most one, bounded by the limits of one
/// payload and of the attachments.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    partial: Option<Partial>,
}

#[derive(Debug)]
struct Partial {
    packet: Packet,
    missing: usize,
    bytes: usize,
    attachments: Vec<Bytes>,
}

impl Assembler {
    /// Takes the text of a packet; gives the packet if it is complete.
    pub(crate) fn text(
        &mut self,
        text: &str,
        config: &Config,
    ) -> Result<Option<Packet>, DecodeError> {
        if self.partial.is_some() {
            return Err(DecodeError::Order);
        }
        let Decoded { packet, attachments } = decode(text, config.max_attachments, config.json)?;
        if attachments == 0 {
            return Ok(Some(packet));
        }
        let collected = Vec::with_capacity(attachments);
        self.partial =
            Some(Partial { packet, missing: attachments, bytes: 0, attachments: collected });
        Ok(None)
    }

    /// Takes an attachment; gives the packet if this was its last.
    pub(crate) fn binary(
        &mut self,
        data: Bytes,
        config: &Config,
    ) -> Result<Option<Packet>, DecodeError> {
        let partial = self.partial.as_mut().ok_or(DecodeError::Order)?;
        partial.bytes = partial.bytes.saturating_add(data.len());
        if partial.bytes > config.max_attachment_bytes {
            return Err(DecodeError::TooManyAttachments);
        }
        partial.attachments.push(data);
        partial.missing = partial.missing.saturating_sub(1);
        if partial.missing > 0 {
            return Ok(None);
        }
        Ok(self.partial.take().map(Partial::finish))
    }
}

impl Partial {
    fn finish(mut self) -> Packet {
        match &mut self.packet.body {
            Body::Event { args, .. } | Body::Ack { args, .. } => {
                args.attachments = self.attachments;
            }
            Body::Connect { .. } | Body::Disconnect | Body::Unreadable { .. } => {}
        }
        self.packet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"52-["e",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;

    #[test]
    fn attachments_come_right_after_their_packet() {
        let config = Config::default();
        let mut assembler = Assembler::default();
        assert_eq!(assembler.text(TWO, &config), Ok(None));
        assert_eq!(assembler.binary(Bytes::from_static(b"a"), &config), Ok(None));
        let packet = assembler.binary(Bytes::from_static(b"b"), &config).unwrap().unwrap();
        let Body::Event { args, .. } = packet.body else { panic!("an event") };
        assert_eq!(args.attachments, ["a", "b"]);
        assert_eq!(assembler.binary(Bytes::new(), &config), Err(DecodeError::Order));
    }

    #[test]
    fn text_in_between_and_too_many_bytes_are_refused() {
        let config = Config { max_attachment_bytes: 3, ..Config::default() };
        let mut assembler = Assembler::default();
        assert_eq!(assembler.text(TWO, &config), Ok(None));
        assert_eq!(assembler.text("1", &config), Err(DecodeError::Order));
        assert_eq!(assembler.binary(Bytes::from_static(b"ab"), &config), Ok(None));
        assert_eq!(
            assembler.binary(Bytes::from_static(b"ab"), &config),
            Err(DecodeError::TooManyAttachments)
        );
    }
}
