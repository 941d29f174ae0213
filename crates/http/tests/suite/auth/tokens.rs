//! Tokens: what they say, how long they are good, and what makes them worthless.

use std::time::Duration;

use estrad_domain::draft::CompetitionDraft;
use estrad_domain::types::{Role, View};
use estrad_domain::{CompetitionId, UserId};
use estrad_testkit::{SECRET, TestApp, on_both_databases};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Value, json};

/// Noon of the manual clock, in seconds.
const NOON: i64 = 1_795_348_800;
const HOUR: i64 = 3600;

fn claims(token: &str) -> Value {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(SECRET);
    jsonwebtoken::decode::<Value>(token, &key, &validation).expect("signed by us").claims
}

fn sign(header: &Header, claims: &Value, secret: &[u8]) -> String {
    jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret)).expect("signs")
}

async fn expect_refused(app: &TestApp, token: &str, word: &str) {
    let refused = app.get("/api/auth/test").bearer(token).send().await;
    assert_eq!(refused.header("www-authenticate"), "Bearer", "{word}");
    let body = refused.expect_error(401, word);
    assert_eq!(body["msg"], body["message"]);
}

async fn competition(app: &TestApp) -> CompetitionId {
    let city = app.city("Linköping").await;
    let draft = CompetitionDraft {
        name: "Final".into(),
        year: 2026,
        teams: vec![estrad_domain::draft::TeamDraft { name: "Lag 1".into(), ..Default::default() }],
        ..CompetitionDraft::default()
    };
    app.competition(draft, city).await
}

on_both_databases! {
    async fn tokens_say_what_the_front_end_reads(app: TestApp) {
        let user = claims(&app.admin().await);
        assert_eq!(user["exp"], NOON + 48 * HOUR);
        assert_eq!(user["role"], "Admin");
        assert_eq!(user["city_id"], 1);
        assert_eq!((&user["iat"], &user["nbf"]), (&json!(NOON), &json!(NOON)));
        assert_eq!((&user["type"], &user["sub"]), (&json!("access"), &json!("1")));
        assert_eq!(user["fresh"], false);
        assert!(user["jti"].as_str().is_some_and(|jti| jti.len() >= 16));

        let id = competition(&app).await;
        app.start_presentation(id).await;
        for code in app.codes(id).await {
            let screen = claims(&app.open_screen_with(&code).await);
            assert_eq!(screen["exp"], NOON + 8 * HOUR);
            assert_eq!(screen["competition_id"], id.0);
            assert_eq!(screen["team_id"], json!(code.team_id.map(|id| id.0)));
            assert_eq!(screen["view"], code.view.name());
            assert_eq!(screen["code"], code.code.as_str());
        }
    }

    async fn no_two_tokens_have_the_same_id(app: TestApp) {
        let first = claims(&app.admin().await);
        let second = claims(&app.log_in("admin@test.se").await);
        assert_ne!(first["jti"], second["jti"]);
    }

    async fn signing_out_revokes_the_one_token_at_once(app: TestApp) {
        let (first, second) = (app.admin().await, app.log_in("admin@test.se").await);
        app.post("/api/auth/logout").bearer(&first).send().await.expect(204);
        expect_refused(&app, &first, "token_revoked").await;
        let again = app.post("/api/auth/logout").bearer(&first).send().await;
        again.expect_error(401, "token_revoked");
        app.get("/api/auth/test").bearer(&second).send().await.expect(204);
    }

    async fn screens_sign_out_too(app: TestApp) {
        let id = competition(&app).await;
        app.start_presentation(id).await;
        for &view in View::ALL {
            let screen = app.open_screen(id, view).await;
            app.post("/api/auth/logout").bearer(&screen).send().await.expect(204);
            expect_refused(&app, &screen, "token_revoked").await;
        }
    }

    async fn tokens_end_at_the_second_they_say(app: TestApp) {
        let user = app.admin().await;
        let id = competition(&app).await;
        let operator = app.open_screen(id, View::Operator).await;
        app.clock.advance(Duration::from_secs(8 * HOUR as u64 - 1));
        app.get("/api/auth/test").bearer(&operator).send().await.expect(204);
        app.clock.advance(Duration::from_secs(1));
        expect_refused(&app, &operator, "token_expired").await;
        app.clock.advance(Duration::from_secs(40 * HOUR as u64 - 1));
        app.get("/api/auth/test").bearer(&user).send().await.expect(204);
        app.clock.advance(Duration::from_secs(1));
        expect_refused(&app, &user, "token_expired").await;
    }

    async fn forged_tokens_are_refused(app: TestApp) {
        let good = app.admin().await;
        let said = claims(&good);
        let hs256 = Header::new(Algorithm::HS256);
        // The same claims signed by us again are good: what follows is refused for its own fault.
        app.get("/api/auth/test").bearer(&sign(&hs256, &said, SECRET)).send().await.expect(204);

        let parts: Vec<&str> = good.split('.').collect();
        let (header, body, signature) = (parts[0], parts[1], parts[2]);
        // {"alg":"none","typ":"JWT"}
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
        let mut another_body = said.clone();
        another_body["city_id"] = json!(2);
        let another = sign(&hs256, &another_body, b"the key of somebody else entirely");
        let grafted = another.split('.').nth(1).expect("a body").to_owned();
        let forged = [
            sign(&hs256, &said, b"the key of somebody else entirely"),
            sign(&Header::new(Algorithm::HS384), &said, SECRET),
            sign(&Header::new(Algorithm::HS512), &said, SECRET),
            format!("{none}.{body}."),
            format!("{none}.{body}.{signature}"),
            format!("{none}.{body}"),
            format!("{header}.{grafted}.{signature}"),
            format!("{header}.{body}."),
            format!("{header}.{body}"),
            format!("{header}.{body}.{signature}x"),
            format!("{header}.{body}.{signature}.x"),
            "..".to_owned(),
            "garbage".to_owned(),
            "x".repeat(6000),
        ];
        for token in forged {
            expect_refused(&app, &token, "token_invalid").await;
        }
    }

    async fn signed_tokens_that_do_not_say_what_ours_do_are_refused(app: TestApp) {
        let said = claims(&app.admin().await);
        let header = Header::new(Algorithm::HS256);
        for missing in ["exp", "jti", "type", "generation", "user_id"] {
            let mut claims = said.clone();
            claims.as_object_mut().expect("an object").remove(missing);
            expect_refused(&app, &sign(&header, &claims, SECRET), "token_invalid").await;
        }
        for (name, value) in [
            ("type", json!("refresh")),
            ("exp", json!("tomorrow")),
            ("user_id", json!("1")),
            ("generation", json!(null)),
        ] {
            let mut claims = said.clone();
            claims[name] = value;
            expect_refused(&app, &sign(&header, &claims, SECRET), "token_invalid").await;
        }
        // The rights are the database's to say, not the token's.
        let editor = app.editor("editor@test.se", "Linköping").await;
        let mut claims = claims(&editor);
        claims["role"] = json!("Admin");
        let token = sign(&header, &claims, SECRET);
        let refused = app.get("/api/auth/test").bearer(&token).send().await;
        refused.expect_error(401, "not_allowed");
    }

    async fn other_authorization_headers_are_no_tokens(app: TestApp) {
        let token = app.admin().await;
        for header in ["Basic YWRtaW46", "Bearer", "", "Token abc", &token] {
            let refused = app.get("/api/users").header("authorization", header).send().await;
            refused.expect_error(401, "token_invalid");
        }
        for header in [format!("bearer {token}"), format!("BEARER  {token}")] {
            app.get("/api/users").header("authorization", &header).send().await.expect(200);
        }
        app.get("/api/users").send().await.expect_error(401, "token_missing");
    }

    async fn the_token_of_a_deleted_user_is_worthless(app: TestApp) {
        let (admin, editor) = (app.admin().await, app.editor("editor@test.se", "Linköping").await);
        app.delete("/api/users/2").bearer(&admin).send().await.expect(204);
        expect_refused(&app, &editor, "token_revoked").await;
        // Whoever gets the address next is somebody else.
        app.user("editor@test.se", "Namnlik", Role::Editor, 1.into()).await;
        expect_refused(&app, &editor, "token_revoked").await;
    }

    async fn a_changed_role_city_or_password_revokes_what_was_given_out(app: TestApp) {
        let admin = app.admin().await;
        app.city("Stockholm").await;
        app.editor("editor@test.se", "Linköping").await;
        let id = UserId(2);
        for (change, revokes) in [
            (json!({"name": "ny"}), false),
            (json!({"role_id": 2, "city_id": 1}), false),
            (json!({"city_id": 2}), true),
            (json!({"role_id": 1}), true),
            (json!({"password": "kalle på taket"}), true),
        ] {
            let token = app.log_in("editor@test.se").await;
            app.put(&format!("/api/users/{id}"))
                .bearer(&admin)
                .json(&change)
                .send()
                .await
                .expect(200);
            let answer = app.get("/api/users").bearer(&token).send().await;
            if revokes {
                answer.expect_error(401, "token_revoked");
            } else {
                answer.expect(200);
            }
        }
        let login = json!({"email": "editor@test.se", "password": "kalle på taket"});
        let login = app.post("/api/auth/login").json(&login).send().await.expect(200);
        let token = login["access_token"].as_str().expect("a token").to_owned();
        let change = json!({"password": "another one", "current_password": "kalle på taket"});
        app.put("/api/users").bearer(&token).json(&change).send().await.expect(200);
        expect_refused(&app, &token, "token_revoked").await;
    }

    async fn the_token_of_a_renewed_code_is_worthless(app: TestApp) {
        let id = competition(&app).await;
        app.start_presentation(id).await;
        let (judge, team) =
            (app.open_screen(id, View::Judge).await, app.open_screen(id, View::Team).await);
        app.sql("UPDATE codes SET code = 'NEWONE' WHERE view_type_id = 2".to_owned()).await;
        expect_refused(&app, &judge, "token_revoked").await;
        app.get("/api/auth/test").bearer(&team).send().await.expect(204);
        // Were the old code given to another view, the token would not open that one.
        let claims = claims(&judge);
        let old = claims["code"].as_str().expect("a code");
        app.sql(format!("UPDATE codes SET code = '{old}' WHERE view_type_id = 4")).await;
        expect_refused(&app, &judge, "token_revoked").await;
    }

    async fn the_tokens_of_a_deleted_team_and_competition_are_worthless(app: TestApp) {
        let id = competition(&app).await;
        app.start_presentation(id).await;
        let (judge, team) =
            (app.open_screen(id, View::Judge).await, app.open_screen(id, View::Team).await);
        app.sql("DELETE FROM teams".to_owned()).await;
        expect_refused(&app, &team, "token_revoked").await;
        app.get("/api/auth/test").bearer(&judge).send().await.expect(204);
        let admin = app.admin().await;
        app.delete(&format!("/api/competitions/{id}")).bearer(&admin).send().await.expect(204);
        expect_refused(&app, &judge, "token_revoked").await;
    }
}
