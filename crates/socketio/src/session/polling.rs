//! The session over HTTP long polling
//! (<https://socket.io/docs/v4/engine-io-protocol/#http-long-polling>).

use std::time::Instant;

use bytes::Bytes;
use engineioxide_core::Packet;

use super::{Link, Session, State, Ticket, control};
use crate::payload::{self, Encoding, Writer};
use crate::reason::CloseReason;
use crate::request::{ProtocolVersion, RequestError};
use crate::wire::Wire;

/// The answer to a GET.
#[derive(Debug, Clone, PartialEq)]
pub struct PollAnswer {
    /// How the body is encoded, hence its content type.
    pub encoding: Encoding,
    /// The packets.
    pub body: Bytes,
}

impl PollAnswer {
    pub(super) fn single(protocol: ProtocolVersion, packet: &Wire) -> Self {
        let mut writer = Writer::new(protocol, false);
        writer.push(packet);
        let (encoding, body) = writer.finish();
        Self { encoding, body }
    }
}

/// A GET that is under way.
#[derive(Debug)]
pub(super) struct Poll {
    ticket: Ticket,
    /// Set where the answer does not depend on what comes next.
    answer: Option<PollAnswer>,
}

impl Session {
    /// A GET has come.
    ///
    /// # Errors
    /// If the session is over or not on polling. If another GET is under way: both are refused (the
    /// other with a `close` packet) and the session ends.
    pub fn poll_start(&mut self, now: Instant) -> Result<Ticket, RequestError> {
        self.polling_allowed(now)?;
        if let Some(first) = &mut self.poll {
            first.answer = Some(PollAnswer::single(self.protocol, &control(Packet::Close)));
            self.finish(CloseReason::TransportError);
            return Err(RequestError::Overlap);
        }
        let ticket = self.ticket();
        self.poll = Some(Poll { ticket, answer: None });
        Ok(ticket)
    }

    /// The answer to a GET, once there is one: to be asked for after every input. A GET that is
    /// answered, or that the session does not know, is over: ask no further.
    pub fn poll_take(&mut self, ticket: Ticket) -> Option<PollAnswer> {
        let poll = self.poll.as_mut().filter(|poll| poll.ticket == ticket)?;
        let decided = poll.answer.take();
        let answer = decided.or_else(|| self.poll_answer())?;
        self.poll = None;
        Some(answer)
    }

    /// Whether a GET is to be answered by an error ([`RequestError::Ended`]), or not at all: the session
    /// has ended, and not for good. To be asked before [`Session::poll_take`]; servers that don't ask
    /// answer with a `close` packet. A GET that is lost is over: ask no further.
    pub fn poll_lost(&mut self, ticket: Ticket) -> bool {
        let waits = |poll: &Poll| poll.ticket == ticket && poll.answer.is_none();
        if !self.poll.as_ref().is_some_and(waits) {
            return false;
        }
        let lost = match self.state {
            State::Open => false,
            // What was sent before still leaves.
            State::Closing { .. } => self.returns && self.outbox.is_empty(),
            State::Closed(CloseReason::ServerClose) => self.returns,
            State::Closed(reason) => reason != CloseReason::ConnectTimeout,
        };
        if lost {
            self.finish(CloseReason::ServerClose);
            self.poll = None;
        }
        lost
    }

    /// The client no longer waits for the answer.
    pub fn poll_abandon(&mut self, ticket: Ticket) {
        self.poll = self.poll.take().filter(|poll| poll.ticket != ticket);
    }

    fn poll_answer(&mut self) -> Option<PollAnswer> {
        let protocol = self.protocol;
        let single = |packet| Some(PollAnswer::single(protocol, &control(packet)));
        if self.closed().is_some() {
            return single(Packet::Close);
        }
        // While a websocket is tried out the rest waits for it: the client is to stop polling.
        let leaving = match &self.link {
            Link::Polling { probe } => probe.as_ref().is_some_and(|probe| probe.seen),
            Link::Websocket(_) => true,
        };
        if leaving {
            return single(Packet::Noop);
        }
        if self.outbox.is_empty() {
            if matches!(self.state, State::Closing { .. }) {
                // In a body of its own: newer clients look at the packets of Socket.IO only after they
                // have read the whole body, and no longer once the transport was closed by it.
                self.finish(CloseReason::ServerClose);
                return single(Packet::Close);
            }
            return None;
        }
        let (packets, bytes) = (self.config.max_packets_out, self.config.max_payload);
        let (encoding, body) = self.outbox.body(self.protocol, self.base64, packets, bytes);
        Some(PollAnswer { encoding, body })
    }

    /// The client says goodbye: its own GET ends with nothing in it.
    pub(super) fn answer_poll_with_noop(&mut self) {
        if let Some(poll) = &mut self.poll {
            poll.answer = Some(PollAnswer::single(self.protocol, &control(Packet::Noop)));
        }
    }

    /// A POST has come; its body may still be on its way.
    ///
    /// # Errors
    /// If the session is over or not on polling. If another POST is under way, the session ends.
    pub fn post_start(&mut self, now: Instant) -> Result<Ticket, RequestError> {
        self.polling_allowed(now)?;
        if self.post.is_some() {
            self.finish(CloseReason::TransportError);
            return Err(RequestError::Overlap);
        }
        let ticket = self.ticket();
        self.post = Some(ticket);
        Ok(ticket)
    }

    /// The body of a POST has come. Its packets are events from now on.
    ///
    /// # Errors
    /// If it is too large, can't be read, or has a packet that has no place here: nothing of it counts,
    /// and the session ends. If the session ended meanwhile.
    pub fn post_body(
        &mut self,
        ticket: Ticket,
        encoding: Encoding,
        body: Bytes,
        now: Instant,
    ) -> Result<(), RequestError> {
        self.tick(now);
        if self.post != Some(ticket) || self.closed().is_some() {
            return Err(self.unknown());
        }
        if body.len() > self.config.max_payload {
            self.finish(CloseReason::TransportError);
            return Err(RequestError::TooLarge);
        }
        let packets = payload::decode(self.protocol, encoding, body, self.config.max_packets_in);
        let received = packets.map_err(|_| RequestError::Malformed).and_then(|packets| {
            let mut packets = packets.into_iter();
            packets
                .try_for_each(|packet| self.receive(packet, now))
                .map_err(|_| RequestError::Malformed)
        });
        if received.is_err() {
            self.finish(CloseReason::ParseError);
        }
        received
    }

    /// The events of a POST are done with: the client may be told `ok`.
    ///
    /// # Errors
    /// If they showed that the body could not be read after all.
    pub fn post_end(&mut self, ticket: Ticket) -> Result<(), RequestError> {
        self.post_abandon(ticket);
        match self.closed() {
            Some(CloseReason::ParseError) => Err(RequestError::Malformed),
            _ => Ok(()),
        }
    }

    /// The body of a POST will not come, or was answered otherwise.
    pub fn post_abandon(&mut self, ticket: Ticket) {
        self.post = self.post.filter(|post| *post != ticket);
    }

    /// The body of a POST is larger than allowed: it was not read, and the session ends.
    pub fn post_too_large(&mut self, ticket: Ticket) -> RequestError {
        self.post_abandon(ticket);
        self.finish(CloseReason::TransportError);
        RequestError::TooLarge
    }

    fn polling_allowed(&mut self, now: Instant) -> Result<(), RequestError> {
        self.tick(now);
        match (&self.link, self.closed()) {
            (_, Some(_)) => Err(self.unknown()),
            (Link::Websocket(_), None) => Err(RequestError::TransportMismatch),
            (Link::Polling { .. }, None) => Ok(()),
        }
    }

    pub(super) fn unknown(&self) -> RequestError {
        RequestError::InvalidSession(self.sid.to_string())
    }
}
