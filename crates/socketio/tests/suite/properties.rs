//! What holds whatever a client does.

use bytes::Bytes;
use estrad_socketio::payload::{self, Encoding};
use estrad_socketio::{Dialect, Event, Frame, ProtocolVersion};
use proptest::prelude::*;

use crate::codec::args;
use crate::support::{Client, config};

/// One step of a client without manners.
#[derive(Debug, Clone)]
enum Step {
    Post(Encoding, Vec<u8>),
    Poll,
    KeepPolling,
    OpenSocket,
    Text(usize, String),
    Binary(usize, Vec<u8>),
    CloseSocket(usize),
    Wait(u64),
}

fn packet() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("40".to_owned()),
        Just("41".to_owned()),
        Just("40/custom,".to_owned()),
        Just("42[\"message\",1]".to_owned()),
        Just("421[\"e\"]".to_owned()),
        Just("451-[\"message\",{\"_placeholder\":true,\"num\":0}]".to_owned()),
        Just("bAQID".to_owned()),
        Just("b4AQID".to_owned()),
        Just("430[]".to_owned()),
        Just("2probe".to_owned()),
        "[0-6]",
        "\\PC{0,10}",
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let encoding = prop_oneof![Just(Encoding::Text), Just(Encoding::Binary)];
    let payload = prop_oneof![
        prop::collection::vec(packet(), 1..4)
            .prop_map(|packets| packets.join("\u{1e}").into_bytes()),
        prop::collection::vec(packet(), 1..4).prop_map(|packets| {
            let framed = packets.iter().map(|p| format!("{}:{p}", p.encode_utf16().count()));
            framed.collect::<String>().into_bytes()
        }),
        prop::collection::vec(any::<u8>(), 0..30),
    ];
    prop_oneof![
        (encoding, payload).prop_map(|(encoding, body)| Step::Post(encoding, body)),
        Just(Step::Poll),
        Just(Step::KeepPolling),
        Just(Step::OpenSocket),
        (0..3usize, packet()).prop_map(|(socket, text)| Step::Text(socket, text)),
        (0..3usize, prop::collection::vec(any::<u8>(), 0..10))
            .prop_map(|(socket, data)| Step::Binary(socket, data)),
        (0..3usize).prop_map(Step::CloseSocket),
        (0..600u64).prop_map(Step::Wait),
    ]
}

fn protocol() -> impl Strategy<Value = ProtocolVersion> {
    prop_oneof![Just(ProtocolVersion::V3), Just(ProtocolVersion::V4)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn sessions_end_once_and_in_order(
        protocol in protocol(), polling in any::<bool>(), steps in prop::collection::vec(step(), 0..30),
    ) {
        let mut client = match polling {
            true => Client::polling(config(), protocol).0,
            false => Client::websocket(config(), protocol),
        };
        let mut sockets: Vec<_> = client.socket.into_iter().collect();
        for step in steps {
            match step {
                Step::Post(encoding, body) => drop(client.post_as(encoding, body)),
                Step::Poll => {
                    if let Ok(ticket) = client.session.poll_start(client.now) {
                        let answer = client.session.poll_take(ticket);
                        prop_assert!(answer.is_none_or(|answer| !answer.body.is_empty()));
                        client.session.poll_abandon(ticket);
                    }
                }
                Step::KeepPolling => drop(client.session.poll_start(client.now)),
                Step::OpenSocket => sockets.extend(client.session.websocket_open(client.now)),
                Step::Text(at, text) => {
                    if let Some(socket) = sockets.get(at) {
                        client.frame_on(*socket, Frame::Text(text.into()));
                        client.frames_on(*socket);
                    }
                }
                Step::Binary(at, data) => {
                    if let Some(socket) = sockets.get(at) {
                        client.frame_on(*socket, Frame::Binary(data.into()));
                    }
                }
                Step::CloseSocket(at) => {
                    if let Some(socket) = sockets.get(at) {
                        client.session.websocket_closed(*socket);
                    }
                }
                Step::Wait(milliseconds) => client.wait(milliseconds),
            }
            client.run();
        }
        for _ in 0..4 {
            client.wait(60_000);
        }
        prop_assert!(client.closed().is_some(), "silence ends every session");
        let told = matches!(client.events.last(), Some(Event::Closed { .. }));
        prop_assert!(told, "the last event tells so");
        let (mut joined, mut left, mut ends) = (0, 0, 0);
        for event in &client.events {
            match event {
                Event::Connect { .. } => joined += 1,
                Event::Disconnect { .. } => left += 1,
                Event::Closed { .. } => ends += 1,
                Event::Event { .. } | Event::Unreadable { .. } | Event::Ack { .. } => prop_assert!(joined > left),
            }
        }
        prop_assert!(left <= joined);
        prop_assert_eq!(ends, 1);
    }

    #[test]
    fn any_body_is_read_or_refused(
        protocol in protocol(), binary in any::<bool>(), body in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let encoding = if binary { Encoding::Binary } else { Encoding::Text };
        if let Ok(packets) = payload::decode(protocol, encoding, Bytes::from(body), 5) {
            prop_assert!((1..=5).contains(&packets.len()));
        }
    }

    #[test]
    fn whatever_is_sent_comes_back_on_any_transport(
        protocol in protocol(), base64 in any::<bool>(), args in args(),
    ) {
        let (mut client, _) = Client::polling(config(), Dialect { protocol, base64 });
        if protocol == ProtocolVersion::V4 {
            client.post("40").unwrap();
        }
        client.poll().unwrap();
        let event = estrad_socketio::Prepared::event("/", "message", &args).unwrap();
        client.session.emit(&event).unwrap();
        let poll = client.session.poll_start(client.now).unwrap();
        let sent = client.session.poll_take(poll).unwrap();
        client.events.clear();
        client.post_as(sent.encoding, sent.body).unwrap();
        match client.events.as_slice() {
            [Event::Event { args: read, .. }] => prop_assert_eq!(read, &args),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
