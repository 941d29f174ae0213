//! From polling to a websocket.

use estrad_socketio::{CloseReason, Frame, Output, ProtocolVersion, RequestError, Ticket};

use crate::support::{Client, config, text};

fn joined() -> Client {
    let mut client = Client::polling(config(), ProtocolVersion::V4).0;
    client.post("40").unwrap();
    client.poll().unwrap();
    client
}

fn probe(client: &mut Client) -> Ticket {
    let socket = client.session.websocket_open(client.now).unwrap();
    client.frame_on(socket, text("2probe"));
    assert_eq!(client.frames_on(socket), [text("3probe")]);
    socket
}

fn close_of(client: &mut Client, socket: Ticket) -> bool {
    matches!(client.session.websocket_next(socket), Output::Close(_))
}

#[test]
fn polls_end_and_the_websocket_takes_over() {
    let mut client = joined();
    let waiting = client.session.poll_start(client.now).unwrap();
    let socket = probe(&mut client);
    assert_eq!(client.answer(waiting).unwrap(), "6");
    client.post("42[\"message\",1]").unwrap();
    assert_eq!(client.poll().unwrap(), "6", "what waits, waits for the websocket");
    client.frame_on(socket, text("5"));
    assert_eq!(client.frames_on(socket), [text(r#"42["message-back",1]"#)]);
    assert_eq!(client.poll(), Err(RequestError::TransportMismatch));
    assert_eq!(client.post("42[\"message\"]"), Err(RequestError::TransportMismatch));
    assert_eq!(client.session.websocket_open(client.now), Err(RequestError::TransportMismatch));
    client.frame_on(socket, text(r#"42["message",2]"#));
    assert_eq!(client.frames_on(socket), [text(r#"42["message-back",2]"#)]);
}

#[test]
fn a_poll_that_waits_is_answered_after_the_upgrade_too() {
    let mut client = joined();
    let socket = probe(&mut client);
    let waiting = client.session.poll_start(client.now).unwrap();
    client.frame_on(socket, text("5"));
    assert_eq!(client.answer(waiting).unwrap(), "6");
}

#[test]
fn a_failed_attempt_leaves_the_session_on_polling() {
    for wrong in [text("5"), text("4hello"), text("2"), Frame::Binary(vec![1].into()), text("")] {
        let mut client = joined();
        let socket = client.session.websocket_open(client.now).unwrap();
        client.frame_on(socket, wrong);
        assert!(close_of(&mut client, socket));
        client.post("42[\"message\",1]").unwrap();
        assert_eq!(client.poll().unwrap(), r#"42["message-back",1]"#);
    }
    let mut client = joined();
    let socket = probe(&mut client);
    client.post("42[\"message\",1]").unwrap();
    client.session.websocket_closed(socket);
    assert_eq!(client.poll().unwrap(), r#"42["message-back",1]"#);
}

#[test]
fn attempts_end_in_time_and_one_at_a_time() {
    let mut slow = config();
    slow.ping_interval = std::time::Duration::from_secs(60);
    let mut client = Client::polling(slow, ProtocolVersion::V4).0;
    let socket = client.session.websocket_open(client.now).unwrap();
    assert_eq!(client.session.websocket_open(client.now), Err(RequestError::TransportMismatch));
    client.wait(10_000);
    assert!(close_of(&mut client, socket));
    assert_eq!(client.closed(), None);
    assert!(client.session.websocket_open(client.now).is_ok());
}

#[test]
fn an_attempt_ends_with_its_session() {
    let mut client = joined();
    let socket = probe(&mut client);
    client.post("1").unwrap();
    assert_eq!(client.session.websocket_next(socket), Output::Close(CloseReason::TransportClose));
    assert!(matches!(
        client.session.websocket_open(client.now),
        Err(RequestError::InvalidSession(_))
    ));
}
