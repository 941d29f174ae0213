//! Taking an end back, over REST.

use std::time::Duration;

use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::json;

use super::*;

on_both_databases! {
    async fn an_end_is_taken_back_in_the_same_log(app: TestApp) {
        let admin = begin(&app).await;
        let resume = async |body| post(&app, &admin, "presentation/resume", body).await;
        resume(json!({})).await.expect_error(404, "presentation_not_found");
        app.start_presentation(FINAL).await;
        let team = app.open_team(FINAL, 0).await;
        let before = sync(&app, &admin, json!({"slide_order": 2})).await.expect(200);
        let over = post(&app, &admin, "presentation/end", json!({})).await.expect(200);
        let now = over["server_time"].as_i64().expect("a time");
        assert_eq!(over["resumable_until"], now + 600_000);
        // A code opens nothing meanwhile, but a token waits.
        let codes = app.codes(FINAL).await;
        let code = codes.iter().find(|code| code.team_id.is_some()).expect("a team");
        let open = app.post("/api/auth/code").json(&json!({"code": code.code})).send().await;
        open.expect_error(401, "competition_not_active");
        app.get("/api/auth/test").bearer(&team).send().await.expect(204);
        record(&app, FINAL, &[scored(1, 1, 200, None)]).await;
        let resumed = resume(json!({"presentation_id": 1})).await.expect(200);
        assert_eq!([&resumed["seq"], &resumed["slide_order"]], [5, 2]);
        assert_eq!(resumed["timer"], before["timer"]);
        assert_eq!(resumed.get("ended_at"), None);
        // Twice is once.
        assert_eq!(resume(json!({"presentation_id": 1})).await.expect(200)["seq"], 5);
        resume(json!({})).await.expect_error(409, "not_resumable");
        let log = get(&app, &admin, "presentation/log").await.text();
        let kinds: Vec<_> = log.lines().map(|line| {
            let entry: Value = serde_json::from_str(line).expect("JSON");
            entry["kind"].as_str().expect("a kind").to_owned()
        }).collect();
        assert_eq!(kinds, ["started", "synced", "ended", "scored", "resumed"]);
        post(&app, &admin, "presentation/end", json!({})).await.expect(200);
        app.clock.advance(Duration::from_secs(600));
        resume(json!({})).await.expect_error(409, "not_resumable");
    }

    async fn only_those_who_run_it_take_an_end_back(app: TestApp) {
        begin(&app).await;
        app.start_presentation(FINAL).await;
        let operator = app.open_screen(FINAL, View::Operator).await;
        let others = [
            app.open_team(FINAL, 0).await,
            app.open_screen(FINAL, View::Judge).await,
            app.open_screen(FINAL, View::Audience).await,
        ];
        app.end_presentation(FINAL).await;
        for token in &others {
            let refused = post(&app, token, "presentation/resume", json!({})).await;
            refused.expect_error(401, "not_allowed");
        }
        post(&app, &operator, "presentation/resume", json!({})).await.expect(200);
    }

    async fn a_slide_that_was_deleted_meanwhile_is_replaced(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        sync(&app, &admin, json!({"slide_order": 1})).await.expect(200);
        app.end_presentation(FINAL).await;
        app.delete(&at("slides/2")).bearer(&admin).send().await.expect(204);
        let resumed = post(&app, &admin, "presentation/resume", json!({})).await.expect(200);
        assert_eq!([&resumed["slide_id"], &resumed["slide_order"]], [3, 1]);
    }
}
