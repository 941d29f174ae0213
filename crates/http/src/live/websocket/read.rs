//! Frames in. All connections of a thread read into one buffer; one has a buffer of its own only
//! while a frame or message of it is incomplete.

use std::cell::Cell;
use std::io::{self, ErrorKind};

use actix_codec::Decoder;
use actix_http::ws::{Codec, Frame, Item, ProtocolError};
use bytes::{BufMut as _, Bytes, BytesMut};
use estrad_realtime::Close;
use estrad_socketio::Str;
use tokio::net::TcpStream;

/// Bytes that are read at once, at most.
pub(in super::super) const CHUNK: usize = 64 * 1024;
/// The longest head of a frame from a client.
const MAX_HEAD: usize = 14;

thread_local! {
    static BUFFER: Cell<BytesMut> = Cell::default();
}

/// What came.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Message {
    Text(Str),
    Binary(Bytes),
    Ping(Bytes),
    Pong,
    /// The peer is done; nothing follows.
    Close,
}

/// Why there is nothing more to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Fault {
    /// The connection is gone.
    Gone,
    /// The peer broke the rules.
    Broken(Close),
}

/// The state of reading.
#[derive(Debug)]
pub(super) struct Incoming {
    codec: Codec,
    max: usize,
    /// The beginning of a frame.
    partial: BytesMut,
    /// The beginning of a message.
    fragments: Option<Box<Fragments>>,
    /// Whether `partial` was not looked at yet.
    fresh: bool,
}

#[derive(Debug)]
struct Fragments {
    text: bool,
    bytes: BytesMut,
}

impl Incoming {
    /// Begins with what was read already. Frames and messages have at most `max` bytes.
    pub(super) fn new(max: usize, already: BytesMut) -> Self {
        let codec = Codec::new().max_size(max);
        let fresh = !already.is_empty();
        // The buffer that this is from is larger than what is in it.
        let partial = if fresh { BytesMut::from(&already[..]) } else { BytesMut::new() };
        Self { codec, max, partial, fragments: None, fresh }
    }

    /// The most bytes of one message.
    pub(super) fn max(&self) -> usize {
        self.max
    }

    /// Whether there is something to read without waiting for it.
    pub(super) fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Reads what is there, once, and gives the messages in it.
    ///
    /// # Errors
    /// If nothing will ever follow. The messages before that were given.
    pub(super) fn read(
        &mut self,
        stream: &TcpStream,
        mut take: impl FnMut(Message),
    ) -> Result<(), Fault> {
        if std::mem::take(&mut self.fresh) {
            let mut partial = std::mem::take(&mut self.partial);
            let decoded = self.decode(&mut partial, &mut take);
            self.keep(&partial);
            return decoded;
        }
        let mut buffer = BUFFER.take();
        buffer.clear();
        buffer.reserve(CHUNK);
        let result = match stream.try_read_buf(&mut (&mut buffer).limit(CHUNK)) {
            Ok(0) => Err(Fault::Gone),
            Ok(_) => self.digest(&mut buffer, &mut take),
            Err(error) if is_passing(&error) => Ok(()),
            Err(_) => Err(Fault::Gone),
        };
        // What was given was copied: the buffer is nobody else's.
        BUFFER.set(buffer);
        result
    }

    fn digest(
        &mut self,
        buffer: &mut BytesMut,
        take: &mut impl FnMut(Message),
    ) -> Result<(), Fault> {
        if self.partial.is_empty() {
            let decoded = self.decode(buffer, take);
            self.keep(buffer);
            return decoded;
        }
        self.partial.extend_from_slice(buffer);
        let mut partial = std::mem::take(&mut self.partial);
        let decoded = self.decode(&mut partial, take);
        self.keep(&partial);
        decoded
    }

    /// Keeps the beginning of a frame, in as many bytes as it has.
    fn keep(&mut self, rest: &[u8]) {
        self.partial = if rest.is_empty() { BytesMut::new() } else { BytesMut::from(rest) };
    }

    fn decode(
        &mut self,
        bytes: &mut BytesMut,
        take: &mut impl FnMut(Message),
    ) -> Result<(), Fault> {
        loop {
            // The codec looks at a length when all of the frame is there: that is too late.
            if announced_length(bytes).is_some_and(|length| length > self.max as u64) {
                return Err(Fault::Broken(Close::TooLarge));
            }
            match self.codec.decode(bytes) {
                Ok(Some(frame)) => {
                    if let Some(message) = self.message(frame).map_err(Fault::Broken)? {
                        let last = message == Message::Close;
                        take(message);
                        if last {
                            bytes.clear();
                            return Ok(());
                        }
                    }
                }
                Ok(None) if bytes.len() > self.max + MAX_HEAD => {
                    return Err(Fault::Broken(Close::TooLarge));
                }
                Ok(None) => return Ok(()),
                Err(ProtocolError::Overflow) => return Err(Fault::Broken(Close::TooLarge)),
                Err(_) => return Err(Fault::Broken(Close::BadMessage)),
            }
        }
    }

    /// The message that a frame completes.
    fn message(&mut self, frame: Frame) -> Result<Option<Message>, Close> {
        let message = match frame {
            Frame::Text(bytes) => text(&bytes)?,
            Frame::Binary(bytes) => Message::Binary(copy(&bytes)),
            Frame::Ping(bytes) => Message::Ping(copy(&bytes)),
            Frame::Pong(_) => Message::Pong,
            Frame::Close(_) => Message::Close,
            Frame::Continuation(item) => return self.continuation(item),
        };
        Ok(Some(message))
    }

    fn continuation(&mut self, item: Item) -> Result<Option<Message>, Close> {
        let mut last = false;
        match item {
            Item::FirstText(bytes) => self.begin(true, &bytes),
            Item::FirstBinary(bytes) => self.begin(false, &bytes),
            Item::Continue(bytes) => self.add(&bytes)?,
            Item::Last(bytes) => {
                self.add(&bytes)?;
                last = true;
            }
        }
        match self.fragments.take() {
            Some(whole) if last && whole.text => text(&whole.bytes).map(Some),
            Some(whole) if last => Ok(Some(Message::Binary(whole.bytes.freeze()))),
            fragments => {
                self.fragments = fragments;
                Ok(None)
            }
        }
    }

    fn begin(&mut self, text: bool, bytes: &[u8]) {
        self.fragments = Some(Box::new(Fragments { text, bytes: BytesMut::from(bytes) }));
    }

    fn add(&mut self, bytes: &[u8]) -> Result<(), Close> {
        let fragments = self.fragments.as_mut().ok_or(Close::BadMessage)?;
        if fragments.bytes.len() + bytes.len() > self.max {
            return Err(Close::TooLarge);
        }
        fragments.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Bytes that it holds.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.partial.capacity() + self.fragments.as_ref().map_or(0, |f| f.bytes.capacity())
    }
}

/// The length in the head of a frame, where that much of it is there.
fn announced_length(bytes: &[u8]) -> Option<u64> {
    match *bytes.get(1)? & 0x7f {
        126 => Some(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?).into()),
        127 => Some(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
        short => Some(short.into()),
    }
}

fn text(bytes: &[u8]) -> Result<Message, Close> {
    let text = std::str::from_utf8(bytes).map_err(|_| Close::NotUtf8)?;
    Ok(Message::Text(Str::copy_from_slice(text)))
}

fn copy(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(bytes)
}

/// Whether it is worth trying again.
pub(super) fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
