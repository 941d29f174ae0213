//! One client: a connection that joined, with its heartbeat.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Poll, ready};

use tokio::io::{AsyncRead as _, ReadBuf};
use tokio::net::TcpSocket;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use crate::cli::Speech;
use crate::error::LoadError;
use crate::frame;
use crate::protocol::Heard;
use crate::target::Entrance;

/// What a client can take in at once, in bytes. Frames are far smaller, but for the `presence` of
/// thousands of teams.
const BUFFER: usize = 512 * 1024;

thread_local! {
    /// All clients read into this one, which so stays in the processor's cache.
    static SHARED: RefCell<Vec<u8>> = RefCell::new(vec![0; BUFFER]);
}

/// What a client is told that is of interest to whoever measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// A `sync` with its number.
    Sync(u64),
    /// What became of its event of that `id`.
    Ack { id: u64, ok: bool },
}

/// A connection that joined.
#[derive(Debug)]
pub(crate) struct Client {
    reader: OwnedReadHalf,
    writer: Speaker,
    /// What came of a frame whose end is still to come.
    begun: Vec<u8>,
    token: Option<Rc<str>>,
}

impl Client {
    /// Connects and waits for the `sync` that welcomes whoever joined. Gives its number, too.
    pub(crate) async fn join(
        entrance: &Entrance,
        source: Option<Ipv4Addr>,
    ) -> Result<(Self, u64), LoadError> {
        let socket = TcpSocket::new_v4()?;
        if let Some(source) = source {
            socket.bind((source, 0).into())?;
        }
        // Closing then resets: no port is kept for minutes for a connection of no further use.
        socket.set_zero_linger()?;
        let stream = socket.connect(entrance.address).await?;
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        let writer = Speaker { writer: Rc::new(writer), speech: entrance.speech };
        let mut client = Self { reader, writer, begun: Vec::new(), token: entrance.token.clone() };
        client.writer.write(entrance.request().as_bytes()).await?;
        client.take_answer().await?;
        let mut joined = None;
        while joined.is_none() {
            client
                .hear(|told| {
                    if let Told::Sync(number) = told {
                        joined = joined.or(Some(number));
                    }
                })
                .await?;
        }
        Ok((client, joined.unwrap_or_default()))
    }

    /// Waits for something to come, tells what it is about and sees to its heartbeats.
    pub(crate) async fn hear(&mut self, mut tell: impl FnMut(Told)) -> Result<(), LoadError> {
        let mut replies = Vec::new();
        poll_fn(|context| {
            SHARED.with_borrow_mut(|buffer| {
                let begun = self.begun.len();
                buffer[..begun].copy_from_slice(&self.begun);
                // What came with the answer to the request is to be heard before more is read.
                let heard = self.take_frames(&buffer[..begun], &mut tell, &mut replies)?;
                if heard {
                    return Poll::Ready(Ok(()));
                }
                let mut rest = ReadBuf::new(&mut buffer[begun..]);
                ready!(Pin::new(&mut self.reader).poll_read(context, &mut rest))?;
                let end = begun + rest.filled().len();
                if end == begun {
                    return Poll::Ready(Err(LoadError::Closed(None)));
                }
                self.take_frames(&buffer[..end], &mut tell, &mut replies)?;
                if self.begun.len() == BUFFER {
                    return Poll::Ready(Err(LoadError::Frame("it is too long")));
                }
                Poll::Ready(Ok(()))
            })
        })
        .await?;
        if !replies.is_empty() {
            self.writer.write(&replies).await?;
        }
        Ok(())
    }

    /// Hears until the connection ends, and says why.
    pub(crate) async fn keep(mut self, mut tell: impl FnMut(Told)) -> LoadError {
        loop {
            if let Err(error) = self.hear(&mut tell).await {
                return error;
            }
        }
    }

    /// What says something on this connection.
    pub(crate) fn speaker(&self) -> Speaker {
        self.writer.clone()
    }

    /// Takes all whole frames and keeps what is left. Whether there was any.
    fn take_frames(
        &mut self,
        bytes: &[u8],
        tell: &mut impl FnMut(Told),
        replies: &mut Vec<u8>,
    ) -> Result<bool, LoadError> {
        let mut rest = bytes;
        while let Some(frame) = frame::first(rest)? {
            match frame.opcode {
                frame::TEXT => match self.writer.speech.hear(frame.payload) {
                    Heard::Sync(number) => tell(Told::Sync(number)),
                    Heard::Ack { id, ok } => tell(Told::Ack { id, ok }),
                    Heard::Heartbeat => frame::push(replies, frame::TEXT, b"3"),
                    Heard::Open => {
                        let connect = Speech::connect(self.token.as_deref());
                        frame::push(replies, frame::TEXT, connect.as_bytes());
                    }
                    Heard::Error(text) => {
                        return Err(LoadError::Refused(String::from_utf8_lossy(text).into_owned()));
                    }
                    Heard::Other => {}
                },
                frame::PING => frame::push(replies, frame::PONG, frame.payload),
                frame::CLOSE => return Err(LoadError::Closed(frame::close_code(frame.payload))),
                _ => {}
            }
            rest = &rest[frame.length..];
        }
        if rest.len() != bytes.len() || bytes.len() != self.begun.len() {
            self.begun.clear();
            self.begun.extend(rest);
        }
        Ok(rest.len() != bytes.len())
    }

    /// Takes the answer to the request for a websocket, up to where the frames begin.
    async fn take_answer(&mut self) -> Result<(), LoadError> {
        let mut answer = vec![0; 4096];
        let mut end = 0;
        let head = loop {
            self.reader.readable().await?;
            match self.reader.try_read(&mut answer[end..]) {
                Ok(0) => return Err(LoadError::Closed(None)),
                Ok(count) => end += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(error) => return Err(error.into()),
            }
            if let Some(at) = memchr::memmem::find(&answer[..end], b"\r\n\r\n") {
                break at + 4;
            }
        };
        if !answer.starts_with(b"HTTP/1.1 101 ") {
            let text = String::from_utf8_lossy(&answer[..end]);
            let first = text.lines().next().unwrap_or_default().to_owned();
            return Err(LoadError::Refused(first));
        }
        self.begun.extend(&answer[head..end]);
        Ok(())
    }
}

/// What says something on a connection.
#[derive(Clone, Debug)]
pub(crate) struct Speaker {
    writer: Rc<OwnedWriteHalf>,
    speech: Speech,
}

impl Speaker {
    /// Sends the operator's event.
    pub(crate) async fn sync(&self, data: &str) -> Result<(), LoadError> {
        self.say(&self.speech.sync(data)).await
    }

    /// Sends a team's answer, which is acknowledged by its `id`.
    pub(crate) async fn answer(&self, id: u64, data: &str) -> Result<(), LoadError> {
        self.say(&self.speech.answer(id, data)).await
    }

    async fn say(&self, text: &str) -> Result<(), LoadError> {
        let mut frame = Vec::new();
        frame::push(&mut frame, frame::TEXT, text.as_bytes());
        self.write(&frame).await
    }

    async fn write(&self, mut bytes: &[u8]) -> Result<(), LoadError> {
        while !bytes.is_empty() {
            self.writer.writable().await?;
            match self.writer.try_write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
