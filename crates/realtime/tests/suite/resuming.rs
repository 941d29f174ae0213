//! Coming back after having been away.

use std::time::Duration;

use estrad_domain::PresentationId;
use estrad_domain::types::View;
use estrad_realtime::{Close, Resume};
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::harness::{Hall, begin};

fn at(presentation_id: i64, since: i64) -> Option<Resume> {
    Some(Resume { presentation_id: PresentationId(presentation_id), since: Some(since) })
}

on_both_databases! {
    async fn who_was_away_gets_exactly_what_was_missed(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let token = app.open_team(id, 0).await;
        let team = hall.join(&token).await;
        let seen = team.expect("sync").await["seq"].as_i64().expect("a seq");
        drop(team);
        for change in 0..50 {
            operator.sync(json!({"slide_order": change % 4})).await;
        }
        let back = hall.resume(&token, at(1, seen)).await;
        for change in 0..50 {
            let sync = back.expect("sync").await;
            assert_eq!((&sync["seq"], &sync["slide_order"]), (&json!(2 + change), &json!(change % 4)));
        }
        let resumed = back.expect("resumed").await;
        assert_eq!((&resumed["missed"], &resumed["seq"]), (&json!(50), &json!(51)));
        operator.sync(json!({"slide_order": 3})).await;
        assert_eq!(back.expect("sync").await["seq"], 52);
    }

    async fn who_missed_nothing_is_told_so(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, _operator, _) = begin(&app, &hall).await;
        let back = hall.resume(&app.open_screen(id, View::Judge).await, at(1, 1)).await;
        assert_eq!(back.expect("resumed").await["missed"], 0);
    }

    async fn what_can_not_be_resumed_is_told_whole(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let token = app.open_screen(id, View::Audience).await;
        operator.sync(json!({"slide_order": 2})).await;
        // Another epoch, a place that was never reached, one that can't be.
        for resume in [at(77, 1), at(1, 99), at(1, -1)] {
            let sync = hall.resume(&token, resume).await.expect("sync").await;
            assert_eq!((&sync["recovered"], &sync["seq"]), (&json!(false), &json!(2)));
            assert_eq!(sync["slide_order"], 2);
        }
    }

    async fn who_missed_too_much_is_told_the_whole(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        // Far more than is replayed, without taking the time for it.
        app.sql("UPDATE presentations SET seq = 5000".to_owned()).await;
        operator.sync(json!({"slide_order": 3})).await;
        let sync = hall.resume(&app.open_team(id, 0).await, at(1, 1)).await.expect("sync").await;
        assert_eq!((&sync["recovered"], &sync["seq"]), (&json!(false), &json!(5001)));
    }

    async fn what_fits_into_no_outbox_is_told_whole(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let reason = "x".repeat(1_000);
        for _ in 0..140 {
            let more = json!({"team_id": 1, "seconds": 5, "reason": reason});
            operator.send("reopen", more).await.expect("is done");
        }
        // Judges are told the reasons, and the team is not.
        let judge = app.open_screen(id, View::Judge).await;
        let sync = hall.resume(&judge, at(1, 1)).await.expect("sync").await;
        assert_eq!((&sync["recovered"], &sync["seq"]), (&json!(false), &json!(141)));
        let team = hall.resume(&app.open_team(id, 0).await, at(1, 1)).await;
        assert_eq!(team.up_to(141).await.len(), 140);
        assert_eq!(team.expect("resumed").await["missed"], 140);
        let some = hall.resume(&judge, at(1, 100)).await;
        assert_eq!(some.up_to(141).await.len(), 41);
        assert_eq!(some.expect("resumed").await["missed"], 41);
    }

    async fn no_scoreboard_is_shown_after_the_end(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let token = app.open_team(id, 0).await;
        operator.sync(json!({"show_scoreboard": true})).await;
        let open = hall.resume(&token, at(1, 99)).await.expect("sync").await;
        assert!(open["scoreboard"].is_array(), "{open}");
        operator.send("end_presentation", Value::Null).await.expect("ends");
        let back = hall.resume(&token, at(1, 99)).await;
        let over = back.expect("sync").await;
        assert!(over.get("scoreboard").is_none(), "{over}");
        assert_eq!(over["ended"], true);
    }

    async fn who_missed_the_end_hears_of_it(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let token = app.open_team(id, 0).await;
        operator.sync(json!({"slide_order": 1})).await;
        operator.send("end_presentation", Value::Null).await.expect("ends");
        let back = hall.resume(&token, at(1, 1)).await;
        assert_eq!(back.expect("sync").await["slide_order"], 1);
        let end = back.expect("end_presentation").await;
        back.expect("resumed").await;
        // It may go on, so there is something to wait for; until nobody can resume it any more.
        let waits = back.expect("sync").await;
        assert_eq!((&waits["ended"], &waits["resumable_until"]), (&json!(true), &end["resumable_until"]));
        app.clock.advance(Duration::from_secs(600));
        assert_eq!(back.closed().await, Close::Ended);
        let late = hall.resume(&token, at(1, 1)).await;
        late.expect("sync").await;
        late.expect("end_presentation").await;
        assert_eq!(late.closed().await, Close::Ended);
    }
}
