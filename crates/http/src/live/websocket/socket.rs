//! The socket as the protocols use it.

use std::cell::RefCell;
use std::io;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::ws::OpCode;
use bytes::{Bytes, BytesMut};
use estrad_socketio::Frame;
use socket2::SockRef;
use tokio::net::TcpStream;

use super::read::{Fault, Incoming, Message};
use super::write::Outgoing;
use crate::connection::Slot;

/// How long the peer's machine may take to confirm what was sent.
#[cfg(target_os = "linux")]
const UNCONFIRMED: Duration = Duration::from_secs(30);
/// Bytes that the kernel keeps for the peer: what is more than that waits, and is counted, here.
const SEND_BUFFER: usize = 64 * 1024;

/// A websocket. Its methods do what is possible at once; the `poll` ones say when there is more.
#[derive(Debug)]
pub(in super::super) struct Socket {
    stream: TcpStream,
    /// Its place among all connections.
    _slot: Slot,
    incoming: RefCell<Incoming>,
    outgoing: RefCell<Outgoing>,
}

impl Socket {
    /// Takes a connection over, with what was read of it already. Messages have at most `max` bytes.
    pub(in super::super) fn new(
        stream: TcpStream,
        slot: Slot,
        already: BytesMut,
        max: usize,
    ) -> Self {
        // Only how soon a lost peer is noticed depends on these.
        let socket = SockRef::from(&stream);
        #[cfg(target_os = "linux")]
        let _ = socket.set_tcp_user_timeout(Some(UNCONFIRMED));
        let _ = socket.set_send_buffer_size(SEND_BUFFER);
        let _ = socket.set_tcp_nodelay(true);
        let incoming = RefCell::new(Incoming::new(max, already));
        Self { stream, _slot: slot, incoming, outgoing: RefCell::default() }
    }

    /// Reads what is there, once, and gives the messages in it. They must not be read from within.
    ///
    /// # Errors
    /// If nothing will ever follow. The messages before that were given.
    pub(in super::super) fn read(&self, take: impl FnMut(Message)) -> Result<(), Fault> {
        self.incoming.borrow_mut().read(&self.stream, take)
    }

    /// The most bytes of one message.
    pub(super) fn max(&self) -> usize {
        self.incoming.borrow().max()
    }

    /// Whether there may be something to read.
    pub(in super::super) fn poll_readable(
        &self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        if self.incoming.borrow().is_fresh() {
            return Poll::Ready(Ok(()));
        }
        self.stream.poll_read_ready(context)
    }

    /// Adds a text to what is sent.
    pub(in super::super) fn push_text(&self, text: &str) {
        self.outgoing.borrow_mut().push(OpCode::Text, text.as_bytes());
    }

    /// Adds a message to what is sent.
    pub(in super::super) fn push(&self, frame: &Frame) {
        match frame {
            Frame::Text(text) => self.push_text(text),
            Frame::Binary(data) => self.outgoing.borrow_mut().push(OpCode::Binary, data),
        }
    }

    /// Adds a ping.
    pub(in super::super) fn push_ping(&self) {
        self.outgoing.borrow_mut().push(OpCode::Ping, &[]);
    }

    /// Adds the answer to a ping.
    pub(in super::super) fn push_pong(&self, data: &Bytes) {
        self.outgoing.borrow_mut().push(OpCode::Pong, data);
    }

    /// Adds a close frame.
    pub(super) fn push_close(&self, code: u16, reason: &str) {
        self.outgoing.borrow_mut().push_close(code, reason);
    }

    /// Bytes that wait to be written.
    pub(in super::super) fn waiting(&self) -> usize {
        self.outgoing.borrow().len()
    }

    /// Writes as much as is taken at once; true if that was all.
    ///
    /// # Errors
    /// If the connection is gone.
    pub(in super::super) fn flush(&self) -> io::Result<bool> {
        let mut outgoing = self.outgoing.borrow_mut();
        outgoing.write(&self.stream)?;
        Ok(outgoing.is_empty())
    }

    /// Writes until nothing waits.
    pub(in super::super) fn poll_flush(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.waiting() > 0 {
            ready!(self.stream.poll_write_ready(context))?;
            self.flush()?;
        }
        Poll::Ready(Ok(()))
    }

    /// Reads and drops what is there; false once nothing follows.
    pub(super) fn discard(&self) -> bool {
        let mut bytes = [0; 4096];
        match self.stream.try_read(&mut bytes) {
            Ok(0) => false,
            Ok(_) => true,
            Err(error) => super::read::is_passing(&error),
        }
    }

    /// Bytes that it holds while nothing is under way.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.incoming.borrow().held() + self.outgoing.borrow().len()
    }
}
