//! Clients that want more than their share.

use estrad_socketio::{CloseReason, Config, Event, Prepared, ProtocolVersion, SendError};
use serde_json::json;

use crate::support::{Client, args, config};

#[test]
fn who_never_reads_is_let_go() {
    let config = Config { max_outbox_bytes: 10_000, ..config() };
    let mut client = Client::joined(config);
    let event = Prepared::event("/", "e", &args([json!("x".repeat(900))])).unwrap();
    let sent = (0..100).take_while(|_| client.session.emit(&event).is_ok()).count();
    assert!(sent >= 9, "{sent}");
    assert!(client.session.outbox_bytes() == 0);
    assert_eq!(client.closed(), Some(CloseReason::SlowConsumer));
    assert_eq!(client.session.emit(&event), Err(SendError::Closed));
}

#[test]
fn answers_to_a_flood_are_bounded_too() {
    let config = Config { max_outbox_bytes: 10_000, ..config() };
    let mut client = Client::joined(config);
    for n in 0..1_000 {
        client.text(&format!("40/unknown{n},"));
    }
    assert_eq!(client.closed(), Some(CloseReason::SlowConsumer));
}

#[test]
fn ten_thousand_attachments_are_not_awaited() {
    let mut client = Client::joined(config());
    let holes: Vec<_> =
        (0..10_000).map(|n| format!(r#"{{"_placeholder":true,"num":{n}}}"#)).collect();
    client.text(&format!(r#"4510000-["message",{}]"#, holes.join(",")));
    assert_eq!(client.closed(), Some(CloseReason::ParseError));
}

#[test]
fn heavy_attachments_are_refused() {
    let config = Config { max_attachment_bytes: 100, ..config() };
    let mut client = Client::joined(config);
    client.text(r#"451-["message",{"_placeholder":true,"num":0}]"#);
    client.binary(&[0; 101]);
    assert_eq!(client.closed(), Some(CloseReason::ParseError));
}

#[test]
fn deep_and_wide_json_is_not_taken() {
    let deep = format!(r#"42["message",{}{}]"#, "[".repeat(100_000), "]".repeat(100_000));
    let wide = format!(r#"42["message"{}]"#, ",0".repeat(200_000));
    for sent in [deep, wide] {
        let mut client = Client::joined(config());
        client.events.clear();
        client.text(&sent);
        let (namespace, name) = ("/".to_owned(), Some("message".to_owned()));
        assert_eq!(client.events, [Event::Unreadable { namespace, name, ack: None }]);
        assert_eq!(client.closed(), None);
        let mut client = Client::joined(config());
        client.text(&sent[..sent.len() - 1]);
        assert_eq!(client.closed(), Some(CloseReason::ParseError));
    }
}

#[test]
fn frames_and_packets_are_counted() {
    let mut client = Client::joined(config());
    client.text(&"4".repeat(1_000_001));
    assert_eq!(client.closed(), Some(CloseReason::ParseError));
    let mut client = Client::polling(config(), ProtocolVersion::V4).0;
    assert!(client.post("6\u{1e}".repeat(20_000) + "6").is_err());
    assert!(client.closed().is_some());
}

#[test]
fn a_transport_that_reads_on_is_stopped() {
    let mut client = Client::joined(config());
    let socket = client.socket.unwrap();
    for _ in 0..10 {
        let frame = crate::support::text(&format!("4{}", "x".repeat(500_000)));
        client.session.websocket_frame(socket, frame, client.now);
    }
    assert_eq!(client.closed(), Some(CloseReason::TransportError));
}
