//! A session's task: its time, its events, its websocket.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_web::http::header::HeaderValue;
use bytes::BytesMut;
use estrad_domain::presentation::ServerEvent;
use estrad_realtime::{Client, Close, EventError, Message, Subscriber};
use estrad_socketio::{AckId, Args, CloseReason, Event, Frame, Session, Ticket, TransportType};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep_until};

use super::super::bucket::Bucket;
use super::super::credentials::Credentials;
use super::super::gate::Permit;
use super::super::last_word::LastWord;
use super::super::metrics::{Kind, Open};
use super::super::reply;
use super::super::websocket::{self, Ending, Fault, Socket};
use super::super::worker::{LiveWorker, Place};
use super::NAMESPACE;
use super::connect::{Done, begin_waited_for, carry_out, enter};
use super::member::{Arrival, Member};
use super::seat::{Link, Seat};
use crate::connection::Slot;

/// What a handshake says about its sender.
pub(in super::super) struct Handshake {
    pub(in super::super) address: IpAddr,
    pub(in super::super) authorization: Option<HeaderValue>,
    pub(in super::super) credentials: Credentials,
    pub(in super::super) permit: Permit,
}

/// Begins a session, which lives on the caller's thread from now on.
pub(in super::super) fn begin(
    live: &Rc<LiveWorker>,
    handshake: Handshake,
    session: Session,
    link: Option<(TcpStream, Slot, BytesMut, Ticket)>,
) {
    let member = Arc::new(Member::new(session, handshake.authorization.as_ref()));
    live.shared.sessions.insert(member.clone());
    let max_waiting = live.shared.settings.max_outbox_bytes;
    let seat = Rc::new(Seat::new(member, max_waiting, live.shared.metrics.clone()));
    let link = link.map(|(stream, slot, already, ticket)| {
        let max = live.shared.settings.max_frame_bytes;
        Link { socket: Rc::new(Socket::new(stream, slot, already, max)), ticket }
    });
    let kind = if link.is_some() { Kind::Websocket } else { Kind::Polling };
    seat.set_link(link);
    let now = Instant::now();
    let home = Home {
        place: live.enroll(seat.clone()),
        open: live.shared.metrics.open(kind),
        bucket: Bucket::new(&live.shared.settings, now),
        timer: Box::pin(sleep_until((now + live.shared.settings.connect_timeout).into())),
        work: Work::None,
        last_word: LastWord::default(),
        begun: false,
        refused: None,
        broken: None,
        address: handshake.address,
        brought: Box::new(handshake.credentials),
        permit: handshake.permit,
        live: live.clone(),
        seat,
    };
    actix_web::rt::spawn(home.run());
}

/// Brings a websocket to the thread of the session that it is for.
pub(in super::super) fn adopt(
    member: &Member,
    stream: TcpStream,
    slot: Slot,
    already: &[u8],
    ticket: Ticket,
) {
    match stream.into_std() {
        Ok(stream) => member.bring(Arrival { stream, slot, already: already.into(), ticket }),
        Err(_) => member.session().websocket_closed(ticket),
    }
}

struct Home {
    live: Rc<LiveWorker>,
    seat: Rc<Seat>,
    address: IpAddr,
    brought: Box<Credentials>,
    work: Work,
    bucket: Bucket,
    last_word: LastWord,
    /// What the client waits for has begun, and it has not joined yet.
    begun: bool,
    /// Why the client was not let in, if it was not.
    refused: Option<Close>,
    /// The websocket can't be read any more.
    broken: Option<Ending>,
    timer: Pin<Box<Sleep>>,
    open: Open,
    place: Place,
    permit: Permit,
}

/// What is being done for the client.
enum Work {
    /// It is not in.
    None,
    Idle(Box<Client>),
    Busy(Pin<Box<dyn Future<Output = (Box<Client>, Done)>>>),
}

/// What happened.
enum Step {
    Readable(Link),
    Lost(Link),
    Done(Box<Client>, Done),
    Other,
}

impl Home {
    async fn run(mut self) {
        let reason = loop {
            if let Some(reason) = self.look_after(Instant::now()) {
                break reason;
            }
            let step = std::future::poll_fn(|context| self.poll(context)).await;
            match step {
                Step::Other => {}
                Step::Readable(link) => self.read(&link),
                Step::Lost(link) => self.lose(&link),
                Step::Done(client, done) => {
                    self.work = Work::Idle(client);
                    self.finish(done);
                }
            }
        };
        self.end(reason).await;
    }

    /// Does what can be done now; why the session has ended, once nothing is left to do.
    fn look_after(&mut self, now: Instant) -> Option<CloseReason> {
        if let Some(arrival) = self.seat.member.take_arrival() {
            self.welcome(arrival);
        }
        if self.permit.is_evicted() {
            self.seat.close(Close::TooManyConnections);
        }
        if self.seat.take_revoked() {
            self.last_word.begin(now);
        }
        self.begun |= self.seat.take_begun();
        if self.last_word.is_over(now) {
            self.seat.close(Close::TokenRevoked);
        }
        if self.is_expired() {
            self.seat.close(Close::TokenExpired);
        }
        self.seat.member.session().tick(now);
        let round_trip = self.seat.member.session().take_round_trip();
        if let (Some(took), Work::Idle(client)) = (round_trip, &self.work) {
            client.measure(took);
        }
        self.seat.set_busy(matches!(self.work, Work::Busy(_)));
        while !matches!(self.work, Work::Busy(_)) {
            if std::mem::take(&mut self.begun) {
                self.join_begun();
                continue;
            }
            let event = self.seat.member.session().next_event();
            let Some(event) = event else { break };
            self.begin(event, now);
        }
        self.seat.set_busy(matches!(self.work, Work::Busy(_)));
        let close = self.seat.pump();
        self.seat.member.wake_requests();
        if self.is_on_websocket() {
            self.open.change(Kind::Websocket);
        }
        let over = self.seat.member.session().closed();
        match (close, over) {
            // What was begun is done first: others are still to be told of it.
            (_, Some(_)) if matches!(self.work, Work::Busy(_)) => None,
            (_, Some(reason)) => Some(reason),
            (Some(reason), None) => {
                self.drop_link(reason);
                None
            }
            (None, None) => None,
        }
    }

    fn welcome(&mut self, arrival: Arrival) {
        let Arrival { stream, slot, already, ticket } = arrival;
        let Ok(stream) = TcpStream::from_std(stream) else {
            return self.seat.member.session().websocket_closed(ticket);
        };
        self.drop_link(CloseReason::TransportError);
        let socket =
            Rc::new(Socket::new(stream, slot, already, self.live.shared.settings.max_frame_bytes));
        self.seat.set_link(Some(Link { socket, ticket }));
    }

    /// Lets go of a websocket; the session goes on.
    fn drop_link(&mut self, reason: CloseReason) {
        let Some(link) = self.seat.set_link(None) else { return };
        let ending = self.broken.take().unwrap_or(ending(reason));
        actix_web::rt::spawn(async move { websocket::end(&link.socket, ending).await });
    }

    fn is_expired(&self) -> bool {
        match &self.work {
            Work::Idle(client) => self.live.shared.is_expired(client),
            Work::None | Work::Busy(_) => false,
        }
    }

    /// Begins what an event asks for.
    fn begin(&mut self, event: Event, now: Instant) {
        match event {
            Event::Connect { auth, query, .. } => {
                self.count(now);
                let said = auth.map(|auth| Credentials::of_payload(&auth)).unwrap_or_default();
                let said = said.or(query.map(|q| Credentials::of_query(&q)).unwrap_or_default());
                let credentials = said.or((*self.brought).clone());
                let client = Box::new(self.live.client(self.seat.clone(), self.address));
                let member = self.seat.member.clone();
                self.work = Work::Busy(Box::pin(enter(client, member, credentials)));
            }
            Event::Event { name, args, ack, .. } => {
                self.count(now);
                match std::mem::replace(&mut self.work, Work::None) {
                    Work::Idle(client) if self.last_word.allows(&name) => {
                        let data = args.values.into_iter().next();
                        let work = carry_out(client, name, data, ack);
                        self.work = Work::Busy(Box::pin(work));
                    }
                    work => {
                        self.work = work;
                        self.answer(&name, ack, Err(reply::revoked()));
                    }
                }
            }
            Event::Unreadable { name, ack, .. } => {
                self.count(now);
                let told = "Too deep, too many values, or text that is not Unicode.";
                self.answer(&name.unwrap_or_default(), ack, Err(reply::unreadable("data", told)));
            }
            // It leaves its room.
            Event::Disconnect { .. } => self.work = Work::None,
            Event::Ack { .. } | Event::Closed { .. } => {}
        }
    }

    /// Has the client join what it waited for.
    fn join_begun(&mut self) {
        self.work = match std::mem::replace(&mut self.work, Work::None) {
            Work::Idle(client) => Work::Busy(Box::pin(begin_waited_for(client))),
            // Who is not in waits for nothing.
            work => work,
        };
    }

    /// Counts something that the client asked for against its rate.
    fn count(&mut self, now: Instant) {
        self.live.shared.metrics.event();
        if !self.bucket.take(&self.live.shared.settings, now) {
            self.seat.close(Close::TooManyEvents);
        }
    }

    fn finish(&mut self, done: Done) {
        match done {
            Done::Refused(close) => {
                self.refused = close;
                self.work = Work::None;
                // Who brought no token may bring one yet.
                if let Some(close) = close.filter(|close| *close != Close::TokenMissing) {
                    // What it was told leaves first.
                    self.seat.close(close);
                }
            }
            Done::Entered => {
                self.refused = None;
                if self.permit.sign_in(&self.live.shared.settings).is_err() {
                    self.seat.close(Close::TooManyConnections);
                }
            }
            Done::Begun { joined } => {
                if let Err(error) = joined {
                    self.emit_error("join", &error);
                }
            }
            Done::Event { name, ack, result } => self.answer(&name, ack, result),
        }
    }

    fn answer(&self, event: &str, ack: Option<AckId>, result: Result<Value, EventError>) {
        if let Err(error) = &result {
            self.emit_error(event, error);
        }
        if let Some(id) = ack {
            let args = Args::from(vec![reply::acknowledgement(result)]);
            // Who is gone misses it.
            let _ = self.seat.member.session().acknowledge(NAMESPACE, id, &args);
        }
    }

    fn emit_error(&self, event: &str, error: &EventError) {
        let message = Message::new(ServerEvent::Error, reply::error(event, error));
        if let Some(event) = message.socketio() {
            let _ = self.seat.member.session().emit(event);
        }
    }

    fn read(&mut self, link: &Link) {
        let Link { socket, ticket } = link;
        let now = Instant::now();
        let (settings, bucket) = (&self.live.shared.settings, &mut self.bucket);
        let mut too_many = false;
        let mut session = self.seat.member.session();
        let read = socket.read(|message| {
            // Texts are counted as what they ask for.
            let frame = match message {
                websocket::Message::Text(text) => Frame::Text(text),
                websocket::Message::Binary(data) => Frame::Binary(data),
                websocket::Message::Ping(data) => {
                    too_many |= !bucket.take(settings, now);
                    return socket.push_pong(&data);
                }
                websocket::Message::Pong => {
                    too_many |= !bucket.take(settings, now);
                    return;
                }
                websocket::Message::Close => return session.websocket_closed(*ticket),
            };
            session.websocket_frame(*ticket, frame, now);
        });
        drop(session);
        let pongs = socket.waiting() > settings.max_outbox_bytes;
        if too_many || pongs {
            self.seat.close(if pongs { Close::SlowConsumer } else { Close::TooManyEvents });
        }
        match read {
            Ok(()) => {}
            Err(Fault::Gone) => self.lose(link),
            Err(Fault::Broken(close)) => {
                self.broken = Some(Ending::Broken(close));
                if self.is_on_websocket() {
                    self.seat.close(close);
                } else {
                    self.seat.member.session().websocket_closed(*ticket);
                    self.drop_link(CloseReason::TransportError);
                }
            }
        }
    }

    fn lose(&mut self, link: &Link) {
        self.broken = Some(Ending::Gone);
        let was_live = self.is_on_websocket();
        self.seat.member.session().websocket_closed(link.ticket);
        if !was_live {
            self.drop_link(CloseReason::TransportClose);
        }
    }

    /// Whether the session is on the websocket, and does not only try it out.
    fn is_on_websocket(&self) -> bool {
        self.seat.member.session().transport() == TransportType::Websocket
    }

    /// Waits for something to happen.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Step> {
        if self.seat.member.poll_news(context).is_ready() {
            return Poll::Ready(Step::Other);
        }
        if self.seat.closing().is_none() && self.permit.poll_evicted(context).is_ready() {
            return Poll::Ready(Step::Other);
        }
        let link = self.seat.link();
        if let Work::Busy(work) = &mut self.work {
            if let Poll::Ready((client, done)) = work.as_mut().poll(context) {
                return Poll::Ready(Step::Done(client, done));
            }
        } else if self.broken.is_none()
            && let Some(link) = &link
            && let Poll::Ready(readable) = link.socket.poll_readable(context)
        {
            // While it is busy nothing more is taken from the client.
            let link = link.clone();
            return Poll::Ready(if readable.is_ok() {
                Step::Readable(link)
            } else {
                Step::Lost(link)
            });
        }
        if self.broken != Some(Ending::Gone)
            && let Some(link) = link
            && link.socket.waiting() > 0
            && let Poll::Ready(flushed) = link.socket.poll_flush(context)
        {
            // There may be more in the session's outbox.
            return Poll::Ready(if flushed.is_ok() { Step::Other } else { Step::Lost(link) });
        }
        let deadline = self.deadline();
        if self.timer.deadline() > deadline.into() || self.timer.is_elapsed() {
            self.timer.as_mut().reset(deadline.into());
        }
        self.timer.as_mut().poll(context).map(|()| Step::Other)
    }

    fn deadline(&self) -> Instant {
        let expiry = match &self.work {
            Work::Idle(client) => self.live.shared.expiry(client),
            Work::None | Work::Busy(_) => None,
        };
        let session = self.seat.member.session().deadline();
        // What is past does not come again: a session that is being closed for it only waits.
        let others = [self.last_word.deadline(), expiry];
        let others = others.map(|at| at.filter(|_| self.seat.closing().is_none()));
        let all = others.into_iter().chain([session]);
        // Ended, but still busy: that is what wakes it.
        let far = Instant::now() + self.live.shared.settings.connect_timeout;
        all.flatten().min().unwrap_or(far)
    }

    /// The session has ended: lets everybody know.
    async fn end(self, reason: CloseReason) {
        let Self { live, seat, work, refused, broken, open, place, permit, .. } = self;
        // It leaves its room.
        drop(work);
        let member = &seat.member;
        live.shared.sessions.remove(member.sid());
        member.wake_requests();
        let close = seat.closing().or(refused.filter(|_| reason == CloseReason::ConnectTimeout));
        let close = close.or(close_of(reason));
        if let Some(close) = close {
            live.shared.metrics.closed(close);
        }
        if let Some(link) = seat.set_link(None) {
            let said = close.map_or(ending(reason), Ending::Closed);
            websocket::end(&link.socket, broken.unwrap_or(said)).await;
        }
        drop((open, place, permit));
    }
}

/// What a websocket is closed with.
fn ending(reason: CloseReason) -> Ending {
    match (close_of(reason), reason) {
        (Some(close), _) => Ending::Closed(close),
        (None, CloseReason::TransportClose) => Ending::Answered,
        (None, _) => Ending::Done,
    }
}

/// What ended a session, where it was the server and it has a number.
fn close_of(reason: CloseReason) -> Option<Close> {
    match reason {
        CloseReason::SlowConsumer => Some(Close::SlowConsumer),
        CloseReason::PingTimeout => Some(Close::Silent),
        CloseReason::ParseError | CloseReason::TransportError => Some(Close::BadMessage),
        CloseReason::ConnectTimeout => Some(Close::TokenMissing),
        CloseReason::ClientDisconnect
        | CloseReason::ServerDisconnect
        | CloseReason::ServerClose
        | CloseReason::TransportClose => None,
    }
}
