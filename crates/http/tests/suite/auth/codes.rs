//! Opening a screen with a code.

use estrad_domain::code::Code;
use estrad_domain::draft::{CompetitionDraft, SlideDraft, TeamDraft};
use estrad_domain::types::View;
use estrad_domain::{CodeId, CompetitionId};
use estrad_persistence::queries::codes;
use estrad_persistence::{Collision, Database, Options};
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

    async fn a_code_is_read_as_people_type_it(app: TestApp) {
        let id = competition(&app, "Final").await;
        app.start_presentation(id).await;
        app.sql("UPDATE codes SET code = 'L2X4QZ', folded = '12X4QZ' WHERE id = 1".to_owned()).await;
        for typed in [
            "l2x4qz", " L2X 4QZ", "l2x-4qz", "L2X\u{2013}4QZ", "Ｌ２Ｘ４ＱＺ", "L2X\u{a0}4QZ", "I2X4QZ", "12x4qz",
            "L2X\u{200b}4QZ", "i.2.x.4.q.z",
        ] {
            let opened = try_code(&app, "/api/auth/code", typed).await.expect(200);
            assert_eq!(opened["view"], "Judge", "{typed:?}");
        }
        let long = format!("L2X4QZ{}", " ".repeat(1_000));
        try_code(&app, "/api/auth/code", &long).await.expect_error(401, "malformed_code");
    }

    async fn what_is_typed_is_itself_first_and_then_only_what_alone_looks_like_it(app: TestApp) {
        let id = competition(&app, "Final").await;
        app.start_presentation(id).await;
        // From before codes had an alphabet of their own: two that look alike.
        let set = |id: i64, code: &str| format!("UPDATE codes SET code = '{code}', folded = NULL WHERE id = {id};");
        app.sql(set(1, "O0AAAA") + &set(2, "0OAAAA") + &set(3, "BB1BBB")).await;
        let options = Options::new(app.database.location().clone());
        let opened = tokio::task::spawn_blocking(move || Database::open(&options).expect("opens"));
        let twins = Collision { what: "codes", ids: vec![1, 2] };
        assert_eq!(opened.await.expect("opened").collisions(), [twins]);
        let try_code = |code: &'static str| try_code(&app, "/api/auth/code", code);
        assert_eq!(try_code("o0aaaa").await.expect(200)["view"], "Judge");
        assert_eq!(try_code("0-OAAAA").await.expect(200)["view"], "Audience");
        // Either may be meant.
        try_code("OOAAAA").await.expect_error(404, "code_not_found");
        assert_eq!(try_code("bblbbb").await.expect(200)["view"], "Operator");
    }

    async fn new_codes_have_no_characters_that_are_read_as_others_and_none_looks_like_another(app: TestApp) {
        let (id, admin) = (competition(&app, "Final").await, app.admin().await);
        for _ in 0..40 {
            let path = format!("/api/competitions/{id}/codes/1");
            let renewed = app.put(&path).bearer(&admin).send().await.expect(200);
            let code = renewed["code"].as_str().expect("a code").to_owned();
            assert!(code.chars().all(|c| !"O0I1".contains(c)), "{code}");
        }
        // What looks like an old one is passed over.
        app.sql("UPDATE codes SET code = '1AAAAA', folded = '1AAAAA' WHERE id = 1".to_owned()).await;
        let mut offered = ["LAAAAA", "LAAAAA", "2AAAAA", "3AAAAA"].into_iter();
        let mut source = move || Code::parse(offered.next().expect("enough")).expect("a code");
        let renewed = app
            .database
            .write(move |connection| codes::renew(connection, id, CodeId(2), &mut source))
            .await;
        assert_eq!(renewed.expect("renewed").1.code.as_str(), "2AAAAA");
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
