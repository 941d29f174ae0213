//! What is changed elsewhere reaches those who are connected, at once.

use estrad_domain::types::View;
use estrad_realtime::Close;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::listener::{Heard, Listener};
use super::*;

on_both_databases! {
    async fn an_edit_is_told_to_those_who_watch(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        app.start_presentation(OTHER).await;
        let mut team = Listener::screen(&app, &app.open_team(FINAL, 0).await).await;
        let mut elsewhere = Listener::screen(&app, &app.open_team(OTHER, 0).await).await;
        let body = json!({"name": "Finale"});
        let edited = app.put("/api/competitions/1").bearer(&admin).json(&body).send().await;
        let version = edited.expect(200)["version"].clone();
        let told = Heard::Event(
            "competition_changed",
            json!({"competition_id": 1, "version": version}),
        );
        assert_eq!(team.next().await, told);
        // What was refused changed nothing, and nobody is told.
        let body = json!({"name": ""});
        let path = "/api/competitions/1";
        app.put(path).bearer(&admin).json(&body).send().await.expect(422);
        let stale = app.put(path).bearer(&admin).header("if-match", "\"1-0-all\"");
        stale.json(&json!({"name": "F"})).send().await.expect(412);
        sync(&app, &admin, json!({"slide_order": 1})).await.expect(200);
        assert!(matches!(team.next().await, Heard::Event("sync", _)));
        app.end_presentation(OTHER).await;
        assert!(matches!(elsewhere.next().await, Heard::Event("end_presentation", _)));
    }

    async fn of_thirty_edits_the_first_and_the_last_are_told(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        let mut team = Listener::screen(&app, &app.open_team(FINAL, 0).await).await;
        let mut last = json!(0);
        for n in 0..30 {
            let body = json!({"name": format!("Final {n}")});
            let edited = app.put("/api/competitions/1").bearer(&admin).json(&body).send().await;
            last = edited.expect(200)["version"].clone();
        }
        let mut told = Vec::new();
        while told.last() != Some(&last) {
            told.push(team.await_event("competition_changed").await["version"].clone());
        }
        assert_eq!(told[0], last.as_i64().expect("a version") - 29, "at once");
        assert!(told.len() < 30, "{told:?}");
    }

    async fn the_current_slide_is_found_again_or_another_takes_its_place(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        sync(&app, &admin, json!({"slide_order": 1})).await.expect(200);
        let mut team = Listener::screen(&app, &app.open_team(FINAL, 0).await).await;
        let delete = async |id: i64| {
            let path = at(&format!("slides/{id}"));
            app.delete(&path).bearer(&admin).send().await.expect(204);
        };
        let state = async || {
            let state = get(&app, &admin, "presentation").await.expect(200);
            (state["slide_id"].clone(), state["slide_order"].clone())
        };
        // Before the current one: it moves up.
        delete(1).await;
        assert_eq!(team.await_event("sync").await["slide_order"], 0);
        assert_eq!(state().await, (json!(2), json!(0)));
        // The current one.
        delete(2).await;
        assert_eq!(team.await_event("sync").await["slide_order"], 0);
        assert_eq!(state().await, (json!(3), json!(0)));
        // The last one.
        delete(3).await;
        assert_eq!(team.await_event("sync").await["slide_order"], 0);
        assert_eq!(state().await, (Value::Null, json!(0)));
        let refused = sync(&app, &admin, json!({"slide_order": 0})).await;
        assert_eq!(refused.expect_error(422, "validation_failed")["field"], "slide_order");
        // And it goes on with a new one.
        app.post(&at("slides")).bearer(&admin).json(&json!({})).send().await.expect(200);
        let shown = sync(&app, &admin, json!({"slide_order": 0})).await.expect(200);
        assert_eq!(shown["slide_id"], 7);
        post(&app, &admin, "presentation/end", json!({})).await.expect(200);
    }

    async fn whose_rights_are_taken_away_is_let_go(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        let tokens = [
            app.open_screen(FINAL, View::Audience).await,
            app.open_screen(FINAL, View::Audience).await,
        ];
        let mut signs_out = Listener::screen(&app, &tokens[0]).await;
        let mut stays = Listener::screen(&app, &tokens[1]).await;
        let mut judge = Listener::screen(&app, &app.open_screen(FINAL, View::Judge).await).await;
        let mut team = Listener::screen(&app, &app.open_team(FINAL, 0).await).await;
        let mut rival = Listener::screen(&app, &app.open_team(FINAL, 1).await).await;

        app.post("/api/auth/logout").bearer(&tokens[0]).send().await.expect(204);
        assert_eq!(signs_out.next().await, Heard::Revoked);

        let codes = app.codes(FINAL).await;
        let code = codes.iter().find(|code| code.view == View::Judge).expect("a code");
        let path = at(&format!("codes/{}", code.id));
        app.put(&path).bearer(&admin).send().await.expect(200);
        judge.await_event("competition_changed").await;
        assert_eq!(judge.next().await, Heard::Revoked);

        app.delete(&at("teams/1")).bearer(&admin).send().await.expect(204);
        team.await_event("competition_changed").await;
        team.await_event("competition_changed").await;
        assert_eq!(team.next().await, Heard::Revoked);

        // The others heard of the edits and of nothing else.
        sync(&app, &admin, json!({"slide_order": 1})).await.expect(200);
        for client in [&mut stays, &mut rival] {
            client.await_event("sync").await;
        }
    }

    async fn users_whose_rights_change_are_let_go(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        // What is changed; whether that changes their rights.
        let cases = [
            (Some(json!({"name": "Carla"})), false),
            (Some(json!({"password": "another password"})), true),
            (Some(json!({"role_id": 1})), true),
            (Some(json!({"city_id": 2})), true),
            (None, true),
        ];
        for (number, (change, loses)) in cases.into_iter().enumerate() {
            let email = format!("editor{number}@test.se");
            let mut editor = Listener::user(&app, &app.editor(&email, "Linköping").await).await;
            // The admin was the first.
            let path = format!("/api/users/{}", number + 2);
            match change {
                Some(change) => {
                    app.put(&path).bearer(&admin).json(&change).send().await.expect(200);
                }
                None => {
                    app.delete(&path).bearer(&admin).send().await.expect(204);
                }
            }
            sync(&app, &admin, json!({"live_answers": true})).await.expect(200);
            match editor.next().await {
                Heard::Revoked => assert!(loses, "{number}"),
                heard => assert!(!loses, "{number}: {heard:?}"),
            }
        }
        // Their own password too.
        let token = app.editor("own@test.se", "Linköping").await;
        let mut editor = Listener::user(&app, &token).await;
        let change = json!({"password": "another password", "current_password": estrad_testkit::PASSWORD});
        app.put("/api/users").bearer(&token).json(&change).send().await.expect(200);
        assert_eq!(editor.next().await, Heard::Revoked);
    }

    async fn a_competition_that_is_deleted_ends_what_goes_on_in_it(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        app.start_presentation(OTHER).await;
        let running = json!({"slide_order": 1, "timer": {"enabled": true}});
        sync(&app, &admin, running).await.expect(200);
        let team = app.open_team(FINAL, 0).await;
        let mut screen = Listener::screen(&app, &team).await;
        let mut user = Listener::user(&app, &admin).await;
        let mut elsewhere = Listener::screen(&app, &app.open_team(OTHER, 0).await).await;
        let stale = app.delete("/api/competitions/1").bearer(&admin);
        stale.header("if-match", "\"1-99-all\"").send().await.expect(412);
        get(&app, &admin, "presentation").await.expect(200);
        app.delete("/api/competitions/1").bearer(&admin).send().await.expect(204);
        for client in [&mut screen, &mut user] {
            assert!(matches!(client.next().await, Heard::Event("end_presentation", _)));
            assert_eq!(client.next().await, Heard::Closed(Close::Ended));
        }
        assert_eq!(screen.next().await, Heard::Revoked);
        get(&app, &admin, "presentation").await.expect_error(404, "competition_not_found");
        get(&app, &team, "presentation").await.expect_error(401, "token_revoked");
        assert_eq!(app.count("presentation_events").await, 1);
        // Its timer runs out in vain, and the other goes on.
        app.clock.advance(std::time::Duration::from_secs(60));
        let found = app.get("/api/presentations").bearer(&admin).send().await.expect(200);
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
        app.end_presentation(OTHER).await;
        assert!(matches!(elsewhere.next().await, Heard::Event("end_presentation", _)));
    }
}
