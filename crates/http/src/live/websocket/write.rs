//! Frames out. They gather in a buffer of the thread and leave with one call; a connection has a
//! buffer of its own only while the kernel does not take what it has.

use std::cell::Cell;
use std::io;

use actix_http::ws::{CloseReason, OpCode, Parser};
use bytes::{Buf, BytesMut};
use tokio::net::TcpStream;

use super::read::is_passing;

/// What the thread's buffer keeps while nobody uses it.
const MAX_SPARE: usize = 512 * 1024;

thread_local! {
    static SPARE: Cell<BytesMut> = Cell::default();
}

/// What waits to be written.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    bytes: BytesMut,
}

impl Outgoing {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a frame.
    pub(super) fn push(&mut self, opcode: OpCode, payload: &[u8]) {
        Parser::write_message(self.buffer(), payload, opcode, true, false);
    }

    /// Adds a close frame.
    pub(super) fn push_close(&mut self, code: u16, reason: &str) {
        let reason = CloseReason { code: code.into(), description: Some(reason.to_owned()) };
        Parser::write_close(self.buffer(), Some(reason), false);
    }

    fn buffer(&mut self) -> &mut BytesMut {
        if self.bytes.is_empty() {
            self.bytes = SPARE.take();
            self.bytes.clear();
        }
        &mut self.bytes
    }

    /// Writes as much as the kernel takes. What is left over is in a buffer of its own size.
    ///
    /// # Errors
    /// If the connection is gone.
    pub(super) fn write(&mut self, stream: &TcpStream) -> io::Result<()> {
        let mut all = std::mem::take(&mut self.bytes);
        let mut result = Ok(());
        while !all.is_empty() {
            match stream.try_write(&all) {
                Ok(0) => result = Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    all.advance(written);
                    continue;
                }
                Err(error) if is_passing(&error) => {}
                Err(error) => result = Err(error),
            }
            break;
        }
        if !all.is_empty() && result.is_ok() {
            if all.capacity() <= 2 * all.len() {
                self.bytes = all;
                return result;
            }
            self.bytes = BytesMut::from(&all[..]);
        }
        if all.capacity() <= MAX_SPARE {
            SPARE.set(all);
        }
        result
    }
}
