//! A client and an application in one, for sessions without a network.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use estrad_socketio::payload::Encoding;
use estrad_socketio::{
    Args, CloseReason, Config, Dialect, Event, Frame, Output, Prepared, ProtocolVersion,
    RequestError, Session, Sid, Ticket,
};
use serde_json::Value;

/// A session, its clock, and the events that it has told.
pub(crate) struct Client {
    pub(crate) session: Session,
    pub(crate) now: Instant,
    pub(crate) events: Vec<Event>,
    /// The live websocket.
    pub(crate) socket: Option<Ticket>,
}

/// Times of the protocols' public test suites, two namespaces.
pub(crate) fn config() -> Config {
    Config {
        ping_interval: Duration::from_millis(300),
        ping_timeout: Duration::from_millis(200),
        namespaces: vec!["/".into(), "/custom".into()],
        ..Config::default()
    }
}

impl Client {
    pub(crate) fn polling(config: Config, dialect: impl Into<Dialect>) -> (Self, String) {
        let now = Instant::now();
        let (session, answer) = Session::polling(Arc::new(config), dialect, Sid::new(), now);
        let mut client = Self { session, now, events: Vec::new(), socket: None };
        client.run();
        (client, String::from_utf8(answer.body.into()).unwrap())
    }

    pub(crate) fn websocket(config: Config, dialect: impl Into<Dialect>) -> Self {
        let now = Instant::now();
        let (session, ticket) = Session::websocket(Arc::new(config), dialect, Sid::new(), now);
        let mut client = Self { session, now, events: Vec::new(), socket: Some(ticket) };
        client.run();
        client
    }

    /// A websocket of Engine.IO 4 in the main namespace, its greetings read.
    pub(crate) fn joined(config: Config) -> Self {
        let mut client = Self::websocket(config, ProtocolVersion::V4);
        client.text("40");
        client.frames();
        client.events.clear();
        client
    }

    /// The application: lets everyone in, sends `message` back, acknowledges what is to be.
    pub(crate) fn run(&mut self) {
        while let Some(event) = self.session.next_event() {
            let answered = match &event {
                Event::Connect { namespace, .. } => self.session.accept(namespace, "id"),
                Event::Event { namespace, args, ack: Some(id), .. } => {
                    self.session.acknowledge(namespace, *id, args)
                }
                Event::Event { namespace, name, args, ack: None } if name == "message" => {
                    let back = Prepared::event(namespace, "message-back", args).unwrap();
                    self.session.emit(&back)
                }
                _ => Ok(()),
            };
            let _ = answered;
            self.events.push(event);
        }
    }

    pub(crate) fn wait(&mut self, milliseconds: u64) {
        self.now += Duration::from_millis(milliseconds);
        self.session.tick(self.now);
        self.run();
    }

    pub(crate) fn post(&mut self, body: impl Into<Bytes>) -> Result<(), RequestError> {
        self.post_as(Encoding::Text, body)
    }

    pub(crate) fn post_as(
        &mut self,
        encoding: Encoding,
        body: impl Into<Bytes>,
    ) -> Result<(), RequestError> {
        let ticket = self.session.post_start(self.now)?;
        let taken = self.session.post_body(ticket, encoding, body.into(), self.now);
        self.run();
        taken.and(self.session.post_end(ticket))
    }

    /// A GET that is answered at once.
    pub(crate) fn poll(&mut self) -> Result<String, RequestError> {
        let ticket = self.session.poll_start(self.now)?;
        let answer = self.answer(ticket).unwrap_or_else(|| "nothing".into());
        self.session.poll_abandon(ticket);
        Ok(answer)
    }

    pub(crate) fn answer(&mut self, ticket: Ticket) -> Option<String> {
        let answer = self.session.poll_take(ticket)?;
        Some(String::from_utf8(answer.body.into()).unwrap())
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.frame(Frame::Text(text.to_owned().into()));
    }

    pub(crate) fn binary(&mut self, data: &[u8]) {
        self.frame(Frame::Binary(Bytes::copy_from_slice(data)));
    }

    fn frame(&mut self, frame: Frame) {
        self.frame_on(self.socket.unwrap(), frame);
    }

    pub(crate) fn frame_on(&mut self, socket: Ticket, frame: Frame) {
        self.session.websocket_frame(socket, frame, self.now);
        self.run();
    }

    /// All frames that wait on the live websocket.
    pub(crate) fn frames(&mut self) -> Vec<Frame> {
        self.frames_on(self.socket.unwrap())
    }

    pub(crate) fn frames_on(&mut self, socket: Ticket) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Output::Send(frame) = self.session.websocket_next(socket) {
            frames.push(frame);
        }
        frames
    }

    /// The one text frame that waits.
    pub(crate) fn one(&mut self) -> String {
        match self.frames().as_slice() {
            [Frame::Text(text)] => text.to_string(),
            other => panic!("one text frame: {other:?}"),
        }
    }

    pub(crate) fn closed(&self) -> Option<CloseReason> {
        self.session.closed()
    }
}

pub(crate) fn text(text: &str) -> Frame {
    Frame::Text(text.to_owned().into())
}

pub(crate) fn args(values: impl IntoIterator<Item = Value>) -> Args {
    values.into_iter().collect::<Vec<_>>().into()
}
