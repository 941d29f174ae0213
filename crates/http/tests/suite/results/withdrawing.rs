//! Answers and scores that are withdrawn: gone from the results, and in the ledger.

use estrad_domain::presentation::Event;
use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::*;

async fn withdraw(app: &TestApp, token: &str, path: &str) -> Answer {
    app.delete(&at(path)).bearer(token).send().await
}

async fn board(app: &TestApp, token: &str, query: &str) -> Value {
    let path = format!("/api/competitions/1/scoreboard{query}");
    app.get(&path).bearer(token).send().await.expect(200)
}

on_both_databases! {
    async fn a_score_that_is_withdrawn_counts_no_more(app: TestApp) {
        let admin = begin(&app).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        for (question, score) in [(1, 3), (2, 4)] {
            let body = json!({"score": score});
            put(&app, &judge, &format!("1/scores/{question}"), body).await.expect(200);
        }
        let before = board(&app, &admin, "").await;
        assert_eq!((&before["teams"][0]["total"], &before["seq"]), (&json!(7), &json!(3)));
        withdraw(&app, &judge, "1/scores/1?reason=wrong%20team").await.expect(204);
        get(&app, &admin, "1/scores/1").send().await.expect_error(404, "score_not_found");
        let left = get(&app, &admin, "1/scores").send().await.expect(200);
        assert_eq!(left, json!([{"id": 2, "team_id": 1, "question_id": 2, "score": 4}]));
        let now = board(&app, &admin, "").await;
        assert_eq!((&now["teams"][0]["total"], &now["seq"]), (&json!(4), &json!(4)));
        assert_eq!(now["teams"][0]["scores"], json!([{"question_id": 2, "score": 4}]));
        // The log, replayed, says the same of now and of before.
        assert_eq!(board(&app, &admin, "?at=4").await["teams"], now["teams"]);
        assert_eq!(board(&app, &admin, "?at=3").await["teams"], before["teams"]);
        let ledger = app.get("/api/competitions/1/ledger?kind=scored").bearer(&admin).send().await;
        let entry = ledger.expect(200)[2].clone();
        assert_eq!(
            (&entry["score"], &entry["before"], &entry["total"], &entry["reason"]),
            (&Value::Null, &json!(3), &json!(4), &json!("wrong team"))
        );
        let csv = app.get("/api/competitions/1/ledger?format=csv").bearer(&admin).send().await;
        let text = csv.text();
        let line = text.lines().last().expect("a line");
        assert!(line.contains("scored,screen,,Judge") && line.contains(",1,1,,,3,wrong team,"), "{line}");
        // Once is enough, and a new one can be given.
        withdraw(&app, &judge, "1/scores/1").await.expect_error(404, "score_not_found");
        put(&app, &judge, "1/scores/1", json!({"score": 1})).await.expect(200);
        assert_eq!(board(&app, &admin, "").await["teams"][0]["total"], 5);
    }

    async fn an_answer_that_is_withdrawn_was_never_given(app: TestApp) {
        let admin = begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        give(&app, &team, 1, TEXT, "a").await.expect(200);
        give(&app, &team, 1, SINGLE, "1").await.expect(200);
        withdraw(&app, &team, "1/answers/1").await.expect(204);
        get(&app, &team, "1/answers/1").send().await.expect_error(404, "answer_not_found");
        let left = get(&app, &team, "1/answers").send().await.expect(200);
        assert_eq!(left.as_array().map(Vec::len), Some(1), "{left}");
        let rich = app.get("/api/competitions/1").bearer(&admin).send().await.expect(200);
        assert_eq!(rich["teams"][0]["question_alternative_answers"], left);
        let entries = log(&app).await;
        let Some(Event::Answered(last)) = entries.last().map(|entry| &entry.event) else {
            panic!("an answer");
        };
        assert_eq!((&last.answer, last.before.as_deref()), (&None, Some("a")));
        withdraw(&app, &team, "1/answers/1").await.expect_error(404, "answer_not_found");
        withdraw(&app, &team, "1/answers/99999").await.expect_error(404, "alternative_not_found");
        give(&app, &team, 1, TEXT, "b").await.expect(200);
        // One that is empty is there, as before.
        give(&app, &team, 1, TEXT, "").await.expect(200);
        assert_eq!(get(&app, &team, "1/answers/1").send().await.expect(200)["answer"], "");
        withdraw(&app, &admin, "1/answers/1").await.expect(204);
    }

    async fn whoever_may_write_may_withdraw_and_judges_say_why(app: TestApp) {
        let admin = begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let operator = app.open_screen(FINAL, View::Operator).await;
        let rival = app.open_team(FINAL, 1).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let other = app.editor("other@test.se", "Kiruna").await;
        let own = app.editor("own@test.se", "Linköping").await;
        for token in [&team, &judge, &own, &admin] {
            give(&app, &admin, 1, TEXT, "a").await.expect(200);
            for path in ["1/answers/1?reason=x", "1/scores/1"] {
                for nobody in [&operator, &rival, &audience, &other] {
                    withdraw(&app, nobody, path).await.expect_error(401, "not_allowed");
                }
            }
            if token == &judge {
                for none in ["1/answers/1", "1/answers/1?reason=%20"] {
                    let told = withdraw(&app, token, none).await;
                    assert_eq!(told.expect_error(422, "validation_failed")["field"], "reason");
                }
            }
            withdraw(&app, token, "1/answers/1?reason=x").await.expect(204);
        }
        let scored = json!({"score": 1});
        put(&app, &admin, "1/scores/1", scored.clone()).await.expect(200);
        withdraw(&app, &team, "1/scores/1").await.expect_error(401, "not_allowed");
        let long = format!("1/scores/1?reason={}", "x".repeat(1_001));
        withdraw(&app, &judge, &long).await.expect_error(422, "validation_failed");
        withdraw(&app, &judge, "1/scores/1").await.expect(204);
        // A team withdraws while it may answer: later it is refused, and that is on record.
        give(&app, &team, 1, TEXT, "a").await.expect(200);
        app.end_presentation(FINAL).await;
        expect_locked(withdraw(&app, &team, "1/answers/1").await, "not_presented");
        assert_eq!(logged(&app, "refused").await, 1);
        withdraw(&app, &judge, "1/answers/1?reason=x").await.expect(204);
    }

    async fn what_is_given_and_withdrawn_at_once_leaves_nothing(app: TestApp) {
        let admin = begin(&app).await;
        let calls: Vec<_> = (0..6)
            .map(|n| {
                let give = app.put(&at("1/scores/1")).bearer(&admin).json(&json!({"score": n}));
                let take = app.delete(&at("1/scores/1")).bearer(&admin);
                [actix_web::rt::spawn(give.send()), actix_web::rt::spawn(take.send())]
            })
            .collect();
        for call in calls.into_iter().flatten() {
            let answer = call.await.expect("an answer");
            assert!([200, 204, 404].contains(&answer.status), "{}", answer.text());
        }
        // Whatever came last: the table and the log say the same.
        let entries = log(&app).await;
        let results = estrad_domain::standings::Results::replay(entries.iter().map(|e| &e.event));
        assert_eq!(app.count("scores").await, results.scores.len() as i64);
        let answer = withdraw(&app, &admin, "1/scores/1").await;
        assert!([204, 404].contains(&answer.status), "{}", answer.text());
        assert_eq!(app.count("scores").await, 0);
    }
}
