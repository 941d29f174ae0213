//! Operators, several of them, and what they may do.

use estrad_domain::types::View;
use estrad_realtime::Close;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::harness::{Hall, TestClient, begin};

async fn refused(client: &mut TestClient, event: &str, data: Value) -> (&'static str, String) {
    let error = client.send(event, data).await.expect_err("refused");
    (error.code, error.field.unwrap_or_default())
}

on_both_databases! {
    async fn everybody_gets_what_changed_the_sender_included(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let team = hall.join(&app.open_team(id, 0).await).await;
        team.expect("sync").await;
        let done = operator.sync(json!({"show_scoreboard": true})).await;
        for client in [&operator, &team] {
            let mut sync = client.expect("sync").await;
            let members = sync.as_object_mut().expect("an object");
            assert_eq!(members.remove("seq"), Some(done["seq"].clone()));
            assert!(members.remove("server_time").is_some_and(|time| time.is_i64()));
            assert!(members.remove("presentation_id").is_some_and(|id| id.is_i64()));
            let line = |id: i64, name: &str| json!({"team_id": id, "name": name, "rank": 1, "total": 0});
            let board = json!([line(1, "A"), line(2, "B")]);
            assert_eq!(sync, json!({"show_scoreboard": true, "scoreboard": board}));
        }
        // Another slide has no timer running, though nothing was said of it.
        operator.sync(json!({"slide_order": 2})).await;
        let sync = team.expect("sync").await;
        assert_eq!(sync["slide_order"], 2);
        assert_eq!(sync["timer"], json!({"value": null, "enabled": false}));
    }

    async fn two_operators_at_once_are_heard_in_one_order(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut one, token) = begin(&app, &hall).await;
        let mut other = hall.join(&token).await;
        other.expect("sync").await;
        let audience = hall.join(&app.open_screen(id, View::Audience).await).await;
        audience.expect("sync").await;
        let steps = async |operator: &mut TestClient, order: i64| {
            for _ in 0..30 {
                operator.sync(json!({"slide_order": order})).await;
            }
        };
        tokio::join!(steps(&mut one, 1), steps(&mut other, 2));
        let seen = audience.up_to(61).await;
        let seqs: Vec<_> = seen.iter().map(|(_, data)| data["seq"].as_i64()).collect();
        assert_eq!(seqs, (2..=61).map(Some).collect::<Vec<_>>());
        assert_eq!(one.up_to(61).await, seen);
        assert_eq!(other.up_to(61).await, seen);
    }

    async fn what_can_not_be_changes_nothing(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (_, mut operator, _) = begin(&app, &hall).await;
        for (event, data, error) in [
            ("sync", json!({"slide_order": 4}), ("validation_failed", "slide_order")),
            ("sync", json!({"slide_order": -1}), ("validation_failed", "slide_order")),
            ("sync", json!({"slides": 1}), ("validation_failed", "slides")),
            ("sync", json!([]), ("validation_failed", "data")),
            ("sync", json!({"timer": {"value": 1, "enabled": true}}), ("validation_failed", "timer.value")),
            ("sync", json!({"timer": {"value": 40_000_000_000_000_i64, "enabled": true}}), ("validation_failed", "timer.value")),
            ("reopen", json!({"team_id": 1, "seconds": 0, "reason": "x"}), ("validation_failed", "seconds")),
            ("reopen", json!({"team_id": 1, "seconds": 5, "reason": " "}), ("validation_failed", "reason")),
            ("reopen", json!({"team_id": 9, "seconds": 5, "reason": "x"}), ("team_not_found", "")),
            ("dance", json!({}), ("unknown_event", "")),
            ("sync", Value::Null, ("validation_failed", "data")),
        ] {
            let (code, field) = refused(&mut operator, event, data.clone()).await;
            assert_eq!((code, field.as_str()), error, "{event} {data}");
        }
        assert_eq!(operator.sync(json!({"slide_order": 1})).await["seq"], 2);
    }

    async fn an_end_reaches_everybody_and_closes(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let team = hall.join(&app.open_team(id, 1).await).await;
        team.expect("sync").await;
        operator.send("end_presentation", Value::Null).await.expect("ends");
        for client in [&operator, &team] {
            assert_eq!(client.expect("end_presentation").await["reason"], "ended");
            assert_eq!(client.closed().await, Close::Resumable);
        }
        let (code, _) = refused(&mut operator, "sync", json!({"slide_order": 1})).await;
        assert_eq!(code, "presentation_not_found");
        // It can be run again.
        let again = hall.join(&app.open_screen(id, View::Operator).await).await;
        let sync = again.expect("sync").await;
        assert_eq!((&sync["seq"], &sync["presentation_id"]), (&json!(1), &json!(2)));
    }

    async fn a_team_is_given_more_time_and_others_do_not_hear_why(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, operator, _) = begin(&app, &hall).await;
        let mut judge = hall.join(&app.open_screen(id, View::Judge).await).await;
        let own = hall.join(&app.open_team(id, 0).await).await;
        let other = hall.join(&app.open_team(id, 1).await).await;
        for client in [&judge, &own, &other] {
            client.expect("sync").await;
        }
        let asked = json!({"team_id": 1, "seconds": 20, "reason": "The tablet fell."});
        judge.send("reopen", asked).await.expect("is done");
        assert_eq!(operator.expect("reopened").await["reason"], "The tablet fell.");
        let told = own.expect("reopened").await;
        assert_eq!((&told["seconds"], told.get("reason")), (&json!(20), None));
        // The next thing that the other hears of is something else.
        judge.expect("reopened").await;
        app.live.edited(id, 7).await;
        assert_eq!(other.expect("competition_changed").await["version"], 7);
    }

    async fn the_current_slide_is_found_again_after_an_edit(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        operator.sync(json!({"slide_order": 1})).await;
        operator.expect("sync").await;
        let admin = app.admin().await;
        let slide = app
            .get(&format!("/api/competitions/{id}/slides"))
            .bearer(&admin)
            .send()
            .await
            .expect(200)[1]["id"]
            .as_i64()
            .expect("an id");
        let address = format!("/api/competitions/{id}/slides/{slide}");
        app.put(&address).bearer(&admin).json(&json!({"order": 3})).send().await.expect(200);
        assert_eq!(operator.expect("sync").await["slide_order"], 3);
        operator.expect("competition_changed").await;
        // One that is gone is replaced by the nearest.
        app.delete(&address).bearer(&admin).send().await.expect(204);
        let sync = operator.expect("sync").await;
        assert_eq!((&sync["slide_order"], &sync["timer"]["enabled"]), (&json!(2), &json!(false)));
    }
}
