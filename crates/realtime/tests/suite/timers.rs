//! What the server does by itself when its time has come.

use std::time::Duration;

use estrad_domain::types::View;
use estrad_persistence::queries::competitions;
use estrad_realtime::{Close, LocalBroker, Settings};
use estrad_testkit::on_both_databases;
use serde_json::json;

use crate::harness::{Hall, begin};

on_both_databases! {
    async fn at_the_deadline_everybody_is_told(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let team = hall.join(&app.open_team(id, 0).await).await;
        team.expect("sync").await;
        operator.sync(json!({"slide_order": 1})).await;
        team.expect("sync").await;
        // Whatever the operator's clock says.
        operator.sync(json!({"timer": {"value": 12345, "enabled": true}})).await;
        let running = team.expect("sync").await;
        let deadline = running["server_time"].as_i64().expect("a time") + 30_000;
        assert_eq!(running["timer"], json!({"value": deadline, "enabled": true}));
        app.clock.advance(Duration::from_secs(30));
        let over = team.expect("sync").await;
        assert_eq!(over["timer"], json!({"value": deadline, "enabled": false}));
        assert_eq!(over["seq"], 4);
    }

    async fn a_stopped_timer_does_not_run_out(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (_, mut operator, _) = begin(&app, &hall).await;
        operator.sync(json!({"slide_order": 1, "timer": {"value": null, "enabled": true}})).await;
        operator.sync(json!({"timer": {"value": null, "enabled": false}})).await;
        app.clock.advance(Duration::from_secs(60));
        let after = operator.sync(json!({"slide_order": 2})).await;
        assert_eq!(after["seq"], 4);
        let seen = operator.up_to(4).await;
        assert_eq!(seen.len(), 3);
    }

    async fn a_timer_goes_on_where_another_server_left_it(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        operator.sync(json!({"slide_order": 1, "timer": {"value": null, "enabled": true}})).await;
        // Its time ran out while no server was there: the next one notices as it starts.
        app.sql("UPDATE presentations SET timer_value = timer_value - 60000".to_owned()).await;
        let next = app.another_live(LocalBroker::shared(), Settings::default());
        let hall = Hall::of(&next);
        let late = hall.join(&app.open_screen(id, View::Judge).await).await;
        loop {
            let (event, data) = late.next().await;
            if event == "sync" && data["timer"]["enabled"] == false {
                assert_eq!(data["seq"], 3);
                break;
            }
        }
    }

    async fn a_forgotten_presentation_ends(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, operator, _) = begin(&app, &hall).await;
        let results = async || {
            let head = app.database.read(move |c: &mut _| competitions::head(c, id)).await;
            head.expect("a competition").results_version
        };
        let before = results().await;
        app.clock.advance(Duration::from_secs(12 * 3600));
        assert_eq!(operator.expect("end_presentation").await["reason"], "expired");
        assert_eq!(operator.closed().await, Close::Resumable);
        // Who was shown the scores is not any more.
        assert!(results().await > before);
    }

    async fn who_starts_what_runs_is_told_how_it_stands_and_nobody_else_is(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, token) = begin(&app, &hall).await;
        let team = hall.join(&app.open_team(id, 0).await).await;
        team.expect("sync").await;
        let start = json!({"timer": {"value": null, "enabled": true}});
        operator.sync(json!({"slide_order": 1})).await;
        operator.sync(start.clone()).await;
        let running = operator.up_to(3).await.pop().expect("the start").1;
        let again = operator.sync(start.clone()).await;
        assert_eq!((&again["ok"], &again["seq"]), (&json!(true), &json!(3)));
        let unchanged = operator.expect("sync").await;
        assert_eq!(unchanged["timer"], running["timer"]);
        assert_eq!([&unchanged["seq"], &unchanged["slide_order"]], [3, 1]);
        // In the words of the first front-end, too.
        let mut first = hall.join(&token).await;
        first.expect("sync").await;
        let set = json!({"competition_id": id, "timer": {"value": 5, "enabled": true}});
        first.send("set_timer", set).await.expect("is done");
        assert_eq!(first.expect("set_slide").await["slide_order"], 1);
        assert_eq!(first.expect("set_timer").await["timer"], running["timer"]);
        operator.sync(json!({"slide_order": 2})).await;
        let seen: Vec<_> = team.up_to(4).await.into_iter().map(|(_, data)| data["seq"].clone()).collect();
        assert_eq!(seen, [2, 3, 4]);
    }

    async fn a_timer_is_paused_resumed_and_made_longer_by_events(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, token) = begin(&app, &hall).await;
        let mut first = hall.join(&token).await;
        first.expect("sync").await;
        let set = json!({"competition_id": id, "slide_order": 1});
        first.send("set_slide", set).await.expect("is done");
        first.expect("set_slide").await;
        first.expect("set_timer").await;
        operator.sync(json!({"timer": {"value": null, "enabled": true}})).await;
        let started = operator.up_to(3).await.pop().expect("the start").1;
        let deadline = started["timer"]["value"].as_i64().expect("a deadline");
        app.clock.advance(Duration::from_secs(10));
        operator.send("timer_pause", json!(null)).await.expect("is done");
        operator.send("timer_add", json!({"seconds": 5})).await.expect("is done");
        operator.send("timer_resume", json!({"competition_id": id})).await.expect("is done");
        let heard = operator.up_to(6).await;
        let timers: Vec<_> = heard.iter().map(|(_, data)| (data["timer"].clone(), data["time_left"].clone())).collect();
        let still = json!({"value": deadline, "enabled": false});
        assert_eq!(timers, [
            (still.clone(), json!(20_000)),
            (still.clone(), json!(25_000)),
            (json!({"value": deadline + 5_000, "enabled": true}), json!(null)),
        ]);
        for enabled in [true, false, false, true] {
            assert_eq!(first.expect("set_timer").await["timer"]["enabled"], enabled);
        }
        let refused = operator.send("timer_add", json!({"seconds": 0})).await.expect_err("refused");
        assert_eq!(refused.field.as_deref(), Some("seconds"));
        let mut team = hall.join(&app.open_team(id, 0).await).await;
        for event in ["timer_pause", "timer_resume", "timer_add"] {
            let data = if event == "timer_add" { json!({"seconds": 5}) } else { json!(null) };
            let refused = team.send(event, data).await.expect_err("refused");
            assert_eq!(refused.code, "not_allowed");
        }
        // And what ran out is not let go on.
        app.clock.advance(Duration::from_secs(25));
        operator.up_to(7).await;
        let refused = operator.send("timer_resume", json!(null)).await.expect_err("refused");
        assert_eq!(refused.code, "timer_over");
    }

    async fn a_slide_is_reopened_for_all_by_an_event(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let team = hall.join(&app.open_team(id, 1).await).await;
        team.expect("sync").await;
        let data = json!({"seconds": 20, "reason": "fire alarm"});
        operator.send("reopen", data).await.expect("is done");
        assert_eq!(team.expect("reopened").await["team_id"], json!(null));
    }
}
