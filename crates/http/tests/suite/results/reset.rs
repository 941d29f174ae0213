//! `POST /api/competitions/{competition_id}/results/reset`

use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::*;

const RESET: &str = "/api/competitions/1/results/reset";

async fn reset(app: &TestApp, token: &str, body: Value) -> Answer {
    app.post(RESET).bearer(token).json(&body).send().await
}

async fn board(app: &TestApp, token: &str, query: &str) -> Value {
    let path = format!("/api/competitions/1/scoreboard{query}");
    app.get(&path).bearer(token).send().await.expect(200)
}

/// A rehearsal: two teams answer and are given points.
async fn rehearse(app: &TestApp, admin: &str) {
    for (team, score) in [(1, 2), (2, 3)] {
        give(app, admin, team, TEXT, "rehearsed").await.expect(200);
        put(app, admin, &format!("{team}/scores/1"), json!({"score": score})).await.expect(200);
    }
    give(app, admin, 2, LONG_TEXT, "").await.expect(200);
}

on_both_databases! {
    async fn a_rehearsal_is_cleared_and_stays_in_the_ledger(app: TestApp) {
        let admin = begin(&app).await;
        rehearse(&app, &admin).await;
        give(&app, &admin, 3, QUIZ + TEXT, "elsewhere").await.expect_error(404, "team_not_found");
        app.end_presentation(FINAL).await;
        let before = board(&app, &admin, "").await;
        assert_eq!(before["teams"][0]["total"], 3);
        let body = json!({"reason": "That was the rehearsal."});
        let counts = reset(&app, &admin, body).await.expect(200);
        assert_eq!(counts, json!({"answers": 2, "scores": 2, "teams": 2}));
        // Gone from all that is read.
        for path in ["1/answers", "2/answers", "1/scores", "2/scores"] {
            assert_eq!(get(&app, &admin, path).send().await.expect(200), json!([]));
        }
        let now = board(&app, &admin, "").await;
        assert_eq!(now["teams"][0]["total"], 0);
        assert_eq!(now["teams"][0]["scores"], json!([]));
        // The log still knows: what it was before, and who set it aside, how much and why.
        let seq = before["seq"].as_i64().expect("a number");
        let at = |seq: i64| format!("?at={seq}");
        assert_eq!(board(&app, &admin, &at(seq)).await["teams"], before["teams"]);
        assert_eq!(board(&app, &admin, &at(seq + 1)).await["teams"], now["teams"]);
        let ledger = app.get("/api/competitions/1/ledger?kind=reset").bearer(&admin).send().await;
        let ledger = ledger.expect(200);
        assert_eq!(ledger.as_array().map(Vec::len), Some(1));
        let entry = &ledger[0];
        assert_eq!(entry["actor"], json!({"by": "user", "user_id": 1}));
        assert_eq!((&entry["answers"], &entry["scores"], &entry["teams"]), (&json!(2), &json!(2), &json!(2)));
        assert_eq!(entry["reason"], "That was the rehearsal.");
        let csv = app.get("/api/competitions/1/ledger?format=csv&kind=reset").bearer(&admin);
        assert!(csv.send().await.text().contains(",reset,user,1,"));
        // What comes in the show counts from nothing.
        app.start_presentation(FINAL).await;
        put(&app, &admin, "1/scores/1", json!({"score": 2})).await.expect(200);
        let shown = board(&app, &admin, "?since=0").await;
        assert_eq!(shown["teams"][0]["total"], 2);
        let past = board(&app, &admin, &format!("?presentation_id=1&at={seq}")).await;
        assert_eq!(past["teams"], before["teams"]);
    }

    async fn what_changed_over_a_reset_is_what_differs(app: TestApp) {
        let admin = begin(&app).await;
        rehearse(&app, &admin).await;
        app.end_presentation(FINAL).await;
        let seq = board(&app, &admin, "").await["seq"].clone();
        reset(&app, &admin, json!({})).await.expect(200);
        // As it was before, and another one.
        put(&app, &admin, "1/scores/1", json!({"score": 2})).await.expect(200);
        put(&app, &admin, "2/scores/1", json!({"score": 1})).await.expect(200);
        let now = board(&app, &admin, &format!("?since={seq}")).await;
        let changed = |row: usize| now["teams"][row]["scores"][0]["changed"].clone();
        assert_eq!((&now["teams"][0]["team_id"], changed(0)), (&json!(1), json!(false)));
        assert_eq!((&now["teams"][1]["team_id"], changed(1)), (&json!(2), json!(true)));
    }

    async fn it_is_for_editors_and_not_while_the_competition_is_presented(app: TestApp) {
        let admin = begin(&app).await;
        rehearse(&app, &admin).await;
        let own = app.editor("own@test.se", "Linköping").await;
        let other = app.editor("other@test.se", "Kiruna").await;
        let mut others = vec![other];
        for view in [View::Judge, View::Operator, View::Audience] {
            others.push(app.open_screen(FINAL, view).await);
        }
        others.push(app.open_team(FINAL, 0).await);
        for token in &others {
            reset(&app, token, json!({})).await.expect_error(401, "not_allowed");
        }
        reset(&app, &own, json!({})).await.expect_error(409, "presentation_active");
        assert_eq!(app.count("scores").await, 2);
        app.end_presentation(FINAL).await;
        // Of the other competition nothing goes.
        let of_other = app.put(&format!("/api/competitions/2/teams/3/answers/{}", QUIZ + TEXT));
        of_other.bearer(&admin).json(&json!({"answer": "kept"})).send().await.expect(200);
        for body in [json!({"reason": "x".repeat(1_001)}), json!({"why": "x"})] {
            reset(&app, &own, body).await.expect_error(422, "validation_failed");
        }
        // Without a body, too. There is nothing the second time, and nothing to log.
        let bare = app.post(RESET).bearer(&own).send().await.expect(200);
        assert_eq!(bare["scores"], 2);
        let none = reset(&app, &own, json!({"reason": "again"})).await.expect(200);
        assert_eq!(none, json!({"answers": 0, "scores": 0, "teams": 0}));
        assert_eq!(logged(&app, "reset").await, 1);
        assert_eq!((app.count("answers").await, app.count("scores").await), (1, 0));
        let nowhere = app.post("/api/competitions/9/results/reset").bearer(&admin).send().await;
        nowhere.expect_error(404, "competition_not_found");
    }

    async fn what_is_read_again_is_not_what_it_was(app: TestApp) {
        let admin = begin(&app).await;
        rehearse(&app, &admin).await;
        app.end_presentation(FINAL).await;
        let read = app.get("/api/competitions/1").bearer(&admin).send().await;
        let tag = read.header("etag").to_owned();
        reset(&app, &admin, json!({})).await.expect(200);
        let again = app.get("/api/competitions/1").bearer(&admin).header("if-none-match", &tag);
        let again = again.send().await.expect(200);
        assert_eq!(again["teams"][0]["question_scores"], json!([]));
    }
}
