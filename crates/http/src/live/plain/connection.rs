//! One plain connection: its task.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Instant;

use estrad_domain::presentation::ServerEvent;
use estrad_realtime::{Client, Close, EventError, Message, Subscriber};
use serde_json::Value;
use tokio::time::{Sleep, sleep_until};

use super::super::credentials::Credentials;
use super::super::gate::Permit;
use super::super::last_word::LastWord;
use super::super::metrics::Kind;
use super::super::reply;
use super::super::websocket::{self, Ending, Fault, Socket};
use super::super::worker::LiveWorker;
use super::answer;
use super::outlet::Outlet;
use super::session::{Due, Request, Session};

/// Serves a client until one side ends it.
pub(in super::super) async fn serve(
    live: Rc<LiveWorker>,
    permit: Permit,
    socket: Socket,
    brought: Credentials,
    address: IpAddr,
) {
    let shared = live.shared.clone();
    let outlet = Outlet::new(socket, shared.settings.max_outbox_bytes, shared.metrics.clone());
    let (outlet, permit) = (Rc::new(outlet), Rc::new(permit));
    let _place = live.enroll(outlet.clone());
    let _open = shared.metrics.open(Kind::Plain);
    let now = Instant::now();
    let ending = Connection {
        session: Session::new(&shared.settings, brought, now),
        timer: Box::pin(sleep_until((now + shared.settings.auth_timeout).into())),
        work: Work::None,
        last_word: LastWord::default(),
        begun: false,
        leaving: None,
        outlet: outlet.clone(),
        permit: permit.clone(),
        address,
        live,
    }
    .run()
    .await;
    if let Ending::Closed(close) | Ending::Broken(close) = ending {
        shared.metrics.closed(close);
    }
    websocket::end(&outlet.socket, ending).await;
    drop(permit);
}

struct Connection {
    live: Rc<LiveWorker>,
    outlet: Rc<Outlet>,
    permit: Rc<Permit>,
    address: IpAddr,
    session: Session,
    work: Work,
    last_word: LastWord,
    /// What the client waits for has begun, and it has not joined yet.
    begun: bool,
    /// The client said goodbye, or is gone; what it asked for before that still counts.
    leaving: Option<Ending>,
    timer: Pin<Box<Sleep>>,
}

/// What is being done for the client: one thing at a time, in order.
enum Work {
    /// It is not in yet.
    None,
    Idle(Box<Client>),
    Busy(Pin<Box<dyn Future<Output = (Box<Client>, Done)>>>),
}

/// What has been done.
enum Done {
    Refused(Close),
    Entered { id: Option<u64>, joined: Result<(), EventError> },
    Begun { joined: Result<(), EventError> },
    Event { name: String, id: Option<u64>, result: Result<Value, EventError> },
}

/// What happened.
enum Step {
    Readable,
    Time,
    Told,
    Done(Box<Client>, Done),
    Gone,
}

impl Connection {
    async fn run(mut self) -> Ending {
        let ending = self.keep().await;
        if let Work::Busy(work) = self.work {
            // What was begun is done: others are still to be told of it.
            let _ = work.await;
        }
        ending
    }

    async fn keep(&mut self) -> Ending {
        loop {
            if let Some(ending) = self.look_after(Instant::now()) {
                return ending;
            }
            let step = std::future::poll_fn(|context| self.poll(context)).await;
            match step {
                Step::Gone => self.leaving = Some(Ending::Gone),
                Step::Readable => {
                    if let Err(ending) = self.read() {
                        return ending;
                    }
                }
                Step::Done(client, done) => {
                    self.work = Work::Idle(client);
                    if let Err(close) = self.finish(done) {
                        return Ending::Closed(close);
                    }
                }
                Step::Time | Step::Told => {}
            }
        }
    }

    /// Does what can be done now: what is due, and the next request.
    fn look_after(&mut self, now: Instant) -> Option<Ending> {
        if let Some(close) = self.outlet.closing() {
            return (!self.ends_after_work()).then_some(Ending::Closed(close));
        }
        if self.permit.is_evicted() {
            return Some(Ending::Closed(Close::TooManyConnections));
        }
        if self.outlet.take_revoked() {
            self.last_word.begin(now);
        }
        self.begun |= self.outlet.take_begun();
        match self.session.due(now) {
            Due::Close(close) => return Some(Ending::Closed(close)),
            Due::Ping => {
                self.outlet.socket.push_ping();
                self.outlet.flush();
            }
            Due::Nothing => {}
        }
        if self.last_word.is_over(now) {
            return Some(Ending::Closed(Close::TokenRevoked));
        }
        while !matches!(self.work, Work::Busy(_)) {
            if self.is_expired() {
                return Some(Ending::Closed(Close::TokenExpired));
            }
            if std::mem::take(&mut self.begun) {
                self.join_begun();
                continue;
            }
            let Some(request) = self.session.next() else { return self.leaving };
            self.begin(request);
        }
        None
    }

    /// Whether it is to be closed as soon as what is being done is answered: whoever ends a presentation
    /// is told that it was done, though its end may be published before that.
    fn ends_after_work(&self) -> bool {
        matches!(self.work, Work::Busy(_)) && self.outlet.closing().is_some_and(Close::is_end)
    }

    fn is_expired(&self) -> bool {
        match &self.work {
            Work::Idle(client) => self.live.shared.is_expired(client),
            Work::None | Work::Busy(_) => false,
        }
    }

    /// Begins what a request asks for.
    fn begin(&mut self, request: Request) {
        self.live.shared.metrics.event();
        match (request, std::mem::replace(&mut self.work, Work::None)) {
            (Request::Unreadable(what), work) => {
                self.work = work;
                let (event, id) = (what.event.clone(), what.id);
                self.answer(&event, id, Err(what.error()));
            }
            (Request::Enter { credentials, id }, work) => {
                let client = match work {
                    Work::Idle(client) => client,
                    Work::None | Work::Busy(_) => {
                        Box::new(self.live.client(self.outlet.clone(), self.address))
                    }
                };
                self.work = Work::Busy(Box::pin(enter(client, credentials, id)));
            }
            (Request::Event { name, data, id }, Work::Idle(client)) => {
                if self.last_word.allows(&name) {
                    self.work = Work::Busy(Box::pin(carry_out(client, name, data, id)));
                } else {
                    self.work = Work::Idle(client);
                    self.answer(&name, id, Err(reply::revoked()));
                }
            }
            // Nobody asks while there is no client, or while it is busy.
            (Request::Event { .. }, work) => self.work = work,
        }
    }

    /// Has the client join what it waited for.
    fn join_begun(&mut self) {
        self.work = match std::mem::replace(&mut self.work, Work::None) {
            Work::Idle(client) => Work::Busy(Box::pin(begin(client))),
            // Who is not in waits for nothing.
            work => work,
        };
    }

    /// Tells the client what became of its request.
    fn finish(&mut self, done: Done) -> Result<(), Close> {
        match done {
            Done::Refused(close) => return Err(close),
            Done::Entered { id, joined } => {
                let entered = self.permit.sign_in(&self.live.shared.settings);
                entered.map_err(|_| Close::TooManyConnections)?;
                self.answer("auth", id, joined.map(|()| Value::Null));
            }
            Done::Begun { joined } => self.answer("join", None, joined.map(|()| Value::Null)),
            Done::Event { name, id, result } => self.answer(&name, id, result),
        }
        Ok(())
    }

    fn answer(&self, event: &str, id: Option<u64>, result: Result<Value, EventError>) {
        if let Err(error) = &result {
            self.outlet.send(Message::new(ServerEvent::Error, reply::error(event, error)).plain());
        }
        if let Some(id) = id {
            self.outlet.send(&answer::acknowledgement(id, &reply::acknowledgement(result)));
        }
        self.outlet.flush();
    }

    fn read(&mut self) -> Result<(), Ending> {
        let (session, outlet) = (&mut self.session, &self.outlet);
        let settings = &self.live.shared.settings;
        let now = Instant::now();
        let (mut ending, mut took) = (None, None);
        let leaving = &mut self.leaving;
        let read = outlet.socket.read(|message| {
            if ending.is_some() {
                return;
            }
            let taken = session.heard(settings, now).and_then(|()| match message {
                websocket::Message::Text(text) => session.text(&text),
                websocket::Message::Binary(_) => {
                    session.binary();
                    Ok(())
                }
                websocket::Message::Ping(data) => {
                    outlet.pong(&data);
                    Ok(())
                }
                websocket::Message::Pong => {
                    took = session.ponged(now).or(took);
                    Ok(())
                }
                websocket::Message::Close => {
                    *leaving = Some(Ending::Answered);
                    Ok(())
                }
            });
            if let Err(close) = taken {
                ending = Some(Ending::Closed(close));
            }
        });
        outlet.flush();
        if let (Some(took), Work::Idle(client)) = (took, &self.work) {
            client.measure(took);
        }
        match (ending, read) {
            (Some(ending), _) => return Err(ending),
            (None, Err(Fault::Broken(close))) => return Err(Ending::Broken(close)),
            (None, Err(Fault::Gone)) => self.leaving = Some(Ending::Gone),
            (None, Ok(())) => {}
        }
        Ok(())
    }

    /// Waits for something to happen.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Step> {
        self.outlet.register(context);
        if self.permit.poll_evicted(context).is_ready() {
            return Poll::Ready(Step::Told);
        }
        if self.outlet.has_news() && !self.ends_after_work() {
            return Poll::Ready(Step::Told);
        }
        if let Work::Busy(work) = &mut self.work {
            if let Poll::Ready((client, done)) = work.as_mut().poll(context) {
                return Poll::Ready(Step::Done(client, done));
            }
        } else if let Poll::Ready(readable) = self.outlet.socket.poll_readable(context) {
            // While it is busy nothing more is taken from the client.
            return Poll::Ready(if readable.is_ok() { Step::Readable } else { Step::Gone });
        }
        if self.leaving.is_none()
            && let Poll::Ready(Err(_)) = self.outlet.socket.poll_flush(context)
        {
            return Poll::Ready(Step::Gone);
        }
        if self.ends_after_work() {
            // Nothing is due any more but what is being done.
            return Poll::Pending;
        }
        let deadline = self.deadline();
        if self.timer.deadline() > deadline.into() || self.timer.is_elapsed() {
            self.timer.as_mut().reset(deadline.into());
        }
        self.timer.as_mut().poll(context).map(|()| Step::Time)
    }

    fn deadline(&self) -> Instant {
        let expiry = match &self.work {
            Work::Idle(client) => self.live.shared.expiry(client),
            Work::None | Work::Busy(_) => None,
        };
        let others = [self.last_word.deadline(), expiry];
        others.into_iter().flatten().fold(self.session.deadline(), Instant::min)
    }
}

async fn enter(
    mut client: Box<Client>,
    credentials: Credentials,
    id: Option<u64>,
) -> (Box<Client>, Done) {
    let done = match client.authenticate(&credentials.token.unwrap_or_default()).await {
        Err(close) => Done::Refused(close),
        Ok(()) => Done::Entered { id, joined: client.join(credentials.resume).await },
    };
    (client, done)
}

async fn begin(mut client: Box<Client>) -> (Box<Client>, Done) {
    let joined = client.begun().await;
    (client, Done::Begun { joined })
}

async fn carry_out(
    mut client: Box<Client>,
    name: String,
    data: Option<Value>,
    id: Option<u64>,
) -> (Box<Client>, Done) {
    let result = client.event(&name, data).await;
    (client, Done::Event { name, id, result })
}
