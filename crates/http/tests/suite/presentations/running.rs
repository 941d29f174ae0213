//! `/api/competitions/{competition_id}/presentation` and what is done to it.

use estrad_domain::clock::Clock as _;
use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::listener::Listener;
use super::*;

on_both_databases! {
    async fn an_operator_steps_through_a_presentation(app: TestApp) {
        begin(&app).await;
        let operator = app.open_screen(FINAL, View::Operator).await;
        for (method, path) in [
            ("GET", ""), ("POST", "/sync"), ("POST", "/end"), ("POST", "/reopen"),
        ] {
            let body = json!({"slide_order": 0, "team_id": 1, "seconds": 5, "reason": "x"});
            let body = match path {
                "/sync" => json!({"slide_order": 0}),
                "/reopen" => json!({"team_id": 1, "seconds": 5, "reason": "x"}),
                _ => body,
            };
            let request = app.request(method, &at(&format!("presentation{path}")));
            let request = if method == "POST" { request.json(&body) } else { request };
            let answer = request.bearer(&operator).send().await;
            answer.expect_error(404, "presentation_not_found");
        }
        let started = post(&app, &operator, "presentation/start", json!({})).await.expect(200);
        let now = app.clock.now().timestamp_millis();
        let nobody = json!({"teams": {}, "judges": 0, "audience": 0, "operators": 0});
        assert_eq!(started, json!({
            "presentation_id": 1, "competition_id": 1, "seq": 1, "slide_order": 0, "slide_id": 1,
            "timer": {"value": null, "enabled": false}, "show_scoreboard": false,
            "step": 0, "live_answers": false, "started_at": "2026-11-22T12:00:00Z", "server_time": now,
            "clients": nobody,
        }));
        // Again is no other one.
        let again = post(&app, &operator, "presentation/start", json!({})).await.expect(200);
        assert_eq!(again, started);
        let running = json!({"slide_order": 1, "timer": {"value": 5, "enabled": true}});
        let running = sync(&app, &operator, running).await.expect(200);
        assert_eq!(running["timer"], json!({"value": now + 30_000, "enabled": true}));
        assert_eq!([&running["seq"], &running["slide_id"]], [2, 2]);
        assert_eq!(get(&app, &operator, "presentation").await.expect(200), running);
        let shown = sync(&app, &operator, json!({"show_scoreboard": true})).await.expect(200);
        assert_eq!([&shown["show_scoreboard"], &shown["live_answers"]], [true, false]);
        let reopened = json!({"team_id": 2, "seconds": 20, "reason": "Fell over"});
        let reopened = post(&app, &operator, "presentation/reopen", reopened).await.expect(200);
        assert_eq!(reopened["seq"], 4);
        let over = post(&app, &operator, "presentation/end", json!({})).await.expect(200);
        assert_eq!(over["ended_at"], "2026-11-22T12:00:00Z");
        assert_eq!(over["end_reason"], "ended");
        get(&app, &operator, "presentation").await.expect_error(404, "presentation_not_found");
        let next = post(&app, &operator, "presentation/start", json!({})).await.expect(200);
        assert_eq!([&next["presentation_id"], &next["seq"]], [2, 1]);
    }

    async fn what_is_done_over_rest_is_told_at_once(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        let mut team = Listener::screen(&app, &app.open_team(FINAL, 0).await).await;
        let mut judge = Listener::screen(&app, &app.open_screen(FINAL, View::Judge).await).await;
        sync(&app, &admin, json!({"slide_order": 2})).await.expect(200);
        for client in [&mut team, &mut judge] {
            let told = client.await_event("sync").await;
            assert_eq!([&told["slide_order"], &told["seq"]], [2, 2]);
        }
        let reopen = json!({"team_id": 1, "seconds": 20, "reason": "Fell over"});
        post(&app, &admin, "presentation/reopen", reopen).await.expect(200);
        assert_eq!(team.await_event("reopened").await["reason"], Value::Null);
        assert_eq!(judge.await_event("reopened").await["reason"], "Fell over");
        post(&app, &admin, "presentation/end", json!({})).await.expect(200);
        for client in [&mut team, &mut judge] {
            client.await_event("end_presentation").await;
        }
    }

    async fn how_many_take_part_is_for_those_who_run_and_judge(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        let team = app.open_team(FINAL, 0).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let operator = app.open_screen(FINAL, View::Operator).await;
        let mut watching = Listener::screen(&app, &judge).await;
        let _team = Listener::screen(&app, &team).await;
        loop {
            let told = watching.await_presence().await;
            if told["teams"] == json!({"1": 1}) {
                break;
            }
        }
        for token in [&admin, &judge, &operator] {
            let state = get(&app, token, "presentation").await.expect(200);
            assert_eq!(state["clients"]["teams"], json!({"1": 1}), "{state}");
            assert_eq!(state["clients"]["judges"], 1, "{state}");
        }
        for token in [&team, &audience] {
            let state = get(&app, token, "presentation").await.expect(200);
            assert_eq!(state.get("clients"), None, "{state}");
            assert_eq!(state["slide_order"], 0);
        }
    }

    async fn only_those_who_may_run_it(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        app.start_presentation(OTHER).await;
        let own = app.editor("own@test.se", "Linköping").await;
        let foreign_editor = app.editor("other@test.se", "Kiruna").await;
        let team = app.open_team(FINAL, 0).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let operator = app.open_screen(FINAL, View::Operator).await;
        let foreign_operator = app.open_screen(OTHER, View::Operator).await;
        // Who; whether they read it, run it, give more time, and read the log.
        let cases = [
            ("admin", &admin, [true, true, true, true]),
            ("editor of its city", &own, [true, true, true, true]),
            ("operator", &operator, [true, true, true, true]),
            ("judge", &judge, [true, false, true, false]),
            ("team", &team, [true, false, false, false]),
            ("audience", &audience, [true, false, false, false]),
            ("editor of another city", &foreign_editor, [true, false, false, false]),
            ("operator of another competition", &foreign_operator, [false; 4]),
        ];
        let reopen = json!({"team_id": 1, "seconds": 5, "reason": "x"});
        for (who, token, [reads, runs, reopens, logs]) in cases {
            let answers = [
                (reads, get(&app, token, "presentation").await),
                (runs, post(&app, token, "presentation/start", json!({})).await),
                (runs, sync(&app, token, json!({"slide_order": 1})).await),
                (reopens, post(&app, token, "presentation/reopen", reopen.clone()).await),
                (logs, get(&app, token, "presentation/log").await),
            ];
            for (allowed, answer) in answers {
                if allowed {
                    assert_eq!(answer.status, 200, "{who}: {}", answer.text());
                } else {
                    answer.expect_error(401, "not_allowed");
                }
            }
        }
        for token in [&judge, &team, &audience, &foreign_editor, &foreign_operator] {
            let answer = post(&app, token, "presentation/end", json!({})).await;
            answer.expect_error(401, "not_allowed");
        }
        post(&app, &own, "presentation/end", json!({})).await.expect(200);
    }

    async fn what_can_not_be_is_refused_by_name_and_changes_nothing(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        let before = get(&app, &admin, "presentation").await.expect(200);
        for (body, field) in [
            (json!({}), "data"),
            (json!([]), "data"),
            (json!({"slide": 1}), "slide"),
            (json!({"slide_order": 3}), "slide_order"),
            (json!({"slide_order": -1}), "slide_order"),
            (json!({"slide_order": "1"}), "slide_order"),
            (json!({"slide_order": 9_007_199_254_740_993_i64}), "slide_order"),
            (json!({"timer": {"value": 1, "enabled": true}}), "timer.value"),
            (json!({"timer": {"value": 99_999_999_999_999_i64, "enabled": true}}), "timer.value"),
            (json!({"timer": {"enabled": 1}}), "timer.enabled"),
            (json!({"timer": {"enabled": false, "x": 1}}), "timer.x"),
            (json!({"slide_order": 1, "show_scoreboard": "yes"}), "show_scoreboard"),
        ] {
            let refused = sync(&app, &admin, body.clone()).await;
            let refused = refused.expect_error(422, "validation_failed");
            assert_eq!(refused["field"], field, "{body}: {refused}");
            assert!(refused["errors"]["json"][field][0].is_string(), "{body}: {refused}");
        }
        for (seconds, reason, field) in [
            (json!(0), json!("x"), "seconds"),
            (json!(3_601), json!("x"), "seconds"),
            (json!("soon"), json!("x"), "seconds"),
            (json!(5), json!(" "), "reason"),
            (json!(5), json!("x".repeat(1_001)), "reason"),
            (json!(5), json!(null), "reason"),
        ] {
            let body = json!({"team_id": 1, "seconds": seconds, "reason": reason});
            let refused = post(&app, &admin, "presentation/reopen", body).await;
            assert_eq!(refused.expect_error(422, "validation_failed")["field"], field);
        }
        // Of the other competition.
        let body = json!({"team_id": 3, "seconds": 5, "reason": "x"});
        let refused = post(&app, &admin, "presentation/reopen", body).await;
        refused.expect_error(404, "team_not_found");
        let path = at("presentation/sync");
        let broken = app.post(&path).bearer(&admin).body("application/json", "{");
        broken.send().await.expect_error(400, "invalid_json");
        let text = app.post(&path).bearer(&admin).body("text/plain", "slide_order=1");
        text.send().await.expect_error(415, "unsupported_media_type");
        assert_eq!(get(&app, &admin, "presentation").await.expect(200), before);
    }
}
