//! `GET /api/presentations`

use estrad_testkit::on_both_databases;
use serde_json::json;

use super::*;

async fn found(app: &TestApp, token: &str, query: &str) -> Vec<i64> {
    let answer = app.get(&format!("/api/presentations{query}")).bearer(token).send().await;
    let found = answer.expect(200);
    let ids = found.as_array().expect("a list").iter();
    ids.map(|item| item["id"].as_i64().expect("an id")).collect()
}

/// Presentation 1 of the final is over, 2 of it goes on, and so does 3 of the other.
async fn begin_some(app: &TestApp) -> String {
    let admin = begin(app).await;
    app.start_presentation(FINAL).await;
    app.end_presentation(FINAL).await;
    app.start_presentation(FINAL).await;
    app.start_presentation(OTHER).await;
    admin
}

on_both_databases! {
    async fn presentations_are_found_the_newest_first(app: TestApp) {
        let admin = begin_some(&app).await;
        assert_eq!(found(&app, &admin, "").await, [3, 2, 1]);
        assert_eq!(found(&app, &admin, "?active=true").await, [3, 2]);
        assert_eq!(found(&app, &admin, "?active=0").await, [1]);
        assert_eq!(found(&app, &admin, "?competition_id=1").await, [2, 1]);
        assert_eq!(found(&app, &admin, "?competition_id=1&active=true").await, [2]);
        assert_eq!(found(&app, &admin, "?competition_id=99").await, [0; 0]);
        let page = app.get("/api/presentations?page=2&page_size=2").bearer(&admin).send().await;
        assert_eq!(page.pagination()["total"], 3);
        let nobody = json!({"teams": {}, "judges": 0, "audience": 0, "operators": 0});
        let item = |id: i64, ended: bool| {
            let mut item = json!({
                "id": id, "competition_id": 1, "started_at": "2026-11-22T12:00:00Z",
                "ended_at": null, "end_reason": null, "seq": 1,
                "state": {
                    "slide_order": 0, "slide_id": 1, "timer": {"value": null, "enabled": false},
                    "show_scoreboard": false, "step": 0, "live_answers": false,
                },
            });
            if ended {
                item["ended_at"] = "2026-11-22T12:00:00Z".into();
                item["end_reason"] = "ended".into();
                item["seq"] = 2.into();
            } else {
                item["presence"] = nobody.clone();
            }
            item
        };
        assert_eq!(page.expect(200), json!([item(1, true)]));
        let active = app.get("/api/presentations?competition_id=1&active=1").bearer(&admin);
        assert_eq!(active.send().await.expect(200), json!([item(2, false)]));
        for bad in ["?active=maybe", "?competition_id=x", "?page=0"] {
            let answer = app.get(&format!("/api/presentations{bad}")).bearer(&admin).send().await;
            answer.expect_error(422, "validation_failed");
        }
    }

    async fn screens_do_not_search(app: TestApp) {
        begin_some(&app).await;
        let operator = app.open_screen(FINAL, estrad_domain::types::View::Operator).await;
        let answer = app.get("/api/presentations").bearer(&operator).send().await;
        answer.expect_error(401, "not_allowed");
    }
}

on_both_databases! {
    settings = {
        let mut settings = estrad_testkit::TestSettings::default();
        settings.http.policy.editors_read_all_cities = false;
        settings
    };

    async fn editors_who_keep_to_their_city_find_its_presentations_only(app: TestApp) {
        begin_some(&app).await;
        let editor = app.editor("own@test.se", "Kiruna").await;
        assert_eq!(found(&app, &editor, "").await, [3]);
        assert_eq!(found(&app, &editor, "?competition_id=1").await, [0; 0]);
    }
}
