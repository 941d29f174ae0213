//! Results and versions: who has read the competition reads it again after a result, and nobody's
//! edit is stale because of one.

use estrad_domain::types::View;
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::json;

use super::*;

async fn tag(app: &TestApp, token: &str, path: &str) -> String {
    app.get(path).bearer(token).send().await.header("etag").to_owned()
}

on_both_databases! {
    async fn a_result_changes_the_tag_of_all_that_shows_it_and_of_nothing_else(app: TestApp) {
        let admin = begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let shows = ["/api/competitions/1".to_owned(), at("1/answers"), at("1/scores")];
        for (path, body) in [
            ("1/answers/1", json!({"answer": "x", "reason": "said so"})),
            ("1/scores/1", json!({"score": 1})),
        ] {
            let mut body = body;
            let change = |body: &mut serde_json::Value| {
                // An answer that is as it was changes nothing.
                if let Some(answer) = body.get_mut("answer") {
                    let longer = format!("{}x", answer.as_str().expect("a text"));
                    *answer = longer.into();
                }
                body.clone()
            };
            for token in [&admin, &judge, &team] {
                for shown in &shows {
                    let before = tag(&app, token, shown).await;
                    let known = app.get(shown).bearer(token).header("if-none-match", &before);
                    assert_eq!(known.send().await.status, 304, "{shown}");
                    put(&app, &admin, path, change(&mut body)).await.expect(200);
                    let known = app.get(shown).bearer(token).header("if-none-match", &before);
                    assert_eq!(known.send().await.status, 200, "{shown} after {path}");
                }
            }
            let slides = "/api/competitions/1/slides";
            let before = tag(&app, &admin, slides).await;
            put(&app, &admin, path, change(&mut body)).await.expect(200);
            assert_eq!(tag(&app, &admin, slides).await, before);
        }
    }

    async fn an_edit_from_before_a_result_is_not_stale_and_a_result_never_is(app: TestApp) {
        let admin = begin(&app).await;
        let path = "/api/competitions/1";
        let seen = tag(&app, &admin, path).await;
        let version = app.get(path).bearer(&admin).send().await.expect(200)["version"].clone();
        give(&app, &admin, 1, TEXT, "x").await.expect(200);
        put(&app, &admin, "1/scores/1", json!({"score": 1})).await.expect(200);
        let rich = app.get(path).bearer(&admin).send().await.expect(200);
        assert_eq!(rich["version"], version);
        let edit = app.put(path).bearer(&admin).header("if-match", &seen);
        edit.json(&json!({"name": "Renamed"})).send().await.expect(200);
        // The tag is stale by now.
        for (path, body) in
            [("1/answers/1", json!({"answer": "y"})), ("1/scores/1", json!({"score": 2}))]
        {
            let late = app.put(&at(path)).bearer(&admin).header("if-match", &seen);
            late.json(&body).send().await.expect(200);
        }
    }

    async fn what_is_refused_changes_no_tag(app: TestApp) {
        let admin = begin(&app).await;
        let before = tag(&app, &admin, "/api/competitions/1").await;
        give(&app, &admin, 1, SINGLE, "x").await.expect_error(422, "validation_failed");
        give(&app, &admin, 1, 99_999, "x").await.expect_error(404, "alternative_not_found");
        give(&app, &admin, 9, TEXT, "x").await.expect_error(404, "team_not_found");
        let score = put(&app, &admin, "1/scores/99999", json!({"score": 1})).await;
        score.expect_error(404, "question_not_found");
        assert_eq!(tag(&app, &admin, "/api/competitions/1").await, before);
    }
}
