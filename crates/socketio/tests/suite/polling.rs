//! Engine.IO 4 over long polling: what the protocol's public suite expects, and what it leaves open.

use estrad_socketio::payload::Encoding;
use estrad_socketio::{CloseReason, ProtocolVersion, RequestError};
use serde_json::{Value, json};

use crate::support::{Client, config};

fn open() -> Client {
    Client::polling(config(), ProtocolVersion::V4).0
}

#[test]
fn the_handshake_has_five_members() {
    let (client, body) = Client::polling(config(), ProtocolVersion::V4);
    let open: Value = serde_json::from_str(body.strip_prefix('0').unwrap()).unwrap();
    let expected = json!({
        "sid": client.session.sid().as_str(), "upgrades": ["websocket"],
        "pingInterval": 300, "pingTimeout": 200, "maxPayload": 1_000_000,
    });
    assert_eq!(open, expected);
}

#[test]
fn several_packets_of_one_post_are_answered_in_the_next_poll() {
    let mut client = open();
    client.post("40").unwrap();
    assert_eq!(client.poll().unwrap(), r#"40{"sid":"id"}"#);
    client.post("42[\"message\",1]\u{1e}42[\"message\",2]").unwrap();
    assert_eq!(client.poll().unwrap(), "42[\"message-back\",1]\u{1e}42[\"message-back\",2]");
    client.post("451-[\"message\",{\"_placeholder\":true,\"num\":0}]\u{1e}bAQIDBA==").unwrap();
    assert_eq!(
        client.poll().unwrap(),
        "451-[\"message-back\",{\"_placeholder\":true,\"num\":0}]\u{1e}bAQIDBA=="
    );
}

#[test]
fn bursts_of_300_events_leave_in_answers_of_15() {
    let mut client = open();
    client.post("40").unwrap();
    client.poll().unwrap();
    let burst: Vec<_> = (0..300).map(|n| format!(r#"42["message",{n}]"#)).collect();
    client.post(burst.join("\u{1e}")).unwrap();
    let mut seen = Vec::new();
    while seen.len() < 300 {
        let body = client.poll().unwrap();
        let packets: Vec<_> = body.split('\u{1e}').map(str::to_owned).collect();
        assert!(packets.len() < 16);
        seen.extend(packets);
    }
    assert_eq!(seen[299], r#"42["message-back",299]"#);
}

#[test]
fn garbage_ends_the_session() {
    for body in ["abc", "", "4abc", "42{}", "5", "2", "0{}"] {
        let mut client = open();
        assert_eq!(client.post(body), Err(RequestError::Malformed), "{body}");
        assert_eq!(client.closed(), Some(CloseReason::ParseError), "{body}");
        assert!(matches!(client.poll(), Err(RequestError::InvalidSession(_))), "{body}");
    }
}

#[test]
fn of_a_post_with_a_bad_packet_nothing_counts() {
    let mut client = open();
    client.post("40").unwrap();
    client.events.clear();
    client.post("42[\"message\"]\u{1e}zzz").unwrap_err();
    let names: Vec<_> = client.events.iter().map(|event| format!("{event:?}")).collect();
    assert!(names[0].starts_with("Disconnect"), "{names:?}");
}

#[test]
fn a_second_poll_ends_the_session() {
    let mut client = open();
    let first = client.session.poll_start(client.now).unwrap();
    assert_eq!(client.answer(first), None);
    assert_eq!(client.poll(), Err(RequestError::Overlap));
    assert_eq!(client.answer(first).unwrap(), "1");
    assert!(matches!(client.poll(), Err(RequestError::InvalidSession(_))));
}

#[test]
fn a_second_post_ends_the_session() {
    let mut client = open();
    let first = client.session.post_start(client.now).unwrap();
    assert_eq!(client.session.post_start(client.now), Err(RequestError::Overlap));
    let late = client.session.post_body(first, Encoding::Text, "40".into(), client.now);
    assert!(matches!(late, Err(RequestError::InvalidSession(_))));
    assert_eq!(client.closed(), Some(CloseReason::TransportError));
}

#[test]
fn goodbye_is_answered_with_noop_and_counts_what_came_before() {
    let mut client = open();
    client.post("40").unwrap();
    client.poll().unwrap();
    let waiting = client.session.poll_start(client.now).unwrap();
    client.events.clear();
    client.post("42[\"last\"]\u{1e}1").unwrap();
    assert_eq!(client.answer(waiting).unwrap(), "6");
    assert_eq!(client.events.len(), 3, "the event, the namespace's end, the session's end");
    assert!(client.poll().is_err());
}

#[test]
fn what_the_server_says_last_is_still_fetched() {
    let mut client = open();
    client.post("40\u{1e}42[\"message\"]").unwrap();
    client.session.close(client.now);
    client.run();
    assert_eq!(client.closed(), None);
    assert_eq!(client.poll().unwrap(), "40{\"sid\":\"id\"}\u{1e}42[\"message-back\"]");
    // Not in the same body: the close itself has clients pass over what came with it.
    assert_eq!(client.closed(), None);
    assert_eq!(client.poll().unwrap(), "1");
    assert_eq!(client.closed(), Some(CloseReason::ServerClose));
}

#[test]
fn who_is_to_come_back_loses_the_poll_and_nothing_before_it() {
    let mut client = open();
    client.post("40\u{1e}42[\"message\"]").unwrap();
    client.session.close_to_return(client.now);
    client.run();
    let first = client.session.poll_start(client.now).unwrap();
    assert!(!client.session.poll_lost(first));
    assert_eq!(client.answer(first).unwrap(), "40{\"sid\":\"id\"}\u{1e}42[\"message-back\"]");
    let second = client.session.poll_start(client.now).unwrap();
    assert!(client.session.poll_lost(second));
    assert_eq!(client.answer(second), None, "no close packet");
    assert_eq!(client.closed(), Some(CloseReason::ServerClose));
    assert_eq!(RequestError::Ended.status(), 503);
}

#[test]
fn every_end_that_is_not_for_good_loses_the_poll() {
    // Nothing was heard of it.
    let mut silent = open();
    silent.post("40").unwrap();
    silent.poll().unwrap();
    silent.wait(25_000);
    assert_eq!(silent.poll().unwrap(), "2");
    let waiting = silent.session.poll_start(silent.now).unwrap();
    silent.wait(25_000);
    assert_eq!(silent.closed(), Some(CloseReason::PingTimeout));
    assert!(silent.session.poll_lost(waiting));
    // It sent what can't be read.
    let mut broken = open();
    let waiting = broken.session.poll_start(broken.now).unwrap();
    broken.post("x").unwrap_err();
    assert!(broken.session.poll_lost(waiting));
    // The end of a session that never joined is for good, and so is one that the server says.
    let mut nobody = open();
    let waiting = nobody.session.poll_start(nobody.now).unwrap();
    nobody.session.close(nobody.now);
    assert!(!nobody.session.poll_lost(waiting));
    assert_eq!(nobody.answer(waiting).unwrap(), "1");
}

#[test]
fn nobody_waits_for_a_client_that_fetches_nothing() {
    let mut client = open();
    client.session.close(client.now);
    client.wait(5_000);
    assert_eq!(client.closed(), Some(CloseReason::ServerClose));
}

#[test]
fn bodies_beyond_the_limit_are_refused() {
    let mut client = open();
    let refused = client.post(vec![b'4'; 1_000_001]).unwrap_err();
    assert_eq!(refused.status(), 413);
    assert!(client.closed().is_some());
}

#[test]
fn an_abandoned_poll_loses_nothing() {
    let mut client = open();
    let waiting = client.session.poll_start(client.now).unwrap();
    client.session.poll_abandon(waiting);
    client.post("40").unwrap();
    assert_eq!(client.poll().unwrap(), r#"40{"sid":"id"}"#);
}

#[test]
fn a_post_is_done_with_once_its_events_are_read() {
    let mut client = open();
    assert!(!client.session.has_events());
    let ticket = client.session.post_start(client.now).unwrap();
    let body = "40\u{1e}42[\"message\"]".into();
    client.session.post_body(ticket, Encoding::Text, body, client.now).unwrap();
    let mut events = 0;
    while client.session.has_events() {
        events += usize::from(client.session.next_event().is_some());
    }
    assert!(events > 0);
    assert!(!client.session.has_events() && client.session.next_event().is_none());
    client.session.post_end(ticket).unwrap();
}
