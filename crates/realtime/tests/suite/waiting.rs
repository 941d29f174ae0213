//! Waiting before the start, and between two presentations.

use std::sync::Arc;

use estrad_domain::presentation::Event;
use estrad_domain::types::View;
use estrad_realtime::{
    Broker, Close, Later, LocalBroker, Notice, Revocation, Settings, Subscription,
};
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::harness::{Hall, TestClient, competition};

/// Loses the starts of presentations.
#[derive(Debug, Default)]
struct Sleepy(LocalBroker);

impl Broker for Sleepy {
    fn tell(&self, notice: Notice) -> Later<'_, ()> {
        match &notice {
            Notice::Logged { entries }
                if entries.iter().any(|entry| matches!(entry.event, Event::Started { .. })) =>
            {
                Box::pin(std::future::ready(()))
            }
            _ => self.0.tell(notice),
        }
    }

    fn subscribe(&self) -> Box<dyn Subscription> {
        self.0.subscribe()
    }
}

/// What it is told that waits.
async fn told_to_wait(client: &TestClient) -> Value {
    let mut told = client.expect("sync").await;
    assert!(told["server_time"].take().is_i64(), "{told}");
    told
}

on_both_databases! {
    async fn who_waits_is_told_so_and_joins_by_itself(app: TestApp) {
        let hall = Hall::of(&app.live);
        let id = competition(&app).await;
        let mut waiting = Vec::new();
        for view in [View::Team, View::Judge, View::Audience] {
            let client = hall.join(&app.wait_as(id, view).await).await;
            let team = if view == View::Team { json!({"id": 1, "name": "A"}) } else { Value::Null };
            // Nothing but what is written on the door, and no place in a log.
            assert_eq!(
                told_to_wait(&client).await,
                json!({
                    "waiting": true, "competition": {"id": id, "name": "Final"}, "team": team,
                    "server_time": null,
                })
            );
            waiting.push(client);
        }
        let mut operator = hall.join(&app.open_screen(id, View::Operator).await).await;
        let started = operator.expect("sync").await;
        for client in &mut waiting {
            client.begin().await;
            let sync = client.expect("sync").await;
            assert_eq!((&sync["slide_order"], &sync["seq"]), (&json!(0), &json!(1)));
            assert_eq!(sync["presentation_id"], started["presentation_id"]);
            assert_eq!(sync.get("waiting"), None);
        }
        operator.sync(json!({"slide_order": 1})).await;
        for client in &mut waiting {
            assert_eq!(client.expect("sync").await["slide_order"], 1);
            // It may do now what others may.
            let error = client.send("sync", json!({"slide_order": 0})).await.expect_err("refused");
            assert_eq!(error.code, "not_allowed");
        }
        // And asks for nothing twice.
        waiting[0].client.begun().await.expect("has joined");
        assert_eq!(waiting[0].waiting(), 0);
    }

    async fn who_waits_may_do_nothing_else(app: TestApp) {
        let hall = Hall::of(&app.live);
        let id = competition(&app).await;
        let mut team = hall.join(&app.wait_as(id, View::Team).await).await;
        told_to_wait(&team).await;
        let answer = json!({"team_id": 1, "question_alternative_id": 1, "answer": "x"});
        for (event, data) in [
            ("answer", answer),
            ("sync", json!({"slide_order": 1})),
            ("start_presentation", json!({"competition_id": id})),
            ("end_presentation", Value::Null),
            ("reopen", json!({"team_id": 1, "seconds": 5, "reason": "x"})),
            ("join", json!({"competition_id": id.0 + 1})),
        ] {
            let error = team.send(event, data).await.expect_err("refused");
            assert_eq!(error.code, "competition_not_active", "{event}");
        }
        assert_eq!(team.send("time", json!({"t0": 1})).await.expect("is told")["t0"], 1);
        let asked = team.send("join", json!({})).await.expect("still waits");
        assert_eq!(asked, json!({"ok": true, "presentation_id": null, "waiting": true}));
    }

    async fn a_start_on_another_server_reaches_who_waits(app: TestApp) {
        let broker: Arc<dyn Broker> = LocalBroker::shared();
        let (one, other) = (
            app.another_live(broker.clone(), Settings::default()),
            app.another_live(broker, Settings::default()),
        );
        let (one, other) = (Hall::of(&one), Hall::of(&other));
        let id = competition(&app).await;
        let mut waiting = one.join(&app.wait_as(id, View::Audience).await).await;
        told_to_wait(&waiting).await;
        other.join(&app.open_screen(id, View::Operator).await).await.expect("sync").await;
        waiting.begin().await;
        assert_eq!(waiting.expect("sync").await["seq"], 1);
    }

    async fn a_start_that_nobody_heard_of_is_found(app: TestApp) {
        let live = app.another_live(Arc::new(Sleepy::default()), Settings::default());
        let hall = Hall::of(&live);
        let id = competition(&app).await;
        let mut waiting = hall.join(&app.wait_as(id, View::Audience).await).await;
        told_to_wait(&waiting).await;
        hall.join(&app.open_screen(id, View::Operator).await).await.expect("sync").await;
        waiting.begin().await;
        assert_eq!(waiting.expect("sync").await["seq"], 1);
    }

    async fn no_start_is_missed_between_the_code_and_the_socket(app: TestApp) {
        let hall = Hall::of(&app.live);
        let id = competition(&app).await;
        let token = app.wait_as(id, View::Audience).await;
        let operator = app.open_screen(id, View::Operator).await;
        let joins = async {
            let mut clients = Vec::new();
            for _ in 0..20 {
                clients.push(hall.join(&token).await);
            }
            clients
        };
        let (_operator, clients) = tokio::join!(hall.join(&operator), joins);
        let late = hall.join(&token).await;
        assert_eq!(late.expect("sync").await["seq"], 1, "it came to what goes on");
        for mut client in clients {
            let mut first = client.expect("sync").await;
            if first["waiting"] == true {
                client.begin().await;
                first = client.expect("sync").await;
            }
            assert_eq!(first["seq"], 1);
            assert_eq!(client.waiting(), 0, "and is told once");
        }
    }

    async fn who_comes_after_an_end_waits_for_the_next_start(app: TestApp) {
        let hall = Hall::of(&app.live);
        let id = competition(&app).await;
        let early = app.wait_as(id, View::Team).await;
        let mut operator = hall.join(&app.open_screen(id, View::Operator).await).await;
        let first = operator.expect("sync").await;
        let team = hall.join(&early).await;
        assert_eq!(team.expect("sync").await["presentation_id"], first["presentation_id"]);
        operator.send("end_presentation", Value::Null).await.expect("ends");
        assert_eq!(team.closed().await, Close::Resumable);
        // With the token of before, and with one that was given out after the end.
        for token in [early, app.wait_as(id, View::Team).await] {
            let mut again = hall.join(&token).await;
            assert_eq!(told_to_wait(&again).await["waiting"], true);
            let mut operator = hall.join(&app.open_screen(id, View::Operator).await).await;
            let next = operator.expect("sync").await;
            again.begin().await;
            let sync = again.expect("sync").await;
            assert_eq!(sync["presentation_id"], next["presentation_id"]);
            assert_ne!(next["presentation_id"], first["presentation_id"]);
            operator.send("end_presentation", Value::Null).await.expect("ends");
        }
    }

    async fn whose_rights_are_taken_away_waits_no_longer(app: TestApp) {
        let hall = Hall::of(&app.live);
        let id = competition(&app).await;
        let code = app.codes(id).await.into_iter().find(|code| code.view == View::Team);
        let code = code.expect("a code");
        let revocations = [
            Revocation::Code(code.code.as_str().to_owned()),
            Revocation::Team(1.into()),
            Revocation::Competition(id),
        ];
        for revocation in revocations {
            let client = hall.join(&app.wait_with(&code).await).await;
            told_to_wait(&client).await;
            app.live.revoke(revocation).await;
            assert_eq!(client.closed().await, Close::TokenRevoked);
        }
        // Who has gone is waited for by nobody.
        drop(hall.join(&app.wait_with(&code).await).await);
        hall.join(&app.open_screen(id, View::Operator).await).await.expect("sync").await;
    }

    async fn who_waits_does_not_count_as_present(app: TestApp) {
        let hall = Hall::of(&app.live);
        let id = competition(&app).await;
        let mut waiting = hall.join(&app.wait_as(id, View::Audience).await).await;
        told_to_wait(&waiting).await;
        let operator = hall.join(&app.open_screen(id, View::Operator).await).await;
        let counted = async |audience: i64| loop {
            let (name, data) = operator.next().await;
            if name == "presence" && data["operators"] == 1 {
                assert!(data["audience"].as_i64() <= Some(audience), "{data}");
                if data["audience"] == audience {
                    return;
                }
            }
        };
        counted(0).await;
        waiting.begin().await;
        counted(1).await;
    }
}
