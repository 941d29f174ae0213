//! Joining, leaving and being put out of namespaces; acknowledgements to the server.

use std::sync::Arc;
use std::time::Instant;

use estrad_socketio::{
    CloseReason, Event, Frame, Output, Prepared, ProtocolVersion, SendError, Session, Sid, Ticket,
};
use serde_json::json;

use crate::support::{Client, args, config, text};

fn session() -> (Session, Ticket) {
    let now = Instant::now();
    let (mut session, ticket) =
        Session::websocket(Arc::new(config()), ProtocolVersion::V4, Sid::new(), now);
    session.websocket_next(ticket);
    (session, ticket)
}

fn next(session: &mut Session, ticket: Ticket) -> String {
    match session.websocket_next(ticket) {
        Output::Send(Frame::Text(text)) => text.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn connects_carry_their_payload() {
    let mut client = Client::websocket(config(), ProtocolVersion::V4);
    client.frames();
    client.text(r#"40/custom,{"token":"abc"}"#);
    assert_eq!(client.one(), r#"40/custom,{"sid":"id"}"#);
    let auth = json!({"token": "abc"}).as_object().cloned();
    let expected = Event::Connect { namespace: "/custom".into(), auth, query: None };
    assert_eq!(client.events, [expected]);
    client.text("40/custom");
    assert_eq!(client.one(), r#"40/custom,{"sid":"id"}"#, "asking again changes nothing");
    assert_eq!(client.events.len(), 1);
}

#[test]
fn unknown_namespaces_are_refused() {
    let mut client = Client::websocket(config(), ProtocolVersion::V4);
    client.frames();
    client.text("40/random");
    assert_eq!(client.one(), r#"44/random,{"message":"Invalid namespace"}"#);
    client.text(r#"42/random,["e"]"#);
    assert_eq!(client.closed(), None, "what follows a refusal is dropped");
}

#[test]
fn the_application_decides_before_what_follows_counts() {
    let (mut session, ticket) = session();
    let now = Instant::now();
    session.websocket_frame(ticket, text("40"), now);
    session.websocket_frame(ticket, text(r#"42["e"]"#), now);
    assert!(matches!(session.next_event(), Some(Event::Connect { .. })));
    let data = json!({"code": 7});
    session.refuse("/", "no", Some(&data)).unwrap();
    assert_eq!(session.next_event(), None);
    let refusal = next(&mut session, ticket);
    let payload: serde_json::Value = serde_json::from_str(&refusal[2..]).unwrap();
    assert_eq!(payload, json!({"message": "no", "data": {"code": 7}}));
    assert_eq!(session.accept("/", "id"), Err(SendError::NotJoined));
}

#[test]
fn events_before_any_connect_close() {
    let mut client = Client::websocket(config(), ProtocolVersion::V4);
    client.text(r#"42["message"]"#);
    assert_eq!(client.closed(), Some(CloseReason::ParseError));
}

#[test]
fn leaving_one_namespace_leaves_the_engine_and_the_others() {
    let mut client = Client::joined(config());
    client.text("40/custom,");
    client.frames();
    client.text("41/custom,");
    client.text(r#"42/custom,["message"]"#);
    client.text(r#"42["message","main"]"#);
    assert_eq!(client.one(), r#"42["message-back","main"]"#);
    client.text("41");
    assert_eq!(client.closed(), None);
    let left = client.events.iter().filter(|event| matches!(event, Event::Disconnect { .. }));
    assert_eq!(left.count(), 2);
    client.text("40");
    assert_eq!(client.one(), r#"40{"sid":"id"}"#);
}

#[test]
fn being_put_out() {
    let mut client = Client::joined(config());
    client.session.disconnect("/").unwrap();
    assert_eq!(client.one(), "41");
    client.text(r#"42["message"]"#);
    assert!(client.frames().is_empty());
    assert_eq!(client.closed(), None);
    let event = Prepared::event("/", "e", &args([])).unwrap();
    assert_eq!(client.session.emit(&event), Err(SendError::NotJoined));
}

#[test]
fn namespaces_are_counted() {
    let mut config = config();
    config.namespaces = (0..20).map(|n| format!("/{n}").into()).collect();
    let mut client = Client::websocket(config, ProtocolVersion::V4);
    client.frames();
    for n in 0..8 {
        client.text(&format!("40/{n},"));
        assert!(client.one().starts_with("40/"));
    }
    client.text("40/8,");
    assert_eq!(client.one(), r#"44/8,{"message":"Too many namespaces"}"#);
}

#[test]
fn acknowledgements_count_once() {
    let mut client = Client::joined(config());
    let id = client.session.emit_with_ack("/", "ask", &args([json!(1)])).unwrap();
    assert_eq!(client.one(), r#"420["ask",1]"#);
    for _ in 0..2 {
        client.text(r#"430["answer"]"#);
    }
    client.text("4399[]");
    let namespace = String::from("/");
    assert_eq!(client.events, [Event::Ack { namespace, id, args: args([json!("answer")]) }]);
}

#[test]
fn awaited_acknowledgements_are_counted() {
    let mut config = config();
    config.max_pending_acks = 1;
    let mut client = Client::joined(config);
    let id = client.session.emit_with_ack("/", "ask", &args([])).unwrap();
    let second = client.session.emit_with_ack("/", "ask", &args([]));
    assert_eq!(second, Err(SendError::TooManyAcks));
    client.session.forget_ack("/", id);
    assert!(client.session.emit_with_ack("/", "ask", &args([])).is_ok());
}
