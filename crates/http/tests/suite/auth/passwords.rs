//! Signing in with a password.

use std::time::Duration;

use estrad_domain::types::Role;
use estrad_testkit::{Answer, PASSWORD, TestApp, on_both_databases};
use serde_json::{Value, json};

async fn try_password(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.post("/api/auth/login").json(&body).send().await
}

#[track_caller]
fn refused_for(answer: Answer, field: &str) -> Value {
    let body = answer.expect_error(422, "validation_failed");
    assert_eq!(body["field"], field, "{body}");
    assert!(body["errors"]["json"][field][0].is_string(), "{body}");
    body
}

on_both_databases! {
    async fn the_right_password_opens_in_any_case_of_the_email(app: TestApp) {
        let city = app.city("Linköping").await;
        let id = app.user("admin@test.se", "Admina", Role::Admin, city).await;
        let body = json!({"email": " Admin@TEST.se ", "password": "password"});
        let answer = app.post("/api/auth/login").json(&body).send().await.expect(200);
        assert_eq!(answer["id"], id.0);
        assert_eq!(answer.as_object().expect("an object").len(), 2);
        let token = answer["access_token"].as_str().expect("a token");
        app.get("/api/users").bearer(token).send().await.expect(200);
    }

    async fn an_unknown_email_is_answered_to_the_byte_like_a_wrong_password(app: TestApp) {
        app.admin().await;
        let try_with = async |email: &str| {
            let body = json!({"email": email, "password": "not the one"});
            app.post("/api/auth/login").json(&body).send().await
        };
        let (wrong, unknown) = (try_with("admin@test.se").await, try_with("nobody@test.se").await);
        assert_eq!(wrong.bytes, unknown.bytes);
        let names = |headers: &estrad_testkit::Answer| {
            headers.headers.keys().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(names(&wrong), names(&unknown));
        unknown.expect_error(401, "wrong_credentials");
        wrong.expect_error(401, "wrong_credentials");
    }

    async fn passwords_are_compared_to_their_last_character(app: TestApp) {
        app.admin().await;
        for password in ["password ", "Password", "passwor", "", "password\u{200b}"] {
            let body = json!({"email": "admin@test.se", "password": password});
            let refused = app.post("/api/auth/login").json(&body).send().await;
            refused.expect_error(401, "wrong_credentials");
        }
    }

    async fn only_admins_and_screens_pass_the_test_of_their_token(app: TestApp) {
        let (admin, editor) = (app.admin().await, app.editor("editor@test.se", "Linköping").await);
        app.get("/api/auth/test").bearer(&admin).send().await.expect(204);
        let refused = app.get("/api/auth/test").bearer(&editor).send().await;
        refused.expect_error(401, "not_allowed");
        app.get("/api/auth/test").send().await.expect_error(401, "token_missing");
    }

    async fn nobody_changes_their_own_password_without_the_one_they_have(app: TestApp) {
        let (admin, editor) = (app.admin().await, app.editor("editor@test.se", "Linköping").await);
        // Both ways in which an admin reaches their own account, and an editor's one.
        for (token, path, email) in [
            (&editor, "/api/users", "editor@test.se"),
            (&admin, "/api/users/1", "admin@test.se"),
        ] {
            let change = async |body: Value| app.put(path).bearer(token).json(&body).send().await;
            let new = "kalle på taket";
            refused_for(change(json!({"password": new})).await, "current_password");
            for wrong in ["", "not the one", new, "x".repeat(1_000).as_str()] {
                let body = json!({"password": new, "current_password": wrong});
                let refused = refused_for(change(body).await, "current_password");
                assert!(!refused.to_string().contains(new), "{refused}");
            }
            try_password(&app, email, PASSWORD).await.expect(200);
            // What is no password takes none.
            change(json!({"name": "Alva"})).await.expect(200);
            change(json!({"password": new, "current_password": PASSWORD})).await.expect(200);
            try_password(&app, email, new).await.expect(200);
        }
    }

    async fn an_admin_gives_others_a_password_without_theirs(app: TestApp) {
        let admin = app.admin().await;
        app.editor("editor@test.se", "Linköping").await;
        let body = json!({"password": "kalle på taket"});
        app.put("/api/users/2").bearer(&admin).json(&body).send().await.expect(200);
        try_password(&app, "editor@test.se", "kalle på taket").await.expect(200);
    }

    async fn a_wrong_current_password_counts_as_a_wrong_login(app: TestApp) {
        let admin = app.admin().await;
        let change = async |current: &str| {
            let body = json!({"password": "kalle på taket", "current_password": current});
            app.put("/api/users").bearer(&admin).json(&body).send().await
        };
        for _ in 0..5 {
            refused_for(change("not the one").await, "current_password");
        }
        let early = change(PASSWORD).await;
        assert_eq!(early.header("retry-after"), "1");
        early.expect_error(429, "too_many_tries");
        let early = try_password(&app, "admin@test.se", PASSWORD).await;
        early.expect_error(429, "too_many_tries");
        app.clock.advance(Duration::from_secs(1));
        try_password(&app, "admin@test.se", PASSWORD).await.expect(200);
    }

    async fn passwords_that_are_guessed_first_are_refused_wherever_one_is_chosen(app: TestApp) {
        let admin = app.admin().await;
        app.editor("editor.svensson@test.se", "Linköping").await;
        let user = |email: &str, name: &str, password: &str| {
            json!({"email": email, "name": name, "password": password, "role_id": 2, "city_id": 1})
        };
        for common in ["password", "Password1", "ｂａｓｅｂａｌｌ", "QWERTYUIOP", "iloveyou"] {
            for (method, path, body) in [
                ("POST", "/api/users", user("b@test.se", "Bo", common)),
                ("PUT", "/api/users/2", json!({"password": common})),
                ("PUT", "/api/users", json!({"password": common, "current_password": PASSWORD})),
            ] {
                let refused = app.request(method, path).bearer(&admin).json(&body).send().await;
                refused_for(refused, "password");
            }
        }
        let path = "/api/users/2";
        for own in ["Editor.Svensson@test.se", "editor.SVENSSON", "CARL  CARLSSON", "carlcarlsson"] {
            let body = json!({"password": own});
            refused_for(app.put(path).bearer(&admin).json(&body).send().await, "password");
        }
        let body = user("b.andersson@test.se", "Bo", "b.andersson");
        refused_for(app.post("/api/users").bearer(&admin).json(&body).send().await, "password");
        // What the account is called after the change counts.
        let body = json!({"password": "Carl Carlsson", "name": "Kalle"});
        app.put(path).bearer(&admin).json(&body).send().await.expect(200);
    }

    async fn a_password_is_the_same_however_a_keyboard_composes_it(app: TestApp) {
        let admin = app.admin().await;
        let (composed, decomposed) = ("smörgås\u{a0}bord", "smo\u{308}rga\u{30a}s bord");
        let body = json!({"email": "b@test.se", "password": decomposed, "role_id": 2, "city_id": 1});
        app.post("/api/users").bearer(&admin).json(&body).send().await.expect(200);
        for typed in [composed, decomposed] {
            try_password(&app, "b@test.se", typed).await.expect(200);
        }
        try_password(&app, "b@test.se", "smorgas bord").await.expect_error(401, "wrong_credentials");
    }

    async fn a_hash_from_before_still_opens_and_is_replaced_without_anybody_being_put_out(app: TestApp) {
        let admin = app.admin().await;
        let old = bcrypt::hash("smo\u{308}rga\u{30a}s", 4).expect("hashes");
        app.sql(format!("UPDATE users SET password_hash = '{old}'")).await;
        let is_old = async || {
            app.number(format!("SELECT count(*) FROM users WHERE password_hash = '{old}'")).await
        };
        try_password(&app, "admin@test.se", "smorgas").await.expect(401);
        assert_eq!(is_old().await, 1);
        try_password(&app, "admin@test.se", "smörgås").await.expect(200);
        assert_eq!(is_old().await, 0);
        for typed in ["smörgås", "smo\u{308}rga\u{30a}s"] {
            try_password(&app, "admin@test.se", typed).await.expect(200);
        }
        app.get("/api/users").bearer(&admin).send().await.expect(200);
    }
}
