//! Heartbeats of Engine.IO 4, and sessions that never get anywhere.

use std::time::Duration;

use estrad_socketio::{CloseReason, Config, ProtocolVersion};

use crate::support::{Client, config};

#[test]
fn polling_clients_are_pinged() {
    let mut client = Client::polling(config(), ProtocolVersion::V4).0;
    for _ in 0..3 {
        assert_eq!(client.poll().unwrap(), "nothing");
        client.wait(300);
        assert_eq!(client.poll().unwrap(), "2");
        client.post("3").unwrap();
    }
    client.wait(300);
    client.wait(200);
    assert_eq!(client.closed(), Some(CloseReason::PingTimeout));
    assert!(client.poll().is_err());
}

#[test]
fn websocket_clients_are_pinged() {
    let mut client = Client::joined(config());
    for _ in 0..3 {
        assert_eq!(client.session.deadline(), Some(client.now + Duration::from_millis(300)));
        client.wait(300);
        assert_eq!(client.one(), "2");
        client.text("3");
    }
    client.wait(300);
    client.text(r#"42["message"]"#);
    client.wait(200);
    assert_eq!(client.closed(), Some(CloseReason::PingTimeout), "only pongs count");
    assert_eq!(client.session.deadline(), None);
}

#[test]
fn sessions_that_join_nothing_end() {
    let config = Config { connect_timeout: Duration::from_millis(100), ..config() };
    let mut idle = Client::websocket(config.clone(), ProtocolVersion::V4);
    idle.text("40/unknown,");
    idle.wait(100);
    assert_eq!(idle.closed(), Some(CloseReason::ConnectTimeout));
    let mut busy = Client::joined(config);
    busy.wait(100);
    assert_eq!(busy.closed(), None);
}
