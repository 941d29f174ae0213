//! Waiting for the start, with each protocol.

use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::json;

use super::support::{Polling, Socket, operator};

on_both_databases! {
    async fn plain_clients_wait_and_join_by_themselves(app: TestApp) {
        let (id, token) = operator(&app).await;
        let early = app.wait_as(id, View::Team).await;
        let mut team = Socket::open(&app, &format!("/ws?token={early}")).await;
        let told = team.event("sync").await;
        assert_eq!((&told["waiting"], &told["team"]["name"]), (&json!(true), &json!("Lag 1")));
        team.send_json(json!({"event": "sync", "data": {"slide_order": 1}, "id": 1})).await;
        assert_eq!(team.event("error").await["code"], "competition_not_active");
        team.event("ack").await;
        let mut leader = Socket::open(&app, &format!("/ws?token={token}")).await;
        leader.event("sync").await;
        let joined = team.event("sync").await;
        assert_eq!((&joined["slide_order"], &joined["seq"]), (&json!(0), &json!(1)));
        leader.send_json(json!({"event": "sync", "data": {"slide_order": 1}})).await;
        assert_eq!(team.event("sync").await["slide_order"], 1);
    }

    async fn socketio_clients_wait_and_join_by_themselves(app: TestApp) {
        let (id, token) = operator(&app).await;
        let early = app.wait_as(id, View::Audience).await;
        let polling = Polling::open(&app, Some(&early)).await;
        polling.post("40").await;
        let told = polling.until(r#"42["sync""#).await;
        assert!(told.contains(r#""waiting":true"#), "{told}");
        let mut leader = Socket::open(&app, &format!("/ws?token={token}")).await;
        leader.event("sync").await;
        let joined = polling.until(r#"42["sync""#).await;
        assert!(joined.contains(r#""seq":1"#) && !joined.contains("waiting"), "{joined}");
    }

    async fn a_renewed_code_ends_the_waiting(app: TestApp) {
        let (id, _) = operator(&app).await;
        let admin = app.admin().await;
        let code = app.codes(id).await.into_iter().find(|code| code.view == View::Team);
        let code = code.expect("a code");
        let early = app.wait_with(&code).await;
        let mut team = Socket::open(&app, &format!("/ws?token={early}")).await;
        team.event("sync").await;
        let path = format!("/api/competitions/{id}/codes/{}", code.id);
        app.put(&path).bearer(&admin).send().await.expect(200);
        assert_eq!(team.closed().await, (4503, "token_revoked".to_owned()));
        let again = Socket::open(&app, &format!("/ws?token={early}")).await.closed().await;
        assert_eq!(again.0, 4503);
    }
}
