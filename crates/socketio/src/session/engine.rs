//! Packets of the transport: heartbeat, end, and messages for later.

use std::time::Instant;

use engineioxide_core::Packet;

use super::{Incoming, Session, control};
use crate::reason::CloseReason;
use crate::request::ProtocolVersion;

/// The client sent a packet that has no place here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OutOfPlace;

impl Session {
    /// Takes one packet from whatever carries the session.
    pub(super) fn receive(&mut self, packet: Packet, now: Instant) -> Result<(), OutOfPlace> {
        if !self.is_open() {
            return Ok(());
        }
        if self.protocol == ProtocolVersion::V3 {
            self.heartbeat.heard(self.protocol, &self.config, now);
        }
        match (packet, self.protocol) {
            (Packet::Message(text), _) => self.enqueue(text.len(), Incoming::Text(text)),
            (Packet::Binary(data) | Packet::BinaryV3(data), _) => {
                self.enqueue(data.len(), Incoming::Binary(data));
            }
            (Packet::Ping, ProtocolVersion::V3) => self.send_control(control(Packet::Pong)),
            (Packet::Pong, ProtocolVersion::V4) => {
                self.round_trip = self.pinged.take().map(|at| now.saturating_duration_since(at));
                self.heartbeat.heard(self.protocol, &self.config, now);
            }
            (Packet::Close, _) => {
                self.answer_poll_with_noop();
                self.finish_gently();
            }
            (Packet::Noop, _) => {}
            _ => return Err(OutOfPlace),
        }
        Ok(())
    }

    /// Keeps a message until its event is asked for. Only a transport that goes on reading without
    /// asking makes this grow: a few payloads fit, many do not.
    fn enqueue(&mut self, bytes: usize, message: Incoming) {
        self.inbox_bytes = self.inbox_bytes.saturating_add(bytes);
        if self.inbox_bytes > self.config.max_inbox_bytes {
            return self.finish(CloseReason::TransportError);
        }
        self.inbox.push_back(message);
    }
}
