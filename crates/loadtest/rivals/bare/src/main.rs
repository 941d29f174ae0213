//! The floor: what one copy to one client costs when there is nothing else to do.
//!
//! One thread, one loop, no protocol to speak of. The handshake is answered without being read
//! (the load generator always sends the key of RFC 6455's example), a frame is built once, and one
//! `write` per client carries all frames that had arrived. Whoever cannot take it is dropped.
//! Takes the port.

use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::net::Ipv4Addr;
use std::rc::Rc;

use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpSocket, TcpStream};

const WELCOME: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
const STATE: &str = r#"{"event":"sync","data":{"slide_order":0,"seq":0}}"#;
/// Requests are smaller than this, and no more is read at once, in bytes.
const BUFFER: usize = 4096;
/// How many connections may wait to be accepted; tokio's 128 are too few for a storm.
const WAITING: u32 = 1024;

type Clients = Rc<RefCell<HashMap<u64, OwnedWriteHalf>>>;

fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = std::env::args().nth(1).ok_or("usage: rival-bare PORT")?.parse()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let clients = Clients::default();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
        let listener = socket.listen(WAITING)?;
        for id in 0.. {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let clients = clients.clone();
            tokio::task::spawn_local(async move {
                // A client that breaks off is how each of them ends.
                let _ended = serve(stream, id, &clients).await;
                clients.borrow_mut().remove(&id);
            });
        }
        Ok(())
    })
}

async fn serve(stream: TcpStream, id: u64, clients: &Clients) -> io::Result<()> {
    let (reader, writer) = stream.into_split();
    skip_request(&reader).await?;
    let mut welcome = WELCOME.as_bytes().to_vec();
    push_frame(&mut welcome, STATE.as_bytes());
    writer.try_write(&welcome)?;
    clients.borrow_mut().insert(id, writer);

    let mut received = Vec::new();
    loop {
        reader.readable().await?;
        if !read_some(&reader, &mut received)? {
            return Ok(());
        }
        let mut frames = Vec::new();
        while let Some(payload) = take_frame(&mut received) {
            push_frame(&mut frames, &payload);
        }
        if !frames.is_empty() {
            clients
                .borrow_mut()
                .retain(|_, writer| writer.try_write(&frames).is_ok_and(|n| n == frames.len()));
        }
    }
}

async fn skip_request(reader: &OwnedReadHalf) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        reader.readable().await?;
        if request.len() > BUFFER || !read_some(reader, &mut request)? {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(())
}

/// Appends what is there, and says whether more may come. The buffer is on the stack, as it has to
/// take many frames at once and an idle client should cost no memory for it.
fn read_some(reader: &OwnedReadHalf, received: &mut Vec<u8>) -> io::Result<bool> {
    let mut buffer = [0; BUFFER];
    match reader.try_read(&mut buffer) {
        Ok(0) => Ok(false),
        Ok(count) => {
            received.extend(&buffer[..count]);
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
        Err(error) => Err(error),
    }
}

/// The payload of a small masked frame, as clients send them.
fn take_frame(received: &mut Vec<u8>) -> Option<Vec<u8>> {
    let length = usize::from(received.get(1)? & 0x7f);
    let (start, length) = match length {
        126 => (4, usize::from(u16::from_be_bytes([*received.get(2)?, *received.get(3)?]))),
        length => (2, length),
    };
    let mask: [u8; 4] = received.get(start..start + 4)?.try_into().ok()?;
    let payload = received.get(start + 4..start + 4 + length)?;
    let plain = payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    received.drain(..start + 4 + length);
    Some(plain)
}

/// Appends a text frame as servers send them.
fn push_frame(frames: &mut Vec<u8>, payload: &[u8]) {
    frames.push(0x81);
    match u8::try_from(payload.len()) {
        Ok(length @ ..126) => frames.push(length),
        _ => {
            frames.push(126);
            let length = u16::try_from(payload.len()).unwrap_or(u16::MAX);
            frames.extend(length.to_be_bytes());
        }
    }
    frames.extend(payload);
}
