//! From polling to a websocket, and what is asked of a request for one.

use estrad_domain::types::View;
use estrad_testkit::on_both_databases;

use super::support::{Polling, Socket, operator};

on_both_databases! {
    async fn a_session_moves_to_a_websocket_wherever_that_arrives(app: TestApp) {
        let (id, token) = operator(&app).await;
        let mut leader =
            Socket::open(&app, &format!("/socket.io/?EIO=4&transport=websocket&token={token}")).await;
        leader.send("40").await;
        leader.until(r#"42["sync""#).await;
        let audience = app.open_screen(id, View::Audience).await;
        // Connections are dealt to the threads in turn: some sessions change theirs.
        let mut followers = Vec::new();
        for _ in 0..6 {
            let polling = Polling::open(&app, Some(&audience)).await;
            polling.post("40").await;
            polling.until("42").await;
            let path = format!("/socket.io/?EIO=4&transport=websocket&sid={}", polling.sid);
            let mut socket = Socket::open(&app, &path).await;
            socket.send("2probe").await;
            assert_eq!(socket.text().await, "3probe");
            let waiting = polling.poll().await;
            assert_eq!(waiting.text(), "6");
            socket.send("5").await;
            followers.push(socket);
        }
        leader.send(r#"421["sync",{"slide_order":1}]"#).await;
        for follower in &mut followers {
            let heard = follower.until(r#"42["sync""#).await;
            assert!(heard.contains(r#""slide_order":1"#), "{heard}");
        }
        leader.until("431[").await;
        leader.send(r#"42["end_presentation"]"#).await;
        for follower in &mut followers {
            follower.until(r#"42["end_presentation""#).await;
            // Put out first, so that the client does not come back.
            assert_eq!(follower.text().await, "41");
            assert_eq!(follower.closed().await, (4506, "ended".to_owned()));
        }
    }

    async fn requests_for_websockets_are_checked(app: TestApp) {
        let status = async |path: &str, headers: &[(&str, &str)]| {
            Socket::try_open(&app, path, headers).await.err().unwrap_or_else(|| "101".to_owned())
        };
        let missing = status("/api/users", &[]).await;
        assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
        assert!(missing.contains("route_not_found"), "{missing}");
        for path in ["/ws", "/socket.io/?EIO=4&transport=websocket"] {
            let foreign = status(path, &[("Origin", "https://evil.example")]).await;
            assert!(foreign.starts_with("HTTP/1.1 403"), "{foreign}");
            assert!(foreign.contains(r#""error":"origin_not_allowed""#), "{foreign}");
            assert!(foreign.contains("x-request-id: "), "{foreign}");
            let own = format!("http://{}", app.address);
            assert_eq!(status(path, &[("Origin", &own)]).await, "101");
        }
        for path in [
            "/socket.io/?EIO=4&transport=polling",
            "/socket.io/?EIO=9&transport=websocket",
            "/socket.io/?EIO=4&transport=websocket&sid=nosuch",
        ] {
            assert!(status(path, &[]).await.starts_with("HTTP/1.1 400"), "{path}");
        }
        let tunnel = app.raw("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n").await;
        assert!(tunnel.starts_with("HTTP/1.1 405"), "{tunnel}");
        let no_key = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        let answer = app.raw(no_key).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
}
