//! Engine.IO 3 with Socket.IO 4: clients v1 and v2.

use bytes::Bytes;
use estrad_socketio::payload::Encoding;
use estrad_socketio::{CloseReason, Dialect, Event, Frame, ProtocolVersion};

use crate::support::{Client, config, text};

/// A client that asked for base64.
const TEXT_ONLY: Dialect = Dialect { protocol: ProtocolVersion::V3, base64: true };

const HOLE: &str = r#"{"_placeholder":true,"num":0}"#;

#[test]
fn the_main_namespace_comes_unasked() {
    let (mut client, open) = Client::polling(config(), ProtocolVersion::V3);
    let (length, packet) = open.split_once(':').unwrap();
    assert_eq!(length, packet.len().to_string());
    assert!(packet.starts_with("0{"));
    assert_eq!(client.poll().unwrap(), "2:40");

    let mut client = Client::websocket(config(), ProtocolVersion::V3);
    let frames = client.frames();
    assert_eq!(frames.len(), 2);
    assert_eq!(frames[1], text("40"));
}

#[test]
fn polling_frames_have_lengths() {
    let (mut client, _) = Client::polling(config(), ProtocolVersion::V3);
    client.poll().unwrap();
    client.post("20:42[\"message\",\"😀\"]").unwrap_err();

    let (mut client, _) = Client::polling(config(), ProtocolVersion::V3);
    client.poll().unwrap();
    client.post("18:42[\"message\",\"😀\"]18:42[\"message\",\"éa\"]").unwrap();
    assert_eq!(
        client.poll().unwrap(),
        "23:42[\"message-back\",\"😀\"]23:42[\"message-back\",\"éa\"]"
    );
}

#[test]
fn binary_in_both_encodings() {
    let event = format!(r#"451-["message",{HOLE}]"#);
    let back = format!(r#"451-["message-back",{HOLE}]"#);
    let (mut client, _) = Client::polling(config(), TEXT_ONLY);
    client.poll().unwrap();
    client.post(format!("{}:{event}10:b4AQIDBA==", event.len())).unwrap();
    assert_eq!(client.poll().unwrap(), format!("{}:{back}10:b4AQIDBA==", back.len()));

    let (mut client, _) = Client::polling(config(), ProtocolVersion::V3);
    client.poll().unwrap();
    let mut body = vec![0, 4, 5, 255];
    assert_eq!(event.len(), 45);
    body.extend(event.bytes());
    body.extend([1, 5, 255, 4, 1, 2, 3, 4]);
    client.post_as(Encoding::Binary, body).unwrap();
    let poll = client.session.poll_start(client.now).unwrap();
    let answer = client.session.poll_take(poll).unwrap();
    assert_eq!(answer.encoding, Encoding::Binary);
    assert!(answer.body.ends_with(&[1, 5, 255, 4, 1, 2, 3, 4]));
}

#[test]
fn binary_frames_begin_with_their_type() {
    let mut client = Client::websocket(config(), ProtocolVersion::V3);
    client.frames();
    client.text(&format!(r#"451-["message",{HOLE}]"#));
    client.binary(&[4, 1, 2]);
    let back = text(&format!(r#"451-["message-back",{HOLE}]"#));
    assert_eq!(client.frames(), [back, Frame::Binary(Bytes::from_static(&[4, 1, 2]))]);
    let mut client = Client::websocket(config(), TEXT_ONLY);
    client.frames();
    client.text(&format!(r#"451-["message",{HOLE}]"#));
    client.text("b4AQI=");
    let back = text(&format!(r#"451-["message-back",{HOLE}]"#));
    assert_eq!(client.frames(), [back, text("b4AQI=")]);
    for wrong in [&[][..], &[2, 1]] {
        let mut client = Client::websocket(config(), ProtocolVersion::V3);
        client.text(&format!(r#"451-["message",{HOLE}]"#));
        client.binary(wrong);
        assert_eq!(client.closed(), Some(CloseReason::ParseError));
    }
}

#[test]
fn the_client_pings() {
    let (mut client, _) = Client::polling(config(), ProtocolVersion::V3);
    client.poll().unwrap();
    for _ in 0..3 {
        client.wait(400);
        client.post("1:2").unwrap();
        assert_eq!(client.poll().unwrap(), "1:3");
    }
    client.wait(500);
    assert_eq!(client.closed(), Some(CloseReason::PingTimeout));
}

#[test]
fn other_namespaces_are_asked_for() {
    let mut client = Client::websocket(config(), ProtocolVersion::V3);
    client.frames();
    client.text("40/custom?token=1,");
    assert_eq!(client.one(), "40/custom,");
    let asked = client.events.iter().any(
        |event| matches!(event, Event::Connect { query: Some(query), .. } if query == "token=1"),
    );
    assert!(asked);
    client.text("40/random,");
    assert_eq!(client.one(), r#"44/random,"Invalid namespace""#);
}

#[test]
fn upgrade() {
    let (mut client, _) = Client::polling(config(), ProtocolVersion::V3);
    client.poll().unwrap();
    let socket = client.session.websocket_open(client.now).unwrap();
    client.frame_on(socket, text("2probe"));
    assert_eq!(client.frames_on(socket), [text("3probe")]);
    assert_eq!(client.poll().unwrap(), "1:6");
    client.frame_on(socket, text("5"));
    client.frame_on(socket, text("2"));
    assert_eq!(client.frames_on(socket), [text("3")]);
}
