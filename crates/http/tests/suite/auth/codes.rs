//! Opening a screen with a code.

use estrad_domain::CompetitionId;
use estrad_domain::draft::{CompetitionDraft, SlideDraft, TeamDraft};
use estrad_domain::types::View;
use estrad_testkit::{Answer, TestApp, on_both_databases};
use serde_json::{Value, json};

async fn competition(app: &TestApp, name: &str) -> CompetitionId {
    let team = TeamDraft { name: "Lag 1".into(), ..TeamDraft::default() };
    let draft = CompetitionDraft {
        name: name.into(),
        year: 2026,
        slides: vec![SlideDraft::default()],
        teams: vec![team],
        ..CompetitionDraft::default()
    };
    let city = app.city("Linköping").await;
    app.competition(draft, city).await
}

async fn try_code(app: &TestApp, path: &str, code: &str) -> Answer {
    app.post(path).json(&json!({"code": code})).send().await
}

on_both_databases! {
    async fn each_code_opens_its_view_at_both_addresses_in_any_case(app: TestApp) {
        let id = competition(&app, "Final").await;
        app.start_presentation(id).await;
        for code in app.codes(id).await {
            for path in ["/api/auth/code", "/api/auth/login/code"] {
                for text in [code.code.as_str().to_owned(), code.code.as_str().to_lowercase()] {
                    let mut answer = try_code(&app, path, &text).await.expect(200);
                    let token = answer["access_token"].take();
                    assert_eq!(
                        answer,
                        json!({
                            "competition_id": id.0,
                            "view": code.view.name(),
                            "team_id": code.team_id.map(|id| id.0),
                            "access_token": null,
                        })
                    );
                    let token = token.as_str().expect("a token");
                    app.get("/api/auth/test").bearer(token).send().await.expect(204);
                }
            }
        }
    }

    async fn only_the_operator_comes_in_while_nothing_is_presented(app: TestApp) {
        let id = competition(&app, "Final").await;
        let other = competition(&app, "Another").await;
        app.start_presentation(other).await;
        for code in app.codes(id).await {
            let answer = try_code(&app, "/api/auth/code", code.code.as_str()).await;
            if code.view == View::Operator {
                answer.expect(200);
            } else {
                answer.expect_error(401, "competition_not_active");
            }
        }
        app.start_presentation(id).await;
        app.open_screen(id, View::Audience).await;
        app.end_presentation(id).await;
        let code = app.codes(id).await.into_iter().find(|code| code.view == View::Audience);
        let code = code.expect("a code");
        let ended = try_code(&app, "/api/auth/code", code.code.as_str()).await;
        ended.expect_error(401, "competition_not_active");
    }

    async fn what_is_no_code_is_refused_and_what_nobody_has_is_not_found(app: TestApp) {
        for bad in ["abc", "ABC1234", "ÅBC123", "ABC 12", "", "ABC12\u{130}"] {
            let refused = try_code(&app, "/api/auth/code", bad).await;
            assert_eq!(refused.expect_error(401, "malformed_code")["field"], "code", "{bad:?}");
        }
        let unknown = try_code(&app, "/api/auth/code", "ZZZZZZ").await;
        assert_eq!(unknown.expect_error(404, "code_not_found")["field"], "code");
        let missing = app.post("/api/auth/code").json(&json!({})).send().await;
        assert_eq!(missing.expect_error(422, "validation_failed")["field"], "code");
        let null = app.post("/api/auth/code").json(&json!({"code": Value::Null})).send().await;
        assert_eq!(null.expect_error(422, "validation_failed")["field"], "code");
    }

    async fn a_screen_reaches_nothing_of_the_administration(app: TestApp) {
        let id = competition(&app, "Final").await;
        app.start_presentation(id).await;
        for &view in View::ALL {
            let screen = app.open_screen(id, view).await;
            for path in [
                "/api/users",
                "/api/users/1",
                "/api/users/search",
                "/api/misc/roles",
                "/api/misc/cities",
                "/api/misc/statistics",
                "/api/competitions/search",
            ] {
                let refused = app.get(path).bearer(&screen).send().await;
                refused.expect_error(401, "not_allowed");
            }
            for (method, path) in [
                ("POST", "/api/users".to_owned()),
                ("PUT", "/api/users".to_owned()),
                ("DELETE", "/api/users/1".to_owned()),
                ("POST", "/api/misc/cities".to_owned()),
                ("POST", "/api/competitions".to_owned()),
                ("PUT", format!("/api/competitions/{id}")),
                ("DELETE", format!("/api/competitions/{id}")),
                ("POST", format!("/api/competitions/{id}/copy")),
            ] {
                let refused =
                    app.request(method, &path).bearer(&screen).json(&json!({})).send().await;
                refused.expect_error(401, "not_allowed");
            }
        }
    }
}
