//! What waits for one client, bounded in bytes.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::payload::{Encoding, Writer};
use crate::request::ProtocolVersion;
use crate::wire::Wire;

/// Packets in order. Full is an answer, not a wait: a client that can't keep up is let go.
#[derive(Debug)]
pub(crate) struct Outbox {
    packets: VecDeque<Wire>,
    bytes: usize,
    limit: usize,
}

impl Outbox {
    pub(crate) fn new(limit: usize) -> Self {
        Self { packets: VecDeque::new(), bytes: 0, limit }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    /// Bytes that wait, with what the queue itself needs.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes all packets or, where there is no room for all, none. An empty outbox takes anything.
    #[must_use]
    pub(crate) fn push(&mut self, packets: &[Wire]) -> bool {
        let added: usize = packets.iter().map(Wire::cost).sum();
        if !self.is_empty() && self.bytes.saturating_add(added) > self.limit {
            return false;
        }
        self.bytes += added;
        self.packets.extend(packets.iter().cloned());
        true
    }

    pub(crate) fn pop(&mut self) -> Option<Wire> {
        let wire = self.packets.pop_front()?;
        self.bytes -= wire.cost();
        Some(wire)
    }

    pub(crate) fn clear(&mut self) {
        self.packets = VecDeque::new();
        self.bytes = 0;
    }

    /// The body of an answer to a poll: at least one packet, if there is any, and further ones up to
    /// the given number and bytes.
    pub(crate) fn body(
        &mut self,
        protocol: ProtocolVersion,
        base64: bool,
        max_packets: usize,
        max_bytes: usize,
    ) -> (Encoding, Bytes) {
        // Engine.IO 3 sends all packets of a body as bytes if one of them is binary.
        let first = self.packets.iter().take(max_packets);
        let binary = !base64 && first.into_iter().any(|wire| matches!(wire, Wire::Binary(_)));
        let mut writer = Writer::new(protocol, binary);
        let (mut count, mut bytes) = (0, 0);
        while count < max_packets.max(1) {
            let Some(next) = self.packets.front() else { break };
            bytes += writer.size(next);
            if count > 0 && bytes > max_bytes {
                break;
            }
            if let Some(wire) = self.pop() {
                writer.push(&wire);
            }
            count += 1;
        }
        writer.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &'static str) -> Wire {
        Wire::Text(text.into())
    }

    #[test]
    fn is_bounded_in_bytes() {
        let mut outbox = Outbox::new(150);
        assert!(outbox.push(&[text("4a")]));
        assert!(outbox.push(&[text("4b")]));
        assert!(!outbox.push(&[text("4c")]));
        assert!(outbox.pop().is_some());
        assert!(outbox.push(&[text("4c")]));
        outbox.clear();
        assert_eq!(outbox.bytes(), 0);
    }

    #[test]
    fn answers_are_bounded_in_packets_and_bytes() {
        let mut outbox = Outbox::new(1 << 20);
        assert!(outbox.push(&vec![text("4a"); 20]));
        let (_, body) = outbox.body(ProtocolVersion::V4, false, 15, 1_000);
        assert_eq!(body.split(|byte| *byte == 0x1e).count(), 15);
        let (_, body) = outbox.body(ProtocolVersion::V4, false, 15, 40);
        assert_eq!(body, "4a\u{1e}4a");
        let (_, body) = outbox.body(ProtocolVersion::V4, false, 15, 0);
        assert_eq!(body, "4a");
    }
}
