//! Where a user is signed in, and signing out elsewhere.

use std::time::Duration;

use estrad_domain::draft::{CompetitionDraft, SlideDraft};
use estrad_domain::types::Role;
use estrad_testkit::{PASSWORD, TestApp, on_both_databases};
use serde_json::{Value, json};

use crate::live::support::Socket;

/// Signs the admin in with a browser of that name.
async fn log_in(app: &TestApp, browser: &str) -> String {
    let body = json!({"email": "admin@test.se", "password": PASSWORD});
    let request = app.post("/api/auth/login").header("user-agent", browser).json(&body);
    let answer = request.send().await.expect(200);
    answer["access_token"].as_str().expect("a token").to_owned()
}

async fn sessions(app: &TestApp, token: &str, path: &str) -> Vec<Value> {
    let list = app.get(path).bearer(token).send().await.expect(200);
    list.as_array().expect("a list").clone()
}

const OWN: &str = "/api/users/sessions";

on_both_databases! {
    async fn one_sees_where_one_is_signed_in(app: TestApp) {
        app.admin().await;
        app.clock.advance(Duration::from_secs(60));
        let phone = log_in(&app, &format!("Phone {}", "x".repeat(900))).await;
        let found = sessions(&app, &phone, OWN).await;
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], json!({
            "id": 2, "created_at": "2026-11-22T12:01:00Z", "last_used_at": "2026-11-22T12:01:00Z",
            "expires_at": "2026-11-24T12:01:00Z", "address": "127.0.0.0/24",
            "user_agent": format!("Phone {}", "x".repeat(194)), "current": true,
        }));
        assert_eq!((&found[1]["id"], &found[1]["current"]), (&json!(1), &json!(false)));

        // When it was last used is noted now and then, not at each request.
        app.clock.advance(Duration::from_secs(600));
        assert_eq!(sessions(&app, &phone, OWN).await[0]["last_used_at"], "2026-11-22T12:01:00Z");
        app.authenticator.note_uses().await.expect("noted");
        let found = sessions(&app, &phone, OWN).await;
        assert_eq!(found[0]["last_used_at"], "2026-11-22T12:11:00Z");
        assert_eq!(found[1]["last_used_at"], "2026-11-22T12:00:00Z", "the other was not used");
    }

    async fn one_ends_a_session_or_all_others(app: TestApp) {
        let lost = app.admin().await;
        let (old, here) = (log_in(&app, "old").await, log_in(&app, "here").await);
        app.delete(&format!("{OWN}/1")).bearer(&here).send().await.expect(204);
        app.get("/api/users").bearer(&lost).send().await.expect_error(401, "token_revoked");
        app.get("/api/users").bearer(&old).send().await.expect(200);
        app.delete(&format!("{OWN}/1")).bearer(&here).send().await
            .expect_error(404, "session_not_found");

        app.delete(OWN).bearer(&here).send().await.expect(204);
        app.get("/api/users").bearer(&old).send().await.expect_error(401, "token_revoked");
        assert_eq!(sessions(&app, &here, OWN).await.len(), 1);

        app.post("/api/auth/logout").bearer(&here).send().await.expect(204);
        assert_eq!(app.count("sessions").await, 0);
    }

    async fn ending_a_session_closes_its_live_connections(app: TestApp) {
        let lost = app.admin().await;
        let slides = vec![SlideDraft::default()];
        let draft = CompetitionDraft { name: "C".into(), year: 2026, slides, ..Default::default() };
        let id = app.competition(draft, 1.into()).await;
        app.start_presentation(id).await;
        let mut socket = Socket::open(&app, &format!("/ws?token={lost}")).await;
        let join = json!({"event": "join", "data": {"competition_id": id}, "id": 1});
        socket.send_json(join).await;
        socket.event("sync").await;
        let here = log_in(&app, "here").await;
        app.delete(OWN).bearer(&here).send().await.expect(204);
        assert_eq!(socket.closed().await.0, 4503);
    }

    async fn the_sessions_of_others_are_for_admins(app: TestApp) {
        let admin = app.admin().await;
        let editor = app.editor("editor@test.se", "Kiruna").await;
        let path = "/api/users/2/sessions";
        let found = sessions(&app, &admin, path).await;
        assert_eq!((found.len(), &found[0]["current"]), (1, &json!(false)));
        for path in ["/api/users/1/sessions", "/api/users/1/sessions/1"] {
            app.delete(path).bearer(&editor).send().await.expect_error(401, "not_allowed");
        }
        // Another's is not one's own.
        app.delete(&format!("{OWN}/1")).bearer(&editor).send().await
            .expect_error(404, "session_not_found");
        app.delete(&format!("{path}/1")).bearer(&admin).send().await
            .expect_error(404, "session_not_found");
        app.get("/api/users/99/sessions").bearer(&admin).send().await
            .expect_error(404, "user_not_found");
        app.delete(path).bearer(&admin).send().await.expect(204);
        app.get("/api/users").bearer(&editor).send().await.expect_error(401, "token_revoked");
        // One's own stays.
        app.delete("/api/users/1/sessions").bearer(&admin).send().await.expect(204);
        app.get("/api/users").bearer(&admin).send().await.expect(200);
    }

    async fn a_hundred_and_first_session_ends_the_first(app: TestApp) {
        let first = app.admin().await;
        let values: Vec<String> = (0..99)
            .map(|n| format!(
                "(1, 'jti{n}', '2026-11-22 12:00:00', '2026-11-22 12:00:00', \
                 '2026-11-24 12:00:00', '', '')"
            ))
            .collect();
        let columns = "user_id, jti, created_at, last_used_at, expires_at, address, user_agent";
        app.sql(format!("INSERT INTO sessions ({columns}) VALUES {}", values.join(", "))).await;
        app.get("/api/users").bearer(&first).send().await.expect(200);
        let last = log_in(&app, "last").await;
        app.get("/api/users").bearer(&first).send().await.expect_error(401, "token_revoked");
        assert_eq!(sessions(&app, &last, OWN).await.len(), 100);
    }

    async fn sessions_end_with_their_tokens(app: TestApp) {
        let admin = app.admin().await;
        app.editor("editor@test.se", "Linköping").await;
        assert_eq!(app.count("sessions").await, 2);
        let change = json!({"city_id": app.city("Kiruna").await});
        app.put("/api/users/2").bearer(&admin).json(&change).send().await.expect(200);
        assert_eq!(app.count("sessions").await, 1, "another city revokes the tokens");
        app.clock.advance(Duration::from_secs(49 * 3600));
        app.authenticator.sweep().await.expect("swept");
        assert_eq!(app.count("sessions").await, 0);
    }

    async fn an_admin_gives_somebody_a_new_password(app: TestApp) {
        let admin = app.admin().await;
        let city = app.city("Kiruna").await;
        let id = app.user("carl@test.se", "Carl", Role::Editor, city).await;
        let carl = app.log_in("carl@test.se").await;
        let log_in = async |password: &str| {
            let body = json!({"email": "carl@test.se", "password": password});
            app.post("/api/auth/login").json(&body).send().await
        };
        for _ in 0..5 {
            log_in("forgotten").await;
        }
        log_in(PASSWORD).await.expect_error(429, "too_many_tries");

        let path = format!("/api/users/{id}/password");
        let made = app.post(&path).bearer(&admin).send().await.expect(200);
        let password = made["password"].as_str().expect("a password").to_owned();
        assert!(password.len() > 20, "{password}");
        app.get("/api/users").bearer(&carl).send().await.expect_error(401, "token_revoked");
        log_in(PASSWORD).await.expect_error(401, "wrong_credentials");
        let carl = log_in(&password).await.expect(200);

        let chosen = json!({"password": "gn8 kq2 mz7"});
        let answer = app.post(&path).bearer(&admin).json(&chosen).send().await.expect(200);
        assert_eq!(answer, json!({"user_id": id.0, "password": null}), "it is not shown again");
        let carl = carl["access_token"].as_str().expect("a token").to_owned();
        app.get("/api/users").bearer(&carl).send().await.expect_error(401, "token_revoked");
        log_in("gn8 kq2 mz7").await.expect(200);

        // It is in the audit log, and the password is not.
        let log = app.get("/api/audit").bearer(&admin).send().await;
        let entry = &log.json()[0];
        assert_eq!((&entry["action"], &entry["change"]), (&json!("ManageUsers"), &json!("password")));
        assert_eq!((&entry["target"], &entry["target_ids"]), (&json!("user"), &json!([id.0])));
        assert_eq!(entry["fields"], json!(["password"]));
        assert!(!log.text().contains(&password) && !log.text().contains("gn8"), "{}", log.text());
    }

    async fn nobody_resets_their_own_password(app: TestApp) {
        let admin = app.admin().await;
        let editor = app.editor("editor@test.se", "Linköping").await;
        app.post("/api/users/1/password").bearer(&admin).send().await
            .expect_error(409, "own_account");
        app.post("/api/users/1/password").bearer(&editor).send().await
            .expect_error(401, "not_allowed");
        app.post("/api/users/99/password").bearer(&admin).send().await
            .expect_error(404, "user_not_found");
        let short = json!({"password": "short"});
        let short = app.post("/api/users/2/password").bearer(&admin).json(&short).send().await;
        assert_eq!(short.expect_error(422, "validation_failed")["field"], "password");
    }
}
