//! The stream that actix reads requests from and writes answers to.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep_until};

use super::limits::Slot;
use super::phase::Phase;

/// What is said to whom the time for a head has run out; as actix says it for the first head.
const TIMEOUT_ANSWER: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// A connection with its place among all of them, and its timers.
pub(crate) struct HttpStream {
    stream: TcpStream,
    slot: Slot,
    phase: Rc<Phase>,
    /// Since an answer is not taken; until when it has to be.
    stalled_until: Option<Instant>,
    /// Set while there is a deadline: who only keeps a connection open has none here.
    timer: Option<Pin<Box<Sleep>>>,
    /// It was given up: nothing more is read.
    ended: bool,
}

impl HttpStream {
    pub(crate) fn new(stream: TcpStream, slot: Slot) -> Self {
        let settings = slot.settings();
        let phase = Phase::new(settings.head_timeout, settings.drain_timeout);
        Self { stream, slot, phase, stalled_until: None, timer: None, ended: false }
    }

    /// Where it is, for the requests on it.
    pub(crate) fn phase(&self) -> Rc<Phase> {
        self.phase.clone()
    }

    /// The connection, for something else than HTTP.
    pub(crate) fn into_parts(self) -> (TcpStream, Slot) {
        (self.stream, self.slot)
    }

    /// Whether the next deadline has passed; else the task is woken when it does.
    fn poll_deadline(&mut self, context: &mut Context<'_>) -> bool {
        let deadlines = [self.phase.deadline(), self.stalled_until];
        let Some(next) = deadlines.into_iter().flatten().min() else {
            self.timer = None;
            return false;
        };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(next.into())));
        if timer.deadline() != next.into() {
            timer.as_mut().reset(next.into());
        }
        timer.as_mut().poll(context).is_ready()
    }

    /// Reads nothing more: actix sends what is under way and closes.
    fn give_up(&mut self) {
        if self.stalled_until.is_none() && !self.phase.is_draining() {
            // The answers before have been handed over, so this one comes in its place.
            let _ = self.stream.try_write(TIMEOUT_ANSWER);
        }
        self.ended = true;
    }

    /// Remembers how writing went, which is progress or none.
    fn wrote(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(_) => self.stalled_until = None,
            Poll::Pending => {
                let until = Instant::now() + self.slot.settings().stall_timeout;
                let until = *self.stalled_until.get_or_insert(until);
                if self.poll_deadline(context) && Instant::now() >= until {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                return written;
            }
        }
        // A request may have ended, and left something that is due.
        let _ = self.poll_deadline(context);
        written
    }
}

impl AsyncRead for HttpStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(Ok(()));
        }
        if this.phase.is_between() {
            let late = this.phase.deadline().is_some_and(|at| Instant::now() >= at);
            if late || this.phase.is_full() {
                this.give_up();
                return Poll::Ready(Ok(()));
            }
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        let bytes = buffer.filled().len() - before;
        if bytes > 0 && this.phase.is_between() {
            this.phase.received(bytes, Instant::now());
        }
        if this.poll_deadline(context) {
            // What has passed just now is noticed the next time.
            context.waker().wake_by_ref();
        }
        read
    }
}

impl AsyncWrite for HttpStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.wrote(context, written)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
