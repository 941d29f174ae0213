//! A websocket client that is nothing but a socket: light enough for thousands in one process, and
//! able to stop reading.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::harness::lines::PATIENCE;

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;

/// What came.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    Message(Value),
    /// The number of the close frame.
    Closed(u16),
    /// The connection is gone without a close frame.
    Gone,
}

/// One connection to `/ws`.
pub(crate) struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    /// Connects with a token in the header. A small receive buffer makes it a peer that is soon full.
    pub(crate) async fn open(address: SocketAddr, token: &str, receive: Option<u32>) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        if let Some(bytes) = receive {
            socket.set_recv_buffer_size(bytes).expect("a buffer");
        }
        let mut stream = socket.connect(address).await.expect("connects");
        let request = format!(
            "GET /ws HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
             authorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("asks");
        let mut wire = Self { stream, buffer: Vec::new() };
        let end = loop {
            if let Some(end) = wire.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end;
            }
            assert!(wire.fill().await, "no answer");
        };
        let head: Vec<u8> = wire.buffer.drain(..end + 4).collect();
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
        wire
    }

    /// Sends a text, as far as the peer takes it. Whether it did.
    pub(crate) async fn send(&mut self, text: &str) -> bool {
        let mut frame = vec![0x80 | TEXT];
        match u16::try_from(text.len()).expect("a short text") {
            short @ 0..126 => frame.push(0x80 | short as u8),
            length => {
                frame.push(0x80 | 126);
                frame.extend(length.to_be_bytes());
            }
        }
        // Masked with zeros, which changes nothing.
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.stream.write_all(&frame).await.is_ok()
    }

    /// The next that comes.
    pub(crate) async fn next(&mut self) -> Heard {
        tokio::time::timeout(PATIENCE, self.read()).await.expect("comes in time")
    }

    /// The data of the next event of that name.
    pub(crate) async fn expect(&mut self, event: &str) -> Value {
        loop {
            match self.next().await {
                Heard::Message(mut message) if message["event"] == event => {
                    return message["data"].take();
                }
                Heard::Message(_) => {}
                other => panic!("{other:?} instead of {event}"),
            }
        }
    }

    /// How it ends, whatever comes before.
    pub(crate) async fn end(&mut self) -> Heard {
        loop {
            match self.next().await {
                Heard::Message(_) => {}
                end => return end,
            }
        }
    }

    async fn read(&mut self) -> Heard {
        loop {
            if let Some((opcode, payload)) = self.frame() {
                match opcode {
                    TEXT => return Heard::Message(serde_json::from_slice(&payload).expect("JSON")),
                    CLOSE => {
                        let code =
                            payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code));
                        return Heard::Closed(code);
                    }
                    // No test takes so long that it had to answer.
                    PING => {}
                    _ => panic!("opcode {opcode}"),
                }
            } else if !self.fill().await {
                return Heard::Gone;
            }
        }
    }

    /// A whole frame, if there is one; the server masks and splits nothing.
    fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let (head, length) = match (*self.buffer.first_chunk::<2>()?)[1] {
            126 => (4, u16::from_be_bytes(*self.buffer.get(2..)?.first_chunk()?).into()),
            127 => {
                let length = u64::from_be_bytes(*self.buffer.get(2..)?.first_chunk()?);
                (10, usize::try_from(length).expect("in memory"))
            }
            short => (2, usize::from(short)),
        };
        let payload = self.buffer.get(head..head + length)?.to_vec();
        let opcode = self.buffer[0] & 0x0f;
        self.buffer.drain(..head + length);
        Some((opcode, payload))
    }

    /// Reads more, if there is more.
    async fn fill(&mut self) -> bool {
        matches!(self.stream.read_buf(&mut self.buffer).await, Ok(read) if read > 0)
    }
}
