//! Clients that break the rules.

use std::time::Duration;

use actix_http::ws::Message;
use estrad_http::LiveSettings;
use estrad_testkit::{TestSettings, on_both_databases};
use serde_json::json;

use super::support::{Polling, Said, Socket, operator};

const SOCKETIO: &str = "/socket.io/?EIO=4&transport=websocket";

fn strict() -> TestSettings {
    let mut settings = TestSettings::default();
    settings.http.live = LiveSettings {
        max_connections_per_address: 3,
        events_burst: 20,
        events_per_second: 1,
        auth_timeout: Duration::from_millis(200),
        connect_timeout: Duration::from_millis(200),
        ..LiveSettings::default()
    };
    settings
}

on_both_databases! {
    async fn frames_that_break_the_rules_have_their_numbers(app: TestApp) {
        let (_, token) = operator(&app).await;
        for path in [format!("/ws?token={token}"), format!("{SOCKETIO}&token={token}")] {
            let mut large = Socket::open(&app, &path).await;
            large.send(&"x".repeat(65_537)).await;
            let named = "too_large: at most 65536 bytes".to_owned();
            assert_eq!(large.closed().await, (1009, named), "{path}");
            let mut unmasked = Socket::open(&app, &path).await;
            unmasked.raw(&[0x81, 1, b'x']).await;
            assert_eq!(unmasked.closed().await.0, 1002, "{path}");
            let mut no_text = Socket::open(&app, &path).await;
            no_text.raw(&[0x81, 0x81, 0, 0, 0, 0, 0xff]).await;
            assert_eq!(no_text.closed().await.0, 1007, "{path}");
        }
    }

    async fn a_plain_message_that_cannot_be_understood_is_answered_and_not_the_end(app: TestApp) {
        let (_, token) = operator(&app).await;
        let mut socket = Socket::open(&app, &format!("/ws?token={token}")).await;
        socket.event("sync").await;
        let deep = format!(r#"{{"event":"time","id":1,"data":{}{}}}"#, "[".repeat(9_000), "]".repeat(9_000));
        for (wrong, field) in [
            (&deep[..], "data"),
            (r#"{"event":"time","id":1,"data":{"t0":"\ud800"}}"#, "data"),
            (r#"{"id":1}"#, "event"),
        ] {
            socket.send(wrong).await;
            let error = socket.event("error").await;
            assert_eq!(error["code"], "invalid_request", "{error}");
            assert_eq!(error["field"], field, "{error}");
            let ack = socket.message("ack").await;
            assert_eq!((&ack["id"], &ack["data"]["ok"]), (&json!(1), &json!(false)), "{ack}");
        }
        for wrong in ["{", "", "[]", r#"{"event":"time","id":-1}"#] {
            socket.send(wrong).await;
            let error = socket.event("error").await;
            assert_eq!(error["code"], "invalid_request", "{wrong}: {error}");
        }
        socket.write(Message::Binary(vec![0].into())).await;
        assert_eq!(socket.event("error").await["field"], "message");
        // Unknown members of its data are refused, those beside it are left aside.
        socket.send_json(json!({"event": "join", "id": 2, "data": {"more": 1}})).await;
        assert_eq!(socket.event("error").await["code"], "validation_failed");
        assert_eq!(socket.event("ack").await["ok"], false);
        socket.send_json(json!({"event": "time", "id": 3, "v": 2, "data": {"t0": 1}})).await;
        assert_eq!(socket.event("ack").await["ok"], true);
    }

    async fn a_socketio_event_that_cannot_be_understood_is_answered_and_not_the_end(app: TestApp) {
        let (_, token) = operator(&app).await;
        let deep = format!(r#"421["time",{}{}]"#, "[".repeat(20_000), "]".repeat(20_000));
        let half = r#"421["time",{"t0":"\ud800"}]"#;
        let unknown = r#"421["join",{"more":1}]"#;
        let mut socket = Socket::open(&app, &format!("{SOCKETIO}&token={token}")).await;
        socket.send("40").await;
        for (wrong, code) in
            [(&deep[..], "invalid_request"), (half, "invalid_request"), (unknown, "validation_failed")]
        {
            socket.send(wrong).await;
            let told = socket.until(r#"42["error""#).await;
            assert!(told.contains(code) && told.contains(r#""field":"data""#), "{told}");
            let ack = socket.until("431[").await;
            assert!(ack.contains(r#""ok":false"#), "{ack}");
        }
        socket.send(r#"422["time",{"t0":1}]"#).await;
        assert!(socket.until("432[").await.contains(r#""ok":true"#));
        let polling = Polling::open(&app, Some(&token)).await;
        polling.post("40").await;
        polling.until("40").await;
        assert_eq!(polling.post(half).await.status, 200);
        polling.until(r#"42["error""#).await;
        assert_eq!(polling.post(r#"422["time",{"t0":1}]"#).await.status, 200);
        polling.until("432[").await;
    }

    async fn a_burst_within_the_limits_is_taken_in_one_write(app: TestApp) {
        let (_, token) = operator(&app).await;
        for (count, size) in [(20, 30_000), (10, 60_000), (100, 6_000)] {
            let filling = "x".repeat(size);
            let mut plain = Socket::open(&app, &format!("/ws?token={token}")).await;
            let one = json!({"event": "time", "id": 1, "data": {"t0": 1, "more": filling}});
            plain.burst(&vec![one.to_string(); count]).await;
            for _ in 0..count {
                plain.event("ack").await;
            }
            let mut socketio = Socket::open(&app, &format!("{SOCKETIO}&token={token}")).await;
            socketio.send("40").await;
            socketio.until("40").await;
            let one = format!(r#"421["time",{{"t0":1,"more":"{filling}"}}]"#);
            socketio.burst(&vec![one; count]).await;
            for _ in 0..count {
                socketio.until("431[").await;
            }
        }
    }

    async fn a_body_may_have_as_many_packets_as_it_has_room_for(app: TestApp) {
        let (_, token) = operator(&app).await;
        let polling = Polling::open(&app, Some(&token)).await;
        polling.post("40").await;
        polling.until("40").await;
        let mut packets = vec!["6"; 400];
        packets.extend([r#"421["time",{"t0":1}]"#; 2]);
        assert_eq!(polling.post(&packets.join("\u{1e}")).await.status, 200);
        polling.until("431[").await;
    }

    async fn packets_that_break_the_rules_end_the_session(app: TestApp) {
        let (_, token) = operator(&app).await;
        let path = format!("{SOCKETIO}&token={token}");
        let announced = r#"4510000-["sync",{"_placeholder":true,"num":0}]"#;
        for packets in [&["42[\"sync\"]"][..], &["40", announced], &["x"], &["40", "4"]] {
            let mut socket = Socket::open(&app, &path).await;
            for packet in packets {
                socket.send(packet).await;
            }
            assert_eq!(socket.closed().await.0, 1002, "{:.40}", packets.concat());
        }
        let polling = Polling::open(&app, Some(&token)).await;
        assert_eq!(polling.post("x").await.status, 400);
        assert_eq!(polling.poll().await.status, 400);
        let polling = Polling::open(&app, Some(&token)).await;
        assert_eq!(polling.post(&format!("4{}", "x".repeat(70_000))).await.status, 413);
    }

    async fn who_reads_nothing_is_let_go(app: TestApp) {
        let (_, token) = operator(&app).await;
        let name = "x".repeat(60_000);
        let mut plain = Socket::open(&app, &format!("/ws?token={token}")).await;
        let mut socketio = Socket::open(&app, &format!("{SOCKETIO}&token={token}")).await;
        socketio.send("40").await;
        for (socket, message) in [
            (&mut plain, json!({"event": name}).to_string()),
            (&mut socketio, format!("42[\"{name}\"]")),
        ] {
            // Each is answered with an error that has its name in it.
            for _ in 0..150 {
                socket.send(&message).await;
            }
            while let Said::Text(_) = socket.next().await {}
        }
        let metrics = app.get("/metrics").send().await.text();
        let count = r#"estrad_live_closed_total{reason="slow_consumer"} 2"#;
        assert!(metrics.contains(count), "{metrics}");
    }

    async fn others_go_on(app: TestApp) {
        let (_, token) = operator(&app).await;
        let mut good = Socket::open(&app, &format!("/ws?token={token}")).await;
        good.event("sync").await;
        let mut bad = Socket::open(&app, &format!("/ws?token={token}")).await;
        bad.raw(&[0x81, 1, b'x']).await;
        assert_eq!(bad.closed().await.0, 1002);
        good.send_json(json!({"event": "time", "id": 1, "data": {"t0": 1}})).await;
        good.event("ack").await;
    }
}

on_both_databases! {
    settings = strict();

    async fn floods_are_ended(app: TestApp) {
        let (_, token) = operator(&app).await;
        let mut plain = Socket::open(&app, &format!("/ws?token={token}")).await;
        for _ in 0..40 {
            plain.send_json(json!({"event": "time", "data": {"t0": 1}})).await;
        }
        assert_eq!(plain.closed().await, (4004, "too_many_events".to_owned()));
        let mut socketio = Socket::open(&app, &format!("{SOCKETIO}&token={token}")).await;
        socketio.send("40").await;
        for _ in 0..40 {
            socketio.send(r#"42["time",{"t0":1}]"#).await;
        }
        assert_eq!(socketio.closed().await.0, 4004);
        let polling = Polling::open(&app, Some(&token)).await;
        polling.post("40").await;
        polling.until("40").await;
        polling.post(&vec![r#"42["time",{"t0":1}]"#; 40].join("\u{1e}")).await;
        // It is not put out, which would be for ever: the session is gone, and the client makes another.
        let refused = loop {
            let answer = polling.poll().await;
            assert!(!answer.text().split('\u{1e}').any(|packet| packet == "41"), "{}", answer.text());
            if answer.status != 200 {
                break answer;
            }
        };
        // A poll that waited is answered otherwise than one that comes after.
        assert!([400, 503].contains(&refused.status), "{}", refused.status);
    }

    async fn whoever_brings_no_token_is_let_go(app: TestApp) {
        let mut plain = Socket::open(&app, "/ws").await;
        assert_eq!(plain.closed().await, (4500, "token_missing".to_owned()));
        let mut socketio = Socket::open(&app, SOCKETIO).await;
        assert_eq!(socketio.closed().await.0, 4500);
    }

    async fn there_are_so_many_from_one_address(app: TestApp) {
        let (_, token) = operator(&app).await;
        let path = format!("/ws?token={token}");
        let mut few = Vec::new();
        for _ in 0..3 {
            let mut socket = Socket::open(&app, &path).await;
            socket.event("sync").await;
            few.push(socket);
        }
        let mut more = Socket::open(&app, &path).await;
        assert_eq!(more.closed().await, (4005, "too_many_connections".to_owned()));
        let polling = app.get("/socket.io/?EIO=4&transport=polling").send().await;
        assert_eq!(polling.status, 429);
        let mut gone = few.pop().expect("a socket");
        gone.write(Message::Close(None)).await;
        gone.closed().await;
        assert_eq!(gone.next().await, Said::End);
        // Its place is free in a moment.
        while app.get("/socket.io/?EIO=4&transport=polling").send().await.status == 429 {}
    }
}

on_both_databases! {
    async fn sessions_that_sign_in_nowhere_keep_nobody_out(app: TestApp) {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

        let (_, token) = operator(&app).await;
        let path = format!("/ws?token={token}");
        let mut before = Socket::open(&app, &path).await;
        before.event("sync").await;
        // 2,000 handshakes over one connection that is kept, of the same address.
        let stream = tokio::net::TcpStream::connect(app.address).await.expect("connects");
        let (mut answers, mut requests) = stream.into_split();
        let handshake = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n";
        let last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        let flood = handshake.repeat(2_000) + last;
        let (mut said, writing) = (Vec::new(), requests.write_all(flood.as_bytes()));
        let (sent, read) = tokio::join!(writing, answers.read_to_end(&mut said));
        sent.expect("sends");
        read.expect("reads");
        assert_eq!(String::from_utf8_lossy(&said).matches("HTTP/1.1 200").count(), 2_001);

        let mut plain = Socket::open(&app, &path).await;
        plain.event("sync").await;
        let polling = Polling::open(&app, Some(&token)).await;
        polling.post("40").await;
        polling.until("42").await;
        before.send_json(json!({"event": "time", "id": 1, "data": {"t0": 1}})).await;
        before.event("ack").await;
        // Who had to make way is told to come back, and gone in a moment.
        let evicted = async || {
            let metrics = app.get("/metrics").send().await.text();
            let start = r#"estrad_live_closed_total{reason="too_many_connections"} "#;
            let count = metrics.lines().find_map(|line| line.strip_prefix(start)?.parse().ok());
            count.unwrap_or(0)
        };
        while evicted().await < 1_500 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn a_bad_token_ends_a_session_at_once(app: TestApp) {
        let mut socket = Socket::open(&app, &format!("{SOCKETIO}&token=nonsense")).await;
        socket.send("40").await;
        assert!(socket.until("44").await.contains("token_invalid"));
        assert_eq!(socket.closed().await, (4501, "token_invalid".to_owned()));
        let polling = Polling::open(&app, Some("nonsense")).await;
        polling.post("40").await;
        polling.until("44").await;
        // For good, so it is said and not only lost.
        polling.until("1").await;
    }
}
