//! Where tokens may be, and what becomes of bad ones.

use std::time::Duration;

use estrad_testkit::on_both_databases;
use serde_json::json;

use super::support::{Polling, Socket, operator};

on_both_databases! {
    async fn a_plain_client_may_bring_its_token_in_four_ways(app: TestApp) {
        let (_, token) = operator(&app).await;
        let header = format!("Bearer {token}");
        let named = format!("estrad, bearer.{token}");
        for headers in
            [&[("Authorization", header.as_str())], &[("Sec-WebSocket-Protocol", named.as_str())]]
        {
            let (mut socket, head) = Socket::try_open(&app, "/ws", headers).await.expect("opens");
            socket.event("sync").await;
            let answered = head.to_lowercase().contains("sec-websocket-protocol: estrad");
            assert_eq!(answered, headers[0].0 == "Sec-WebSocket-Protocol", "{head}");
        }
        let mut by_query = Socket::open(&app, &format!("/ws/?token={token}")).await;
        by_query.event("sync").await;
        let mut by_message = Socket::open(&app, "/ws").await;
        by_message.send_json(json!({"event": "auth", "data": {"token": token}, "id": 1})).await;
        by_message.event("sync").await;
        assert_eq!(by_message.event("ack").await, json!({"ok": true}));
    }

    async fn bad_tokens_close_a_plain_connection(app: TestApp) {
        let (_, token) = operator(&app).await;
        let mut bad = Socket::open(&app, "/ws?token=nonsense").await;
        assert_eq!(bad.closed().await, (4501, "token_invalid".to_owned()));
        let mut none = Socket::open(&app, "/ws").await;
        none.send_json(json!({"event": "time"})).await;
        assert_eq!(none.closed().await.0, 4500);
        app.post("/api/auth/logout").bearer(&token).send().await.expect(204);
        let mut revoked = Socket::open(&app, &format!("/ws?token={token}")).await;
        assert_eq!(revoked.closed().await.0, 4503);
    }

    async fn a_token_that_runs_out_closes_its_connection(app: TestApp) {
        let (_, token) = operator(&app).await;
        let mut socket = Socket::open(&app, &format!("/ws?token={token}")).await;
        socket.event("sync").await;
        app.clock.advance(Duration::from_secs(9 * 3600));
        socket.send_json(json!({"event": "time"})).await;
        assert_eq!(socket.closed().await.0, 4502);
    }

    async fn a_socketio_client_may_bring_its_token_in_three_ways(app: TestApp) {
        let (_, token) = operator(&app).await;
        let header = format!("Bearer {token}");
        let path = "/socket.io/?EIO=4&transport=websocket";
        let authorization = [("Authorization", header.as_str())];
        let (mut by_header, _) = Socket::try_open(&app, path, &authorization).await.expect("opens");
        by_header.send("40").await;
        by_header.until(r#"42["sync""#).await;
        let mut by_query = Socket::open(&app, &format!("{path}&token={token}")).await;
        by_query.send("40").await;
        by_query.until(r#"42["sync""#).await;
        for token in [token.clone(), format!("Bearer {token}")] {
            let mut by_payload = Socket::open(&app, &format!("{path}&token=bad")).await;
            by_payload.send(&format!("40{}", json!({"token": token}))).await;
            by_payload.until(r#"42["sync""#).await;
        }
    }

    async fn a_socketio_client_is_told_what_is_wrong_with_its_token(app: TestApp) {
        let (_, token) = operator(&app).await;
        let mut socket = Socket::open(&app, "/socket.io/?EIO=4&transport=websocket").await;
        socket.send("40").await;
        let refused = socket.until("44").await;
        assert_eq!(refused, r#"44{"data":{"code":"token_missing"},"message":"A token is needed."}"#);
        // Who brought none may bring one yet; a bad one is the end.
        socket.send(&format!("40{}", json!({"token": token}))).await;
        socket.until("40").await;
        let mut bad = Socket::open(&app, "/socket.io/?EIO=4&transport=websocket").await;
        bad.send(&format!("40{}", json!({"token": "nonsense"}))).await;
        assert!(bad.until("44").await.contains("token_invalid"));
        assert_eq!(bad.closed().await, (4501, "token_invalid".to_owned()));

        let mut old = Socket::open(&app, "/socket.io/?EIO=3&transport=websocket").await;
        let refused = r#"44{"code":"token_missing","message":"A token is needed."}"#;
        assert_eq!(old.until("44").await, refused);
    }

    async fn a_session_is_for_whoever_opened_it(app: TestApp) {
        let (_, token) = operator(&app).await;
        let mine = Polling::open(&app, Some(&token)).await;
        for other in ["other", "nonsense"] {
            let foreign = app.get(&mine.path()).bearer(other).send().await;
            assert_eq!(foreign.status, 403, "{}", foreign.text());
            let foreign = app.post(&mine.path()).bearer(other).body("text/plain", "40").send().await;
            assert_eq!(foreign.status, 403);
        }
        let path = format!("/socket.io/?EIO=4&transport=websocket&sid={}", mine.sid);
        let header = [("Authorization", "Bearer other")];
        let refused = Socket::try_open(&app, &path, &header).await.err().expect("refused");
        assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
        assert_eq!(mine.post("40").await.text(), "ok");
        mine.until("40").await;
    }
}
