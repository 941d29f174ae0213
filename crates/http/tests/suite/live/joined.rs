//! Joined means joined: once an operator's connection is acknowledged, the presentation goes on for
//! everybody else.

use estrad_domain::CompetitionId;
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::json;

use super::support::{Polling, Socket, operator};

/// Often enough for an acknowledgement to have been too early.
const ROUNDS: usize = 20;

/// Opens the team's screen, as a tablet does the moment that the operator is in.
async fn open_team(app: &TestApp, id: CompetitionId) {
    let codes = app.codes(id).await;
    let code = codes.iter().find(|code| code.team_id.is_some()).expect("a team");
    let body = json!({"code": code.code});
    app.post("/api/auth/code").json(&body).send().await.expect(200);
}

on_both_databases! {
    async fn a_team_gets_in_right_after_the_operator_over_websockets(app: TestApp) {
        let (id, token) = operator(&app).await;
        for _ in 0..ROUNDS {
            let path = "/socket.io/?EIO=4&transport=websocket";
            let mut socket = Socket::open(&app, path).await;
            socket.send(&format!("40{{\"token\":\"{token}\"}}")).await;
            socket.until("40{").await;
            open_team(&app, id).await;
            // What is shown comes after the acknowledgement, as clients expect.
            socket.until("42[\"sync\"").await;
            app.end_presentation(id).await;
        }
    }

    async fn a_team_gets_in_right_after_the_operator_over_polling(app: TestApp) {
        let (id, token) = operator(&app).await;
        for _ in 0..ROUNDS {
            let polling = Polling::open(&app, Some(&token)).await;
            polling.post("40").await;
            polling.until("40{").await;
            open_team(&app, id).await;
            app.end_presentation(id).await;
        }
    }

    async fn a_team_gets_in_right_after_the_operator_over_the_plain_protocol(app: TestApp) {
        let (id, token) = operator(&app).await;
        for _ in 0..ROUNDS {
            let mut socket = Socket::open(&app, "/ws").await;
            let auth = json!({"event": "auth", "data": {"token": token}, "id": 1});
            socket.send_json(auth).await;
            assert_eq!(socket.event("ack").await["ok"], true);
            open_team(&app, id).await;
            app.end_presentation(id).await;
        }
    }

    async fn a_team_gets_in_right_after_a_start_over_rest(app: TestApp) {
        let (id, token) = operator(&app).await;
        for _ in 0..ROUNDS {
            let path = format!("/api/competitions/{id}/presentation/start");
            app.post(&path).bearer(&token).send().await.expect(200);
            open_team(&app, id).await;
            app.end_presentation(id).await;
        }
    }

    async fn who_can_not_join_is_refused_and_not_acknowledged(app: TestApp) {
        let (_, token) = operator(&app).await;
        // Nothing can be started any more.
        app.sql("ALTER TABLE presentations RENAME TO presentations_away".to_owned()).await;
        let mut socket = Socket::open(&app, "/socket.io/?EIO=4&transport=websocket").await;
        socket.send(&format!("40{{\"token\":\"{token}\"}}")).await;
        loop {
            let text = socket.text().await;
            assert!(!text.starts_with("40"), "acknowledged: {text}");
            if text.starts_with("44") {
                assert!(text.contains("\"code\":"), "{text}");
                break;
            }
        }
        // It comes back by itself.
        assert_eq!(socket.closed().await.0, 4003);
        // As before with a token that is none.
        let mut socket = Socket::open(&app, "/socket.io/?EIO=4&transport=websocket").await;
        socket.send("40{\"token\":\"x\"}").await;
        assert!(socket.until("44").await.contains("token_invalid"));
    }
}
