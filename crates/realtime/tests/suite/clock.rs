//! The server's wall clock is set while a presentation goes on.

use std::time::Duration;

use chrono::TimeDelta;
use estrad_domain::types::View;
use estrad_realtime::{Close, LocalBroker, Settings};
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use crate::harness::{Hall, TestClient, begin};

/// Starts the 30 s of the second slide, and gives when they are over.
async fn start_timer(operator: &mut TestClient) -> i64 {
    operator.sync(json!({"slide_order": 1, "timer": {"value": null, "enabled": true}})).await;
    let running = operator.expect("sync").await;
    let deadline = running["timer"]["value"].as_i64().expect("a time");
    assert_eq!(deadline - running["server_time"].as_i64().expect("a time"), 30_000);
    deadline
}

/// After the clock was set by so much, five seconds into the 30: the timer is over when it should be,
/// and everybody is told by the clock as it is.
async fn is_over_in_time(app: &TestApp, by: TimeDelta) {
    let hall = Hall::of(&app.live);
    let (id, mut operator, _) = begin(app, &hall).await;
    let team = hall.join(&app.open_team(id, 0).await).await;
    team.expect("sync").await;
    let deadline = start_timer(&mut operator).await;
    team.expect("sync").await;
    app.clock.advance(Duration::from_secs(5));
    app.clock.set_wall(by);
    let expected = deadline + by.num_milliseconds();
    for screen in [&operator, &team] {
        let corrected = screen.expect("sync").await;
        assert_eq!(corrected["timer"], json!({"value": expected, "enabled": true}));
        let left = expected - corrected["server_time"].as_i64().expect("a time");
        assert_eq!(left, 25_000, "as much as before");
    }
    let changed = operator.expect("clock_changed").await;
    assert_eq!((&changed["by_ms"], &changed["seq"]), (&json!(by.num_milliseconds()), &json!(3)));
    app.clock.advance(Duration::from_millis(24_999));
    let seq = operator.sync(json!({"live_answers": false})).await["seq"].clone();
    assert_eq!(seq, 4, "the time was not over");
    for screen in [&operator, &team] {
        // What is next is that: the team was told of no clock, and nobody that time is up.
        assert_eq!(screen.expect("sync").await["live_answers"], false);
    }
    app.clock.advance(Duration::from_millis(1));
    let over = team.expect("sync").await;
    assert_eq!(over["timer"], json!({"value": expected, "enabled": false}));
    assert_eq!(over["seq"], 5);
}

on_both_databases! {
    async fn an_hour_back_gives_nobody_an_hour(app: TestApp) {
        is_over_in_time(&app, TimeDelta::hours(-1)).await;
    }

    async fn ten_minutes_forward_cost_nobody_a_second(app: TestApp) {
        is_over_in_time(&app, TimeDelta::minutes(10)).await;
    }

    async fn extra_time_is_as_long_as_it_was(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let team = hall.join(&app.open_team(id, 0).await).await;
        let rival = hall.join(&app.open_team(id, 1).await).await;
        let reopen = json!({"team_id": 1, "seconds": 60, "reason": "a broken tablet"});
        operator.send("reopen", reopen).await.expect("is given");
        team.expect("sync").await;
        let until = team.expect("reopened").await["until"].as_i64().expect("a time");
        app.clock.advance(Duration::from_secs(20));
        app.clock.set_wall(TimeDelta::hours(-1));
        team.expect("sync").await;
        let told = team.expect("reopened").await;
        assert_eq!(told["until"], until - 3_600_000);
        assert_eq!(told["seconds"], 40);
        rival.expect("sync").await;
        rival.expect("sync").await;
        let end = operator.send("end_presentation", Value::Null).await.expect("ends");
        assert_eq!(end["seq"], 4);
        rival.expect("end_presentation").await;
    }

    async fn a_small_difference_is_nobodys_business(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (_, mut operator, _) = begin(&app, &hall).await;
        let deadline = start_timer(&mut operator).await;
        app.clock.set_wall(TimeDelta::milliseconds(-900));
        app.clock.advance(Duration::from_secs(30));
        let over = operator.expect("sync").await;
        assert_eq!((&over["timer"]["value"], &over["seq"]), (&json!(deadline), &json!(3)));
    }

    async fn servers_on_one_machine_move_the_deadline_once(app: TestApp) {
        let broker = LocalBroker::shared();
        let settings = Settings::default();
        let lives = [
            app.another_live(broker.clone(), settings),
            app.another_live(broker, settings),
        ];
        let halls = lives.each_ref().map(Hall::of);
        let (id, mut operator, _) = begin(&app, &halls[0]).await;
        let judge = halls[1].join(&app.open_screen(id, View::Judge).await).await;
        judge.expect("sync").await;
        let deadline = start_timer(&mut operator).await;
        judge.expect("sync").await;
        for by in [TimeDelta::hours(-1), TimeDelta::seconds(5), TimeDelta::hours(2)] {
            app.clock.set_wall(by);
            // All servers have taken it once they show the time on the wall.
            app.clock.caught_up().await;
        }
        let moved = TimeDelta::hours(1) + TimeDelta::seconds(5);
        let expected = json!(deadline + moved.num_milliseconds());
        let next = operator.sync(json!({"live_answers": true})).await;
        assert_eq!(next["seq"], 6, "each step is in the log once");
        let seen = judge.up_to(6).await;
        let mut timers = seen.iter().filter_map(|(_, data)| data.get("timer"));
        assert_eq!(timers.next_back().expect("a timer")["value"], expected);
    }

    async fn a_presentation_is_not_forgotten_because_the_clock_was_set(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (_, operator, _) = begin(&app, &hall).await;
        app.clock.set_wall(TimeDelta::days(2));
        operator.expect("sync").await;
        app.clock.caught_up().await;
        let on_time = Duration::from_secs(12 * 3600);
        app.clock.advance(on_time - Duration::from_secs(1));
        app.clock.set_wall(TimeDelta::days(-2));
        operator.expect("clock_changed").await;
        operator.expect("sync").await;
        app.clock.advance(Duration::from_secs(1));
        operator.expect("clock_changed").await;
        assert_eq!(operator.expect("end_presentation").await["reason"], "expired");
        assert_eq!(operator.closed().await, Close::Resumable);
    }
}
