//! A client without manners against a whole session: it ends in order, and holds little.

#![no_main]

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use estrad_socketio::payload::Encoding;
use estrad_socketio::{Config, Event, Frame, Output, Prepared, ProtocolVersion, Session, Sid};
use libfuzzer_sys::fuzz_target;

const MAX_OUTBOX: usize = 4_096;

fuzz_target!(|data: &[u8]| {
    let [kind, rest @ ..] = data else { return };
    let protocol = if kind & 1 == 0 { ProtocolVersion::V4 } else { ProtocolVersion::V3 };
    let config = Arc::new(Config { max_outbox_bytes: MAX_OUTBOX, ..Config::default() });
    let mut now = Instant::now();
    let mut sockets = Vec::new();
    let mut session = match kind & 2 {
        0 => Session::polling(config, protocol, Sid::ZERO, now).0,
        _ => {
            let (session, ticket) = Session::websocket(config, protocol, Sid::ZERO, now);
            sockets.push(ticket);
            session
        }
    };
    let mut ended = false;
    for step in rest.split(|byte| *byte == b'\n') {
        let [what, input @ ..] = step else { continue };
        let body = Bytes::copy_from_slice(input);
        let socket = sockets.get(usize::from(what >> 4) % 4).copied();
        match what & 7 {
            0 | 1 => {
                if let Ok(ticket) = session.post_start(now) {
                    let encoding = if what & 7 == 0 { Encoding::Text } else { Encoding::Binary };
                    let _ = session.post_body(ticket, encoding, body, now);
                    run(&mut session, &mut ended);
                    let _ = session.post_end(ticket);
                }
            }
            2 => {
                if let Ok(ticket) = session.poll_start(now) {
                    let answer = session.poll_take(ticket);
                    assert!(answer.is_none_or(|answer| !answer.body.is_empty()));
                    session.poll_abandon(ticket);
                }
            }
            3 if sockets.len() < 4 => sockets.extend(session.websocket_open(now)),
            4 | 5 => {
                let frame = match std::str::from_utf8(input) {
                    Ok(text) if what & 7 == 4 => Frame::Text(text.to_owned().into()),
                    _ => Frame::Binary(body),
                };
                if let Some(socket) = socket {
                    session.websocket_frame(socket, frame, now);
                    run(&mut session, &mut ended);
                    if what & 8 == 0 {
                        while let Output::Send(_) = session.websocket_next(socket) {}
                    }
                }
            }
            6 => {
                if let Some(socket) = socket {
                    session.websocket_closed(socket);
                }
            }
            _ => now += Duration::from_secs(u64::from(*what)),
        }
        session.tick(now);
        run(&mut session, &mut ended);
        // An empty outbox takes one event of any size.
        assert!(session.outbox_bytes() <= MAX_OUTBOX + data.len() + 256);
    }
    for _ in 0..4 {
        now += Duration::from_secs(60);
        session.tick(now);
        run(&mut session, &mut ended);
    }
    assert!(ended && session.closed().is_some());
});

fn run(session: &mut Session, ended: &mut bool) {
    while let Some(event) = session.next_event() {
        assert!(!*ended, "nothing after the end");
        match event {
            Event::Connect { namespace, .. } => drop(session.accept(&namespace, "id")),
            Event::Event { namespace, args, ack, .. } => {
                let back = Prepared::event(&namespace, "back", &args).expect("args as they came");
                let _ = session.emit(&back);
                if let Some(id) = ack {
                    let _ = session.acknowledge(&namespace, id, &args);
                    let _ = session.emit_with_ack(&namespace, "ask", &args);
                }
            }
            Event::Closed { .. } => *ended = true,
            Event::Ack { .. } | Event::Disconnect { .. } => {}
        }
    }
}
