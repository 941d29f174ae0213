//! A real connection, with a peer that writes bytes.

use std::future::poll_fn;

use bytes::BytesMut;
use estrad_realtime::Close;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::read::{Fault, Message};
use super::{Ending, Socket, end};
use crate::connection::Slot;

const MAX: usize = 1_000;

async fn pair() -> (Socket, TcpStream) {
    pair_with(b"").await
}

/// A socket of which something was read before.
async fn pair_with(already: &[u8]) -> (Socket, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (peer, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
    (
        Socket::new(accepted.unwrap().0, Slot::uncounted(), BytesMut::from(already), MAX),
        peer.unwrap(),
    )
}

/// A frame as clients write it: the first byte, the payload masked.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [1, 2, 3, 4];
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..126 => bytes.push(0x80 | short as u8),
        long => {
            bytes.push(0x80 | 126);
            bytes.extend((long as u16).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const BEGIN_TEXT: u8 = 0x01;
const MORE: u8 = 0x00;
const LAST: u8 = 0x80;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

/// Reads until so many messages came, or nothing will ever follow.
async fn messages(socket: &Socket, count: usize) -> (Vec<Message>, Option<Fault>) {
    let mut got = Vec::new();
    while got.len() < count {
        poll_fn(|context| socket.poll_readable(context)).await.unwrap();
        if let Err(fault) = socket.read(|message| got.push(message)) {
            return (got, Some(fault));
        }
    }
    (got, None)
}

fn text(text: &str) -> Message {
    Message::Text(text.to_owned().into())
}

async fn fault(bytes: &[u8]) -> Option<Fault> {
    let (socket, mut peer) = pair().await;
    peer.write_all(bytes).await.unwrap();
    messages(&socket, usize::MAX).await.1
}

#[tokio::test]
async fn messages_of_all_kinds_in_one_read() {
    let (socket, mut peer) = pair().await;
    let frames = [
        frame(TEXT, "hällo".as_bytes()),
        frame(BINARY, &[1, 2]),
        frame(PING, b"p"),
        frame(PONG, b""),
    ];
    peer.write_all(&frames.concat()).await.unwrap();
    let (got, fault) = messages(&socket, 4).await;
    let (binary, ping) = (Message::Binary(vec![1, 2].into()), Message::Ping("p".into()));
    assert_eq!(got, [text("hällo"), binary, ping, Message::Pong]);
    assert_eq!(fault, None);
    assert_eq!(socket.held(), 0, "no buffer while it is idle");
}

#[tokio::test]
async fn what_was_read_with_the_request_comes_first() {
    let both = [frame(TEXT, b"one"), frame(TEXT, b"two")].concat();
    let (begun, rest) = both.split_at(15);
    let (socket, mut peer) = pair_with(begun).await;
    assert_eq!(messages(&socket, 1).await.0, [text("one")]);
    peer.write_all(rest).await.unwrap();
    assert_eq!(messages(&socket, 1).await.0, [text("two")]);
    assert_eq!(socket.held(), 0);
}

#[tokio::test]
async fn a_frame_may_come_in_single_bytes() {
    let (socket, mut peer) = pair().await;
    let bytes = frame(TEXT, &[b'x'; 200]);
    let (sent, got) = tokio::join!(
        async {
            for byte in &bytes {
                peer.write_all(&[*byte]).await.unwrap();
                tokio::task::yield_now().await;
            }
        },
        messages(&socket, 1)
    );
    let () = sent;
    assert_eq!(got.0, [text(&"x".repeat(200))]);
    assert_eq!(socket.held(), 0);
}

#[tokio::test]
async fn fragments_with_control_frames_between_them() {
    let (socket, mut peer) = pair().await;
    // A letter is cut in two.
    let (first, last) = "ä".as_bytes().split_at(1);
    let frames = [
        frame(BEGIN_TEXT, first),
        frame(PING, b""),
        frame(MORE, &[]),
        frame(LAST, last),
        frame(TEXT, b"next"),
    ];
    peer.write_all(&frames.concat()).await.unwrap();
    let (got, _) = messages(&socket, 3).await;
    assert_eq!(got, [Message::Ping("".into()), text("ä"), text("next")]);
    assert_eq!(socket.held(), 0);
}

#[tokio::test]
async fn nothing_follows_a_goodbye() {
    let (socket, mut peer) = pair().await;
    let frames = [frame(TEXT, b"last"), frame(CLOSE, &1000u16.to_be_bytes()), frame(TEXT, b"x")];
    peer.write_all(&frames.concat()).await.unwrap();
    assert_eq!(messages(&socket, 2).await.0, [text("last"), Message::Close]);
}

#[tokio::test]
async fn who_breaks_the_rules_is_told_which() {
    let broken = |close| Some(Fault::Broken(close));
    let unmasked = [0x81, 1, b'x'];
    let reserved = frame(0xc1, b"x");
    let unknown = frame(0x83, b"x");
    let out_of_turn = frame(LAST, b"x");
    let in_the_middle = [frame(BEGIN_TEXT, b"x"), frame(TEXT, b"x")].concat();
    let cut_ping = frame(0x09, b"x");
    let long_ping = frame(PING, &[0; 126]);
    let odd_close = frame(CLOSE, &[3]);
    for bytes in [
        &unmasked[..],
        &reserved,
        &unknown,
        &out_of_turn,
        &in_the_middle,
        &cut_ping,
        &long_ping,
        &odd_close,
    ] {
        assert_eq!(fault(bytes).await, broken(Close::BadMessage), "{bytes:?}");
    }
    assert_eq!(fault(&frame(TEXT, &[0xff])).await, broken(Close::NotUtf8));
    let cut = [frame(BEGIN_TEXT, &[0xc3]), frame(LAST, b"x")].concat();
    assert_eq!(fault(&cut).await, broken(Close::NotUtf8));
}

#[tokio::test]
async fn too_much_is_refused_before_it_has_come() {
    let broken = Some(Fault::Broken(Close::TooLarge));
    assert_eq!(fault(&frame(TEXT, &[b'x'; MAX + 1])[..8]).await, broken);
    let mut endless = vec![BINARY, 0xff];
    endless.extend((u64::MAX / 4).to_be_bytes());
    assert_eq!(fault(&endless).await, broken);
    let piece = frame(MORE, &[b'x'; 400]);
    let pieces = [frame(BEGIN_TEXT, b"x"), piece.clone(), piece.clone(), piece].concat();
    assert_eq!(fault(&pieces).await, broken);
    let (socket, mut peer) = pair().await;
    peer.write_all(&frame(TEXT, &[b'x'; MAX])).await.unwrap();
    assert_eq!(messages(&socket, 1).await.0.len(), 1, "as much as allowed");
}

#[tokio::test]
async fn what_is_pushed_together_leaves_together() {
    let (socket, mut peer) = pair().await;
    for _ in 0..3 {
        socket.push_text("x");
    }
    assert!(socket.flush().unwrap());
    let mut got = [0; 9];
    peer.read_exact(&mut got).await.unwrap();
    assert_eq!(got, [0x81, 1, b'x', 0x81, 1, b'x', 0x81, 1, b'x']);
}

#[tokio::test]
async fn what_a_peer_does_not_read_waits_here() {
    let (socket, mut peer) = pair().await;
    let text = "x".repeat(50_000);
    let mut frames = 0;
    while socket.waiting() == 0 {
        socket.push_text(&text);
        socket.flush().unwrap();
        frames += 1;
    }
    let waiting = socket.waiting();
    assert!(waiting <= text.len() + 14, "only the rest of it: {waiting}");
    let total = frames * (text.len() + 4);
    let read = async {
        let mut got = vec![0; total];
        peer.read_exact(&mut got).await.unwrap();
        got
    };
    let (flushed, got) = tokio::join!(poll_fn(|context| socket.poll_flush(context)), read);
    flushed.unwrap();
    assert_eq!(got.iter().filter(|byte| **byte == b'x').count(), frames * text.len());
    assert_eq!(socket.held(), 0);
}

#[tokio::test]
async fn a_goodbye_waits_for_the_other() {
    let (socket, mut peer) = pair().await;
    let closing = async {
        end(&socket, Ending::Closed(Close::Ended)).await;
        drop(socket);
    };
    let answer = async {
        let mut head = [0; 4];
        peer.read_exact(&mut head).await.unwrap();
        assert_eq!(u16::from_be_bytes([head[2], head[3]]), Close::Ended.code());
        let mut reason = vec![0; usize::from(head[1]) - 2];
        peer.read_exact(&mut reason).await.unwrap();
        assert_eq!(reason, b"ended");
        peer.write_all(&frame(CLOSE, &4506u16.to_be_bytes())).await.unwrap();
        assert_eq!(peer.read(&mut head).await.unwrap(), 0, "the server closes the connection");
    };
    tokio::join!(closing, answer);
}

#[tokio::test]
async fn a_lost_peer_is_noticed() {
    let (socket, peer) = pair().await;
    drop(peer);
    assert_eq!(messages(&socket, 1).await, (vec![], Some(Fault::Gone)));
}

#[test]
fn a_socket_is_small() {
    let size = std::mem::size_of::<Socket>();
    assert!(size <= 256, "{size}");
}
