//! The session on a websocket, from the beginning or after an upgrade
//! (<https://socket.io/docs/v4/engine-io-protocol/#upgrade>).

use std::time::Instant;

use bytes::Buf;
use engineioxide_core::{Packet, Str};

use super::{Link, Session, State, Ticket};
use crate::reason::CloseReason;
use crate::request::{ProtocolVersion, RequestError};
use crate::wire::Frame;

/// A websocket that is tried out while the session still polls.
#[derive(Debug)]
pub(super) struct Probe {
    ticket: Ticket,
    /// When it has to be done.
    pub(super) by: Instant,
    /// The client's probe has come.
    pub(super) seen: bool,
    /// It has yet to be answered.
    reply: bool,
}

/// What to do with a websocket.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Send this, and ask again.
    Send(Frame),
    /// Nothing until there is more input.
    Wait,
    /// Close it.
    Close(CloseReason),
}

impl Session {
    /// A websocket has come for a session that polls: the client wants to upgrade.
    ///
    /// # Errors
    /// If the session is over, is on a websocket already (and stays there), or tries one out.
    pub fn websocket_open(&mut self, now: Instant) -> Result<Ticket, RequestError> {
        self.tick(now);
        if !self.is_open() {
            return Err(self.unknown());
        }
        let by = now + self.config.upgrade_timeout;
        let ticket = self.ticket();
        match &mut self.link {
            Link::Polling { probe: probe @ None } => {
                *probe = Some(Probe { ticket, by, seen: false, reply: false });
                Ok(ticket)
            }
            _ => Err(RequestError::TransportMismatch),
        }
    }

    /// A message has come on a websocket. One that can't be read ends the session or, where the
    /// websocket is only tried out, that attempt.
    pub fn websocket_frame(&mut self, ticket: Ticket, frame: Frame, now: Instant) {
        self.tick(now);
        if self.closed().is_some() {
            return;
        }
        let packet = self.read_frame(frame);
        match &self.link {
            Link::Websocket(live) if *live == ticket => {
                let received = packet.and_then(|packet| self.receive(packet, now).ok());
                if received.is_none() {
                    self.finish(CloseReason::ParseError);
                }
            }
            Link::Polling { probe: Some(probe) } if probe.ticket == ticket => {
                self.probe_packet(packet);
            }
            _ => {}
        }
    }

    /// The websocket is gone.
    pub fn websocket_closed(&mut self, ticket: Ticket) {
        match &self.link {
            Link::Websocket(live) if *live == ticket => self.finish_gently(),
            Link::Polling { probe: Some(probe) } if probe.ticket == ticket => self.set_probe(None),
            _ => {}
        }
    }

    /// What to do with a websocket now: to be asked after every input, until it says to wait.
    pub fn websocket_next(&mut self, ticket: Ticket) -> Output {
        match &mut self.link {
            Link::Websocket(live) if *live == ticket => {}
            Link::Polling { probe: Some(probe) } if probe.ticket == ticket => {
                return match std::mem::take(&mut probe.reply) {
                    true => Output::Send(Frame::Text(Str::from("3probe"))),
                    false => Output::Wait,
                };
            }
            _ => return Output::Close(self.closed().unwrap_or(CloseReason::TransportError)),
        }
        if let Some(wire) = self.outbox.pop() {
            return Output::Send(wire.frame(self.protocol, self.base64));
        }
        if matches!(self.state, State::Closing { .. }) {
            self.finish(CloseReason::ServerClose);
        }
        self.closed().map_or(Output::Wait, Output::Close)
    }

    /// The packet in a message; none if there is none that can be read.
    fn read_frame(&self, frame: Frame) -> Option<Packet> {
        if frame.len() > self.config.max_payload {
            return None;
        }
        match (frame, self.protocol) {
            (Frame::Text(text), protocol) => Packet::parse(protocol, text).ok(),
            (Frame::Binary(data), ProtocolVersion::V4) => Some(Packet::Binary(data)),
            // Engine.IO 3 has the type before the data: messages only.
            (Frame::Binary(mut data), ProtocolVersion::V3) => {
                (data.try_get_u8().ok()? == 4).then_some(Packet::BinaryV3(data))
            }
        }
    }

    fn probe_packet(&mut self, packet: Option<Packet>) {
        let Link::Polling { probe: Some(probe) } = &mut self.link else { return };
        match packet {
            Some(Packet::PingUpgrade) => {
                probe.seen = true;
                probe.reply = true;
            }
            // A poll that still waits is answered by what it finds: the session has moved.
            Some(Packet::Upgrade) if probe.seen => self.link = Link::Websocket(probe.ticket),
            _ => self.set_probe(None),
        }
    }
}
