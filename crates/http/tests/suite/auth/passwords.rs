//! Signing in with a password.

use estrad_domain::types::Role;
use estrad_testkit::on_both_databases;
use serde_json::json;

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
}
