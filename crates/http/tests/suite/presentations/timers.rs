//! The rules of timers over REST: what ran out stays closed, what was stopped goes on with what was
//! left, and whatever opens a slide again is said and logged.

use std::time::Duration;

use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::listener::{Heard, Listener};
use super::*;

/// The slide with a think time of ten seconds, and the alternative on it.
const TIMED: i64 = 2;
const ALTERNATIVE: i64 = 3;

/// The final is presented, and its timed slide shown. Gives the tokens of an admin and of the teams.
async fn play(app: &TestApp) -> [String; 3] {
    let admin = begin(app).await;
    app.start_presentation(FINAL).await;
    show(app, &admin, TIMED).await;
    [admin, app.open_team(FINAL, 0).await, app.open_team(FINAL, 1).await]
}

/// Steps to a slide as the client in use does.
async fn show(app: &TestApp, admin: &str, order: i64) -> Value {
    let step = json!({"slide_order": order, "timer": {"value": null, "enabled": false}});
    sync(app, admin, step).await.expect(200)
}

async fn start(app: &TestApp, admin: &str) -> Answer {
    sync(app, admin, json!({"timer": {"value": 5, "enabled": true}})).await
}

async fn timer(app: &TestApp, admin: &str, what: &str, body: Value) -> Answer {
    post(app, admin, &format!("presentation/timer/{what}"), body).await
}

async fn demand_restarts(app: &TestApp, admin: &str) {
    let body = json!({"timer_restart": "confirm"});
    app.put("/api/competitions/1").bearer(admin).json(&body).send().await.expect(200);
}

fn pass(app: &TestApp, milliseconds: u64) {
    app.clock.advance(Duration::from_millis(milliseconds));
}

/// Whether an answer of the team is taken now.
async fn is_open(app: &TestApp, token: &str, team: i64, answer: &str) -> bool {
    let path = at(&format!("teams/{team}/answers/{ALTERNATIVE}"));
    let given = app.put(&path).bearer(token).json(&json!({"answer": answer})).send().await;
    if given.status == 200 {
        return true;
    }
    assert_eq!(given.expect_error(409, "answers_locked")["reason"], "time_is_up");
    false
}

/// The kinds of what operators did, in order.
async fn kinds(app: &TestApp, admin: &str) -> Vec<String> {
    let log = get(app, admin, "presentation/log").await.text();
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let kinds = lines.map(|line| line["kind"].as_str().expect("a kind").to_owned());
    kinds.filter(|kind| !["answered", "refused"].contains(&&**kind)).collect()
}

on_both_databases! {
    async fn stepping_back_does_not_open_what_ran_out(app: TestApp) {
        let [admin, team, rival] = play(&app).await;
        start(&app, &admin).await.expect(200);
        pass(&app, 10_501);
        assert!(!is_open(&app, &team, 1, "late").await);
        show(&app, &admin, 1).await;
        let back = show(&app, &admin, TIMED).await;
        // The timer looks as it always did; what is left says that it is over.
        assert_eq!(back["timer"], json!({"value": null, "enabled": false}));
        assert_eq!(back["time_left"], 0);
        assert!(!is_open(&app, &team, 1, "late too").await);
        // Until it is opened again, for all at once.
        let body = json!({"seconds": 20, "reason": "The fire alarm"});
        post(&app, &admin, "presentation/reopen", body).await.expect(200);
        for (token, number) in [(&team, 1), (&rival, 2)] {
            assert!(is_open(&app, token, number, "in time").await);
        }
        pass(&app, 20_501);
        for (token, number) in [(&team, 1), (&rival, 2)] {
            assert!(!is_open(&app, token, number, "late again").await);
        }
        // What runs when it is stepped away from goes on with what was left.
        start(&app, &admin).await.expect(200);
        pass(&app, 4_000);
        show(&app, &admin, 1).await;
        pass(&app, 60_000);
        assert_eq!(show(&app, &admin, TIMED).await["time_left"], 6_000);
        assert!(!is_open(&app, &team, 1, "while it is stopped").await);
        start(&app, &admin).await.expect(200);
        pass(&app, 6_500);
        assert!(is_open(&app, &team, 1, "just in time").await);
        pass(&app, 1);
        assert!(!is_open(&app, &team, 1, "over").await);
    }

    async fn a_second_start_changes_nothing(app: TestApp) {
        let [admin, ..] = play(&app).await;
        let started = start(&app, &admin).await.expect(200);
        pass(&app, 3_000);
        let mut again = start(&app, &admin).await.expect(200);
        again["server_time"] = started["server_time"].clone();
        assert_eq!(again, started);
        assert_eq!(kinds(&app, &admin).await, ["started", "synced", "synced"]);
        // Neither do pausing what is paused, and letting go on what runs.
        timer(&app, &admin, "resume", json!({})).await.expect(200);
        timer(&app, &admin, "pause", json!({})).await.expect(200);
        timer(&app, &admin, "pause", json!({})).await.expect(200);
        assert_eq!(kinds(&app, &admin).await, ["started", "synced", "synced", "timer_paused"]);
    }

    async fn a_timer_is_paused_and_made_longer_and_goes_on(app: TestApp) {
        let [admin, team, _] = play(&app).await;
        let mut listener = Listener::screen(&app, &team).await;
        start(&app, &admin).await.expect(200);
        let running = listener.await_event("sync").await;
        assert_eq!(running.get("time_left"), None);
        pass(&app, 4_000);
        let paused = timer(&app, &admin, "pause", json!({})).await.expect(200);
        assert_eq!((&paused["timer"]["enabled"], &paused["time_left"]), (&json!(false), &json!(6_000)));
        let told = listener.await_event("sync").await;
        assert_eq!((&told["timer"], &told["time_left"]), (&paused["timer"], &json!(6_000)));
        pass(&app, 501);
        assert!(!is_open(&app, &team, 1, "paused").await);
        let longer = timer(&app, &admin, "add", json!({"seconds": 30})).await.expect(200);
        assert_eq!(longer["time_left"], 36_000);
        let resumed = timer(&app, &admin, "resume", json!({})).await.expect(200);
        let now = resumed["server_time"].as_i64().expect("a time");
        assert_eq!(resumed["timer"], json!({"value": now + 36_000, "enabled": true}));
        let shorter = timer(&app, &admin, "add", json!({"seconds": -30})).await.expect(200);
        assert_eq!(shorter["timer"], json!({"value": now + 6_000, "enabled": true}));
        for seconds in [0, -10, 3_601, -3_601] {
            let refused = timer(&app, &admin, "add", json!({"seconds": seconds})).await;
            assert_eq!(refused.expect_error(422, "validation_failed")["field"], "seconds");
        }
        pass(&app, 6_501);
        assert!(!is_open(&app, &team, 1, "over").await);
        timer(&app, &admin, "resume", json!({})).await.expect_error(409, "timer_over");
        // Of all that ran out it opens the slide again, which is a restart.
        let opened = timer(&app, &admin, "add", json!({"seconds": 5})).await.expect(200);
        assert_eq!(opened["timer"]["enabled"], true);
        assert!(is_open(&app, &team, 1, "open again").await);
        let kinds = kinds(&app, &admin).await;
        let timers: Vec<_> = kinds.iter().filter(|kind| kind.starts_with("timer_")).collect();
        assert_eq!(
            timers,
            ["timer_paused", "timer_added", "timer_resumed", "timer_added", "timer_added"]
        );
        // A slide without a think time has none.
        show(&app, &admin, 0).await;
        for (what, body) in [("resume", json!({})), ("add", json!({"seconds": 5}))] {
            timer(&app, &admin, what, body).await.expect_error(409, "no_timer");
        }
        timer(&app, &admin, "pause", json!({})).await.expect(200);
    }

    async fn a_restart_is_said_on_purpose_and_told_to_those_who_judge(app: TestApp) {
        let [admin, team, _] = play(&app).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let [mut judges, mut teams] =
            [Listener::screen(&app, &judge).await, Listener::screen(&app, &team).await];
        start(&app, &admin).await.expect(200);
        pass(&app, 10_501);
        // As it is by itself: starting it is enough.
        start(&app, &admin).await.expect(200);
        assert!(is_open(&app, &team, 1, "once more").await);
        pass(&app, 10_501);
        demand_restarts(&app, &admin).await;
        start(&app, &admin).await.expect_error(409, "timer_over");
        timer(&app, &admin, "add", json!({"seconds": 5})).await.expect_error(409, "timer_over");
        assert!(!is_open(&app, &team, 1, "late").await);
        let restart = json!({"enabled": true, "restart": true, "reason": "Nobody heard it"});
        sync(&app, &admin, json!({"timer": restart})).await.expect(200);
        assert!(is_open(&app, &team, 1, "and once more").await);
        let restarts = async |listener: &mut Listener| {
            let mut told = Vec::new();
            while told.len() < 3 {
                let data = listener.await_event("sync").await;
                if data["timer"]["enabled"] == true {
                    told.push((data["restart"].clone(), data["reason"].clone()));
                }
            }
            told
        };
        let nothing = (Value::Null, Value::Null);
        let said = (json!(true), json!("Nobody heard it"));
        let expected = [nothing.clone(), (json!(true), Value::Null), said];
        assert_eq!(restarts(&mut judges).await, expected);
        assert_eq!(restarts(&mut teams).await, [nothing.clone(), nothing.clone(), nothing]);
        let log = get(&app, &admin, "presentation/log").await.text();
        assert!(log.contains(r#""restart":{"reason":"Nobody heard it"}"#), "{log}");
        let long = json!({"enabled": true, "restart": true, "reason": "x".repeat(1_001)});
        let refused = sync(&app, &admin, json!({"timer": long})).await;
        assert_eq!(refused.expect_error(422, "validation_failed")["field"], "timer.reason");
    }

    async fn edits_open_nothing(app: TestApp) {
        let [admin, team, _] = play(&app).await;
        start(&app, &admin).await.expect(200);
        pass(&app, 10_501);
        assert!(!is_open(&app, &team, 1, "late").await);
        for body in [json!({"timer": 600}), json!({"timer": null}), json!({"order": 0})] {
            let path = at("slides/3");
            app.put(&path).bearer(&admin).json(&body).send().await.expect(200);
            assert!(!is_open(&app, &team, 1, "after an edit").await, "{body}");
        }
        let copied = app.post(&at("slides/3/copy")).bearer(&admin).send().await.expect(200);
        assert!(!is_open(&app, &team, 1, "after a copy").await, "{copied}");
        // The one that is shown is deleted, and the closed one takes its place.
        let last = json!({"order": 3});
        app.put(&at("slides/3")).bearer(&admin).json(&last).send().await.expect(200);
        show(&app, &admin, 2).await;
        let shown = get(&app, &admin, "presentation").await.expect(200);
        assert_ne!(shown["slide_id"], 3);
        let path = at(&format!("slides/{}", shown["slide_id"]));
        app.delete(&path).bearer(&admin).send().await.expect(204);
        let shown = get(&app, &admin, "presentation").await.expect(200);
        assert_eq!((&shown["slide_id"], &shown["time_left"]), (&json!(3), &json!(0)));
        assert!(!is_open(&app, &team, 1, "in its place").await);
    }

    async fn a_think_time_of_nothing_is_none(app: TestApp) {
        let [admin, team, _] = play(&app).await;
        app.put(&at("slides/3")).bearer(&admin).json(&json!({"timer": 0})).send().await.expect(200);
        let refused = sync(&app, &admin, json!({"timer": {"value": null, "enabled": true}})).await;
        assert_eq!(refused.expect_error(422, "validation_failed")["field"], "timer.value");
        pass(&app, 3_600_000);
        assert!(is_open(&app, &team, 1, "while it is current").await);
    }

    async fn a_reopening_for_all_is_told_to_all(app: TestApp) {
        let [admin, team, rival] = play(&app).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let mut listeners = Vec::new();
        for token in [&team, &rival, &audience, &judge] {
            listeners.push(Listener::screen(&app, token).await);
        }
        let body = json!({"team_id": null, "seconds": 20, "reason": "The fire alarm"});
        post(&app, &admin, "presentation/reopen", body).await.expect(200);
        for (number, listener) in listeners.iter_mut().enumerate() {
            let told = listener.await_event("reopened").await;
            assert_eq!((&told["team_id"], &told["seconds"]), (&Value::Null, &json!(20)));
            let reason = if number == 3 { json!("The fire alarm") } else { Value::Null };
            assert_eq!(told["reason"], reason);
        }
        assert_eq!(kinds(&app, &admin).await, ["started", "synced", "reopened"]);
        app.end_presentation(FINAL).await;
        assert!(matches!(listeners[0].next().await, Heard::Event("end_presentation", _)));
    }

    async fn whether_restarts_are_to_be_said_is_kept_with_the_competition(app: TestApp) {
        let admin = begin(&app).await;
        let path = "/api/competitions/1";
        let read = async |path: &str| app.get(path).bearer(&admin).send().await.expect(200);
        assert_eq!(read(path).await["timer_restart"], "allowed");
        demand_restarts(&app, &admin).await;
        assert_eq!(read(path).await["timer_restart"], "confirm");
        let copy = app.post("/api/competitions/1/copy").bearer(&admin).send().await.expect(200);
        assert_eq!(copy["timer_restart"], "confirm");
        let bundle = app.get("/api/competitions/1/export").bearer(&admin).send().await.bytes;
        let import = app.post("/api/competitions/import?city_id=1&name=Again").bearer(&admin);
        let imported = import.body("application/zip", bundle).send().await.expect(200);
        assert_eq!(imported["timer_restart"], "confirm");
        let body = json!({"name": "New", "city_id": 1, "timer_restart": "confirm"});
        let created = app.post("/api/competitions").bearer(&admin).json(&body).send().await;
        assert_eq!(created.expect(200)["timer_restart"], "confirm");
        for wrong in [json!("never"), json!(1), json!({})] {
            let body = json!({"timer_restart": wrong});
            let refused = app.put(path).bearer(&admin).json(&body).send().await;
            let refused = refused.expect_error(422, "validation_failed");
            assert_eq!(refused["field"], "timer_restart");
        }
    }

    async fn what_the_row_remembers_is_the_sum_of_the_log(app: TestApp) {
        let [admin, ..] = play(&app).await;
        start(&app, &admin).await.expect(200);
        pass(&app, 3_000);
        timer(&app, &admin, "pause", json!({})).await.expect(200);
        timer(&app, &admin, "add", json!({"seconds": 5})).await.expect(200);
        show(&app, &admin, 1).await;
        timer(&app, &admin, "add", json!({"seconds": 5})).await.expect(200);
        start(&app, &admin).await.expect(200);
        let body = json!({"seconds": 20, "reason": "x"});
        post(&app, &admin, "presentation/reopen", body).await.expect(200);
        pass(&app, 40_000);
        show(&app, &admin, 0).await;
        show(&app, &admin, TIMED).await;
        let id = estrad_domain::PresentationId(1);
        let entries = app.live.log(id, 0, 1_000).await.expect("a log");
        let mut state = estrad_domain::presentation::State::default();
        entries.iter().for_each(|entry| state.evolve(&entry.event, entry.at));
        let read = move |c: &mut AnyConnection| presentations::get(c, id);
        assert_eq!(app.database.read(read).await.expect("there").state, state);
        assert_eq!(state.times.len(), 2, "{state:?}");
    }

    async fn what_an_older_server_left_stays_closed(app: TestApp) {
        let [admin, team, rival] = play(&app).await;
        start(&app, &admin).await.expect(200);
        pass(&app, 10_501);
        show(&app, &admin, TIMED).await;
        let until = 1_000 * 60 * 60 * 24 * 365 * 100_i64;
        app.sql(format!(
            "UPDATE presentations SET slide_times = NULL, \
             reopened = '[{{\"team_id\":2,\"until\":{until}}}]' WHERE id = 1"
        )).await;
        assert!(!is_open(&app, &team, 1, "late").await);
        assert!(is_open(&app, &rival, 2, "reopened").await);
    }
}
