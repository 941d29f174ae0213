//! The plain protocol.

use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::json;

use super::support::{Said, Socket, operator};
use actix_http::ws::Message;

on_both_databases! {
    async fn an_operator_leads_and_an_audience_follows(app: TestApp) {
        let (id, token) = operator(&app).await;
        let mut leader = Socket::open(&app, &format!("/ws?token={token}")).await;
        assert_eq!(leader.event("sync").await["slide_order"], 0);
        let audience = app.open_screen(id, View::Audience).await;
        let mut follower = Socket::open(&app, &format!("/ws?token={audience}")).await;
        assert_eq!(follower.event("sync").await["slide_order"], 0);

        leader.send_json(json!({"event": "sync", "data": {"slide_order": 1}, "id": 3})).await;
        assert_eq!(follower.event("sync").await["slide_order"], 1);
        let ack = loop {
            let message = leader.json().await;
            if message["event"] == "ack" {
                break message;
            }
        };
        assert_eq!((&ack["id"], &ack["data"]["ok"]), (&json!(3), &json!(true)));

        follower.send_json(json!({"event": "sync", "data": {"slide_order": 0}, "id": 1})).await;
        let error = follower.event("error").await;
        assert_eq!((&error["code"], &error["event"]), (&json!("not_allowed"), &json!("sync")));
        let refused = follower.event("ack").await;
        assert_eq!(refused["ok"], false);
        assert_eq!(refused["error"]["code"], "not_allowed");
        follower.send_json(json!({"event": "time", "data": {"t0": 5}, "id": 2})).await;
        assert_eq!(follower.event("ack").await["t0"], 5);

        leader.send_json(json!({"event": "end_presentation"})).await;
        follower.event("end_presentation").await;
        assert_eq!(follower.closed().await, (4010, "resumable".to_owned()));
        leader.event("end_presentation").await;
        assert_eq!(leader.closed().await.0, 4010);
    }

    async fn what_was_asked_before_a_goodbye_counts(app: TestApp) {
        let (id, token) = operator(&app).await;
        let mut leader = Socket::open(&app, &format!("/ws?token={token}")).await;
        leader.event("sync").await;
        let audience = app.open_screen(id, View::Audience).await;
        let mut follower = Socket::open(&app, &format!("/ws?token={audience}")).await;
        follower.event("sync").await;
        leader.send_json(json!({"event": "end_presentation"})).await;
        leader.write(Message::Close(None)).await;
        drop(leader);
        follower.event("end_presentation").await;
    }

    async fn who_was_away_gets_what_was_missed(app: TestApp) {
        let (_, token) = operator(&app).await;
        let mut socket = Socket::open(&app, &format!("/ws?token={token}")).await;
        let place = socket.event("sync").await;
        socket.send_json(json!({"event": "sync", "data": {"slide_order": 1}, "id": 1})).await;
        socket.event("ack").await;
        drop(socket);
        let path = format!(
            "/ws?token={token}&presentation_id={}&since={}",
            place["presentation_id"], place["seq"]
        );
        let mut again = Socket::open(&app, &path).await;
        assert_eq!(again.event("sync").await["slide_order"], 1);
        assert_eq!(again.event("resumed").await["recovered"], true);
    }

    async fn pings_are_answered_and_goodbyes_echoed(app: TestApp) {
        let (_, token) = operator(&app).await;
        let mut socket = Socket::open(&app, &format!("/ws?token={token}")).await;
        socket.event("sync").await;
        socket.write(Message::Ping("x".into())).await;
        socket.write(Message::Close(None)).await;
        assert_eq!(socket.closed().await.0, 1000);
        assert_eq!(socket.next().await, Said::End);
    }
}
