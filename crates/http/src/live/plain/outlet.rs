//! What others on the thread do to a plain connection: deliver, flush, close.

use std::cell::Cell;
use std::sync::Arc;
use std::task::{Context, Waker};

use bytes::Bytes;
use estrad_realtime::{Close, Message, Subscriber};

use super::super::metrics::LiveMetrics;
use super::super::websocket::Socket;

/// A connection, as its own task and others on its thread share it.
pub(super) struct Outlet {
    pub(super) socket: Socket,
    max_waiting: usize,
    metrics: Arc<LiveMetrics>,
    closing: Cell<Option<Close>>,
    revoked: Cell<bool>,
    begun: Cell<bool>,
    task: Cell<Option<Waker>>,
}

impl Outlet {
    pub(super) fn new(socket: Socket, max_waiting: usize, metrics: Arc<LiveMetrics>) -> Self {
        Self {
            socket,
            max_waiting,
            metrics,
            closing: Cell::default(),
            revoked: Cell::default(),
            begun: Cell::default(),
            task: Cell::default(),
        }
    }

    /// Sends a text with the next flush. Who lets too much pile up is let go.
    pub(super) fn send(&self, text: &str) {
        if self.closing.get().is_some_and(|close| !close.is_end()) {
            return;
        }
        let waiting = self.socket.waiting();
        if waiting > 0 && waiting + text.len() > self.max_waiting {
            return self.close(Close::SlowConsumer);
        }
        self.socket.push_text(text);
    }

    /// Why it is to be closed, if it is.
    pub(super) fn closing(&self) -> Option<Close> {
        self.closing.get()
    }

    /// Answers a ping.
    pub(super) fn pong(&self, data: &Bytes) {
        if self.socket.waiting() > self.max_waiting {
            return self.close(Close::SlowConsumer);
        }
        self.socket.push_pong(data);
    }

    /// Whether others want something of the task.
    pub(super) fn has_news(&self) -> bool {
        self.closing.get().is_some() || self.revoked.get() || self.begun.get()
    }

    /// Whether the token was revoked since this was asked last.
    pub(super) fn take_revoked(&self) -> bool {
        self.revoked.take()
    }

    /// Whether what the client waits for has begun since this was asked last.
    pub(super) fn take_begun(&self) -> bool {
        self.begun.take()
    }

    /// Remembers the task that is to be woken. To be called before looking at anything here.
    pub(super) fn register(&self, context: &Context<'_>) {
        self.task.set(Some(context.waker().clone()));
    }

    fn wake(&self) {
        if let Some(task) = self.task.take() {
            task.wake();
        }
    }
}

impl Subscriber for Outlet {
    fn outbox_bytes(&self) -> usize {
        self.max_waiting
    }

    fn deliver(&self, message: &Arc<Message>) {
        self.metrics.delivered();
        self.send(message.plain());
    }

    fn flush(&self) {
        // The task waits for what the kernel does not take, and notices what is gone.
        if !matches!(self.socket.flush(), Ok(true)) {
            self.wake();
        }
    }

    fn close(&self, close: Close) {
        if self.closing.get().is_none() {
            self.closing.set(Some(close));
            self.wake();
        }
    }

    fn revoked(&self) {
        self.revoked.set(true);
        self.wake();
    }

    fn begun(&self) {
        self.begun.set(true);
        self.wake();
    }
}
