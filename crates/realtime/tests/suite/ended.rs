//! A presentation that was ended by accident goes on, with everybody who waits for it.

use std::time::Duration;

use chrono::TimeDelta;
use estrad_domain::PresentationId;
use estrad_domain::presentation::{Actor, State};
use estrad_domain::types::View;
use estrad_realtime::{Close, LiveError, Resume};
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::harness::{Hall, begin};

const FIRST: PresentationId = PresentationId(1);

/// Where a client was that says no more than in which presentation.
fn back() -> Option<Resume> {
    Some(Resume { presentation_id: FIRST, since: None })
}

on_both_databases! {
    async fn an_accidental_end_is_taken_back_with_all_who_wait(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, token) = begin(&app, &hall).await;
        let team_token = app.open_team(id, 0).await;
        operator.sync(json!({"slide_order": 1, "timer": {"value": null, "enabled": true}})).await;
        app.clock.advance(Duration::from_secs(10));
        let more = json!({"team_id": 1, "seconds": 60, "reason": "cable"});
        operator.send("reopen", more).await.expect("is done");
        operator.send("end_presentation", Value::Null).await.expect("ends");
        let end = operator.up_to(4).await.pop().expect("the end").1;
        let until = end["server_time"].as_i64().expect("a time") + 600_000;
        assert_eq!(end["resumable_until"], until);
        assert_eq!(operator.closed().await, Close::Resumable);
        // Who comes back starts nothing, and waits.
        let mut operator = hall.resume(&token, back()).await;
        let team = hall.resume(&team_token, back()).await;
        for client in [&operator, &team] {
            let waits = client.expect("sync").await;
            assert_eq!([&waits["ended"], &waits["recovered"]], [true, false]);
            assert_eq!((&waits["resumable_until"], &waits["seq"]), (&json!(until), &json!(4)));
            assert_eq!((&waits["timer"]["enabled"], &waits["time_left"]), (&json!(false), &json!(20_000)));
        }
        assert_eq!(team.expect("locked").await["reason"], "not_presented");
        app.clock.advance(Duration::from_secs(120));
        let resumed = operator.send("resume_presentation", Value::Null).await.expect("goes on");
        assert_eq!((&resumed["presentation_id"], &resumed["seq"]), (&json!(1), &json!(5)));
        for client in [&operator, &team] {
            let goes_on = client.expect("sync").await;
            assert_eq!([&goes_on["seq"], &goes_on["slide_order"], &goes_on["time_left"]], [5, 1, 20_000]);
            assert_eq!((&goes_on["ended"], &goes_on["timer"]["enabled"]), (&json!(false), &json!(false)));
        }
        let more = team.expect("reopened").await;
        assert_eq!((&more["team_id"], &more["seconds"]), (&json!(1), &json!(60)));
        assert_eq!(team.expect("locked").await["reason"], "time_is_up");
        // The time goes on with what was left, and so does that of the team which was given more.
        operator.sync(json!({"timer": {"value": null, "enabled": true}})).await;
        let running = team.expect("sync").await;
        let now = running["server_time"].as_i64().expect("a time");
        assert_eq!(running["timer"], json!({"value": now + 20_000, "enabled": true}));
        let entries = app.live.log(FIRST, 0, 100).await.expect("a log");
        let mut state = State::default();
        entries.iter().for_each(|entry| state.evolve(&entry.event, entry.at));
        assert_eq!(state.reopened[0].until, now + 60_000);
        let kinds: Vec<_> = entries.iter().map(|entry| entry.event.kind()).collect();
        assert_eq!(kinds, ["started", "synced", "reopened", "ended", "resumed", "synced"]);
    }

    async fn without_its_number_a_new_one_is_started_and_who_waits_is_sent_there(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, token) = begin(&app, &hall).await;
        let judge = app.open_screen(id, View::Judge).await;
        operator.send("end_presentation", Value::Null).await.expect("ends");
        let waiting = hall.resume(&judge, back()).await;
        assert_eq!(waiting.expect("sync").await["ended"], true);
        let next = hall.join(&token).await;
        assert_eq!(next.expect("sync").await["presentation_id"], 2);
        assert_eq!(waiting.closed().await, Close::Resumable);
        let refused = app.live.resume(id, Actor::Server, Some(FIRST)).await;
        assert!(matches!(refused, Err(LiveError::NotResumable)));
        let refused = app.live.resume(id, Actor::Server, None).await;
        assert!(matches!(refused, Err(LiveError::NotResumable)));
        // What goes on already is no error to whoever names it.
        let same = app.live.resume(id, Actor::Server, Some(PresentationId(2))).await;
        assert_eq!(same.expect("it goes on").seq, 1);
    }

    async fn one_that_expired_goes_on_in_time_and_not_later(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, operator, _) = begin(&app, &hall).await;
        for late in [false, true] {
            app.clock.advance(Duration::from_secs(12 * 3600));
            if late {
                loop {
                    let latest = app.live.log(FIRST, 0, 100).await.expect("a log");
                    if latest.last().is_some_and(|entry| entry.event.kind() == "ended") {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
                app.clock.advance(Duration::from_secs(600));
                let refused = app.live.resume(id, Actor::Server, None).await;
                assert!(matches!(refused, Err(LiveError::NotResumable)));
            } else {
                assert_eq!(operator.expect("end_presentation").await["reason"], "expired");
                app.live.resume(id, Actor::Server, None).await.expect("goes on");
                let token = app.open_screen(id, View::Operator).await;
                let back = hall.join(&token).await.expect("sync").await;
                assert_eq!(back["presentation_id"], 1);
            }
        }
    }

    async fn a_step_of_the_clock_leaves_as_long_to_take_an_end_back(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let token = app.open_screen(id, View::Audience).await;
        operator.send("end_presentation", Value::Null).await.expect("ends");
        let until = operator.expect("end_presentation").await["resumable_until"].as_i64();
        let waits = hall.resume(&token, back()).await;
        assert_eq!(waits.expect("sync").await["ended"], true);
        for (by, at) in [(TimeDelta::hours(-1), -3_600_000), (TimeDelta::minutes(70), 600_000)] {
            app.clock.set_wall(by);
            let told = waits.expect("sync").await;
            assert_eq!(told["resumable_until"].as_i64(), until.map(|until| until + at));
        }
        app.clock.advance(Duration::from_secs(599));
        app.live.resume(id, Actor::Server, None).await.expect("goes on");
        app.live.end(id, Actor::Server).await.expect("ends");
        app.clock.set_wall(TimeDelta::hours(-1));
        let waits = hall.resume(&token, back()).await;
        waits.expect("sync").await;
        app.clock.advance(Duration::from_secs(600));
        assert_eq!(waits.closed().await, Close::Ended);
        let refused = app.live.resume(id, Actor::Server, None).await;
        assert!(matches!(refused, Err(LiveError::NotResumable)));
    }

    async fn who_was_in_an_older_one_starts_none_beside_one_that_may_go_on(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, token) = begin(&app, &hall).await;
        operator.send("end_presentation", Value::Null).await.expect("ends");
        let second = hall.join(&token).await;
        assert_eq!(second.expect("sync").await["presentation_id"], 2);
        app.live.end(id, Actor::Server).await.expect("ends");
        let late = hall.resume(&token, back()).await;
        let waits = late.expect("sync").await;
        assert_eq!((&waits["presentation_id"], &waits["ended"]), (&json!(2), &json!(true)));
    }

    async fn who_waits_for_the_start_joins_when_an_end_is_taken_back(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, _operator, _) = begin(&app, &hall).await;
        app.live.end(id, Actor::Server).await.expect("ends");
        let mut early = hall.join(&app.wait_as(id, View::Team).await).await;
        assert_eq!(early.expect("sync").await["waiting"], true);
        app.live.resume(id, Actor::Server, None).await.expect("goes on");
        early.begin().await;
        assert_eq!(early.expect("sync").await["presentation_id"], 1);
    }
}
