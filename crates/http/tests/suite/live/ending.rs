//! Whoever ends a presentation is told that it was done, whichever is there first: the answer, or the end
//! that everybody is told.

use estrad_testkit::on_both_databases;
use serde_json::json;

use super::support::{Said, Socket, operator};

/// Often enough for both to have been first.
const ROUNDS: usize = 20;

on_both_databases! {
    async fn the_end_is_acknowledged_over_plain_websockets(app: TestApp) {
        let (_, token) = operator(&app).await;
        for _ in 0..ROUNDS {
            let mut socket = Socket::open(&app, &format!("/ws?token={token}")).await;
            socket.event("sync").await;
            socket.send_json(json!({"event": "end_presentation", "id": 7})).await;
            assert_eq!(socket.event("ack").await["ok"], true);
            assert_eq!(socket.closed().await.0, 4010);
        }
    }

    async fn the_end_is_acknowledged_over_socket_io(app: TestApp) {
        let (_, token) = operator(&app).await;
        for _ in 0..ROUNDS {
            let path = "/socket.io/?EIO=4&transport=websocket";
            let mut socket = Socket::open(&app, path).await;
            socket.send(&format!("40{{\"token\":\"{token}\"}}")).await;
            socket.until("42[\"sync\"").await;
            socket.send("427[\"end_presentation\"]").await;
            let mut heard = Vec::new();
            while let Said::Text(text) = socket.next().await {
                heard.push(text);
            }
            for expected in ["437[{", "42[\"end_presentation\"", "41"] {
                let found = heard.iter().any(|text| text.starts_with(expected));
                assert!(found, "{expected} in {heard:?}");
            }
        }
    }
}
