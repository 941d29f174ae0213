//! A session, as all threads reach it.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use actix_web::http::header::HeaderValue;
use bytes::BytesMut;
use estrad_socketio::{Session, Sid, Ticket};
use futures_util::task::AtomicWaker;

use crate::connection::Slot;

static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// A Socket.IO session with those who wait for it.
#[derive(Debug)]
pub(in super::super) struct Member {
    session: Mutex<Session>,
    sid: Sid,
    /// The `Authorization` of the handshake, hashed: a session is for whoever opened it.
    authorization: Option<u64>,
    arrival: Mutex<Option<Arrival>>,
    /// The session's own task.
    home: AtomicWaker,
    /// Whether something happened that it has not looked at.
    news: AtomicBool,
    /// A GET that waits to be answered.
    poll: AtomicWaker,
    /// A POST whose events are not done with.
    post: AtomicWaker,
}

/// A websocket on its way to the session's thread.
#[derive(Debug)]
pub(in super::super) struct Arrival {
    pub(in super::super) stream: std::net::TcpStream,
    pub(in super::super) slot: Slot,
    pub(in super::super) already: BytesMut,
    pub(in super::super) ticket: Ticket,
}

impl Member {
    pub(super) fn new(session: Session, authorization: Option<&HeaderValue>) -> Self {
        Self {
            sid: session.sid(),
            session: Mutex::new(session),
            authorization: authorization.map(hash),
            arrival: Mutex::default(),
            home: AtomicWaker::new(),
            news: AtomicBool::new(false),
            poll: AtomicWaker::new(),
            post: AtomicWaker::new(),
        }
    }

    pub(super) fn sid(&self) -> Sid {
        self.sid
    }

    /// Whether a request may be of the same client: clients that can't send the header again, as with
    /// websockets in browsers, leave it out.
    pub(super) fn is_of(&self, authorization: Option<&HeaderValue>) -> bool {
        authorization.is_none_or(|value| self.authorization == Some(hash(value)))
    }

    /// The session. Not to be kept across anything that waits.
    pub(in super::super) fn session(&self) -> MutexGuard<'_, Session> {
        lock(&self.session)
    }

    /// Brings a websocket to the session's thread.
    pub(in super::super) fn bring(&self, arrival: Arrival) {
        *lock(&self.arrival) = Some(arrival);
        self.wake_home();
    }

    pub(super) fn take_arrival(&self) -> Option<Arrival> {
        lock(&self.arrival).take()
    }

    /// Has the session's task look at it.
    pub(in super::super) fn wake_home(&self) {
        self.news.store(true, Ordering::Release);
        self.home.wake();
    }

    /// Whether something happened since this was asked last; else the task is woken when it does.
    pub(super) fn poll_news(&self, context: &Context<'_>) -> Poll<()> {
        self.home.register(context.waker());
        if self.news.swap(false, Ordering::AcqRel) { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Has the requests that wait look at the session.
    pub(super) fn wake_requests(&self) {
        self.poll.wake();
        self.post.wake();
    }

    /// Waits as a GET until `look` finds something in the session.
    pub(super) async fn as_poll<T>(&self, look: impl FnMut(&mut Session) -> Option<T>) -> T {
        self.until(&self.poll, look).await
    }

    /// Waits as a POST until `look` finds something in the session.
    pub(super) async fn as_post<T>(&self, look: impl FnMut(&mut Session) -> Option<T>) -> T {
        self.until(&self.post, look).await
    }

    async fn until<T>(
        &self,
        waker: &AtomicWaker,
        mut look: impl FnMut(&mut Session) -> Option<T>,
    ) -> T {
        std::future::poll_fn(|context| {
            waker.register(context.waker());
            look(&mut self.session()).map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

/// Keyed anew at each start: nobody outside can look for a second header with the same hash.
fn hash(value: &HeaderValue) -> u64 {
    HASHER.hash_one(value.as_bytes())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
