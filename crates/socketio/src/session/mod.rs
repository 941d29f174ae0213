//! One session, from handshake to end, whatever transport it is on.

mod engine;
mod event;
mod namespaces;
mod polling;
mod receive;
mod send;
mod websocket;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use engineioxide_core::{OpenPacket, Packet, Str};

use crate::config::Config;
use crate::heartbeat::{Beat, Heartbeat};
use crate::outbox::Outbox;
use crate::packet::Assembler;
use crate::reason::CloseReason;
use crate::request::{Dialect, ProtocolVersion, Sid, TransportType};
use crate::wire::Wire;

pub use event::Event;
use namespaces::Namespaces;
use polling::Poll;
pub use polling::PollAnswer;
pub use send::SendError;
pub use websocket::Output;
use websocket::Probe;

/// Names one request or connection of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(u64);

/// A client's session.
#[derive(Debug)]
pub struct Session {
    config: Arc<Config>,
    protocol: ProtocolVersion,
    base64: bool,
    sid: Sid,
    state: State,
    link: Link,
    heartbeat: Heartbeat,
    /// When the ping was sent that was not answered yet.
    pinged: Option<Instant>,
    /// How long the last one took that was.
    round_trip: Option<Duration>,
    /// Until when a namespace has to be joined; none once one was.
    connect_by: Option<Instant>,
    outbox: Outbox,
    inbox: VecDeque<Incoming>,
    inbox_bytes: usize,
    assembler: Assembler,
    namespaces: Namespaces,
    events: VecDeque<Event>,
    poll: Option<Poll>,
    post: Option<Ticket>,
    last_ticket: u64,
    /// The server ends the session, and the client is to come back by itself.
    returns: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// Ended by the server; what was sent before still leaves.
    Closing {
        by: Instant,
    },
    Closed(CloseReason),
}

/// What carries the packets.
#[derive(Debug)]
enum Link {
    Polling { probe: Option<Probe> },
    Websocket(Ticket),
}

/// What the client sent and nobody has looked at yet.
#[derive(Debug)]
enum Incoming {
    Text(Str),
    Binary(Bytes),
    /// The session is over; nothing follows.
    End(CloseReason),
}

impl Session {
    /// A session that begins with polling, and the answer to its handshake.
    pub fn polling(
        config: Arc<Config>,
        dialect: impl Into<Dialect>,
        sid: Sid,
        now: Instant,
    ) -> (Self, PollAnswer) {
        let session = Self::new(config, dialect.into(), sid, Link::Polling { probe: None }, now);
        let open = session.open_packet(TransportType::Polling);
        let answer = PollAnswer::single(session.protocol, &open);
        (session, answer)
    }

    /// A session that begins on a websocket, and the ticket of that. The handshake is the first frame
    /// that [`Session::websocket_next`] gives.
    pub fn websocket(
        config: Arc<Config>,
        dialect: impl Into<Dialect>,
        sid: Sid,
        now: Instant,
    ) -> (Self, Ticket) {
        let ticket = Ticket(0);
        let mut session = Self::new(config, dialect.into(), sid, Link::Websocket(ticket), now);
        let open = session.open_packet(TransportType::Websocket);
        session.send_control(open);
        (session, ticket)
    }

    fn new(config: Arc<Config>, dialect: Dialect, sid: Sid, link: Link, now: Instant) -> Self {
        let Dialect { protocol, base64 } = dialect;
        let mut session = Self {
            protocol,
            base64,
            sid,
            state: State::Open,
            link,
            heartbeat: Heartbeat::new(protocol, &config, now),
            pinged: None,
            round_trip: None,
            connect_by: Some(now + config.connect_timeout),
            outbox: Outbox::new(config.max_outbox_bytes),
            inbox: VecDeque::new(),
            inbox_bytes: 0,
            assembler: Assembler::default(),
            namespaces: Namespaces::default(),
            events: VecDeque::new(),
            poll: None,
            post: None,
            last_ticket: 0,
            returns: false,
            config,
        };
        if protocol == ProtocolVersion::V3 {
            // Clients of Socket.IO 4 are in the main namespace without asking.
            session.connect("/".to_owned(), None, None);
        }
        session
    }

    fn open_packet(&self, transport: TransportType) -> Wire {
        let upgrades = match transport {
            TransportType::Polling => [TransportType::Websocket].into_iter().collect(),
            TransportType::Websocket => std::iter::empty().collect(),
        };
        control(Packet::Open(OpenPacket {
            sid: self.sid,
            upgrades,
            ping_interval: self.config.ping_interval,
            ping_timeout: self.config.ping_timeout,
            max_payload: self.config.max_payload as u64,
        }))
    }

    /// The id by which its requests name it.
    pub fn sid(&self) -> Sid {
        self.sid
    }

    /// The protocol that the client speaks.
    pub fn protocol(&self) -> ProtocolVersion {
        self.protocol
    }

    /// The transport that carries its packets now.
    pub fn transport(&self) -> TransportType {
        match self.link {
            Link::Polling { .. } => TransportType::Polling,
            Link::Websocket(_) => TransportType::Websocket,
        }
    }

    /// Why it ended; none while it lives. An ended session takes no more requests, and can be dropped
    /// once its events are read and its poll, if one waits, is answered.
    pub fn closed(&self) -> Option<CloseReason> {
        match self.state {
            State::Closed(reason) => Some(reason),
            State::Open | State::Closing { .. } => None,
        }
    }

    /// Bytes that wait for the client.
    pub fn outbox_bytes(&self) -> usize {
        self.outbox.bytes()
    }

    /// When [`Session::tick`] has to be called at the latest; none once the session has ended.
    pub fn deadline(&self) -> Option<Instant> {
        let end = match self.state {
            State::Closed(_) => return None,
            State::Closing { by } => Some(by),
            State::Open => self.connect_by,
        };
        let probe = self.probe().map(|probe| probe.by);
        [end, probe].into_iter().flatten().chain([self.heartbeat.deadline()]).min()
    }

    /// Does what is due by now. Every input with a time does this first.
    pub fn tick(&mut self, now: Instant) {
        if self.probe().is_some_and(|probe| now >= probe.by) {
            self.set_probe(None);
        }
        match self.state {
            State::Closed(_) => return,
            State::Closing { by } if now >= by => return self.finish(CloseReason::ServerClose),
            State::Open if self.connect_by.is_some_and(|by| now >= by) => {
                return self.finish(CloseReason::ConnectTimeout);
            }
            State::Open | State::Closing { .. } => {}
        }
        match self.heartbeat.check(&self.config, now) {
            Beat::Fine => {}
            Beat::Ping => {
                self.pinged = Some(now);
                self.send_control(control(Packet::Ping));
            }
            Beat::Dead => self.finish(CloseReason::PingTimeout),
        }
    }

    /// How long it took to the client and back, if a ping was answered since this was asked last. With
    /// Engine.IO 3 the client pings, and nothing is measured.
    pub fn take_round_trip(&mut self) -> Option<Duration> {
        self.round_trip.take()
    }

    /// Ends the session once all that was sent has left, or after the configured time.
    pub fn close(&mut self, now: Instant) {
        if self.state != State::Open {
            return;
        }
        self.state = State::Closing { by: now + self.config.close_timeout };
        self.end_input(CloseReason::ServerClose);
    }

    /// As [`Session::close`], for a client that is to connect again by itself: a poll that waits is lost
    /// ([`Session::poll_lost`]) instead of answered by a `close` packet, which some clients take for the
    /// end of everything.
    pub fn close_to_return(&mut self, now: Instant) {
        self.returns |= self.is_open();
        self.close(now);
    }

    /// Ends the session at once: what waits in either direction is dropped.
    fn finish(&mut self, reason: CloseReason) {
        let before = std::mem::replace(&mut self.state, State::Closed(reason));
        self.outbox.clear();
        self.set_probe(None);
        match before {
            State::Open => self.end_input(reason),
            State::Closing { .. } => {}
            State::Closed(first) => self.state = State::Closed(first),
        }
    }

    /// Ends the session as the client wishes: what it sent before still counts.
    fn finish_gently(&mut self) {
        let kept = std::mem::take(&mut self.inbox);
        self.finish(CloseReason::TransportClose);
        let end = std::mem::replace(&mut self.inbox, kept);
        self.inbox.extend(end);
    }

    fn end_input(&mut self, reason: CloseReason) {
        self.inbox.clear();
        self.inbox_bytes = 0;
        self.inbox.push_back(Incoming::End(reason));
    }

    fn is_open(&self) -> bool {
        self.state == State::Open
    }

    fn ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        Ticket(self.last_ticket)
    }

    fn probe(&self) -> Option<&Probe> {
        match &self.link {
            Link::Polling { probe } => probe.as_ref(),
            Link::Websocket(_) => None,
        }
    }

    fn set_probe(&mut self, new: Option<Probe>) {
        if let Link::Polling { probe } = &mut self.link {
            *probe = new;
        }
    }
}

/// A packet of the transport itself, by the codec crate.
fn control(packet: Packet) -> Wire {
    Wire::Text(Str::from(String::from(packet)))
}
