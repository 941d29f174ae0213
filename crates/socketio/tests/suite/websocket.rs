//! Engine.IO 4 on a websocket from the beginning, and Socket.IO 5 on it.

use bytes::Bytes;
use estrad_socketio::{CloseReason, Frame, Output, ProtocolVersion};

use crate::support::{Client, config, text};

const TWO: &str = r#"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"#;

#[test]
fn the_handshake_comes_first_and_offers_no_upgrade() {
    let mut client = Client::websocket(config(), ProtocolVersion::V4);
    let open = client.one();
    assert!(open.starts_with("0{") && open.contains(r#""upgrades":[]"#), "{open}");
}

#[test]
fn events_come_back() {
    let mut client = Client::joined(config());
    client.text(r#"42["message",1,"2",{"3":[true]}]"#);
    assert_eq!(client.one(), r#"42["message-back",1,"2",{"3":[true]}]"#);
    client.text(r#"42456["e",1,"2",{"3":[false]}]"#);
    assert_eq!(client.one(), r#"43456[1,"2",{"3":[false]}]"#);
}

#[test]
fn binary_comes_back() {
    let mut client = Client::joined(config());
    for (sent, back) in [
        (format!(r#"452-["message",{TWO}]"#), format!(r#"452-["message-back",{TWO}]"#)),
        (format!(r#"452-789["e",{TWO}]"#), format!("462-789[{TWO}]")),
    ] {
        client.text(&sent);
        client.binary(&[1, 2, 3]);
        assert!(client.frames().is_empty());
        client.binary(&[4, 5, 6]);
        let data = |bytes: &'static [u8]| Frame::Binary(Bytes::from_static(bytes));
        assert_eq!(client.frames(), [text(&back), data(&[1, 2, 3]), data(&[4, 5, 6])]);
    }
}

#[test]
fn what_can_not_be_read_closes() {
    for sent in [
        "abc",
        "",
        "4abc",
        "42{}",
        r#"42abc["e",1]"#,
        "44{}",
        "5",
        "2",
        "2probe",
        "6x4",
        "40[]",
        "43[]",
        r#"450-"#,
        r#"4510000-["e"]"#,
        r#"42["connect"]"#,
    ] {
        let mut client = Client::joined(config());
        client.text(sent);
        if sent == "6x4" {
            assert_eq!(client.closed(), None, "a noop");
            continue;
        }
        let socket = client.socket.unwrap();
        let output = client.session.websocket_next(socket);
        assert_eq!(output, Output::Close(CloseReason::ParseError), "{sent}");
    }
}

#[test]
fn attachments_out_of_order_close() {
    let mut client = Client::joined(config());
    client.binary(&[1]);
    assert_eq!(client.closed(), Some(CloseReason::ParseError));
    let mut client = Client::joined(config());
    client.text(&format!(r#"452-["message",{TWO}]"#));
    client.text(r#"42["message"]"#);
    assert_eq!(client.closed(), Some(CloseReason::ParseError));
}

#[test]
fn goodbyes_of_both_sides() {
    let mut client = Client::joined(config());
    client.text("1");
    assert_eq!(client.closed(), Some(CloseReason::TransportClose));
    assert_eq!(client.events.len(), 2);

    let mut client = Client::joined(config());
    client.session.websocket_closed(client.socket.unwrap());
    client.run();
    assert_eq!(client.events.len(), 2);

    let mut client = Client::joined(config());
    client.text(r#"42["message"]"#);
    client.session.close(client.now);
    assert_eq!(client.one(), r#"42["message-back"]"#);
    assert_eq!(client.closed(), Some(CloseReason::ServerClose));
}

#[test]
fn nobody_else_takes_the_session_over() {
    let mut client = Client::joined(config());
    assert!(client.session.websocket_open(client.now).is_err());
    assert!(client.poll().is_err());
    assert!(client.post("42[\"message\"]").is_err());
    client.text(r#"42["message"]"#);
    assert_eq!(client.one(), r#"42["message-back"]"#);
}
