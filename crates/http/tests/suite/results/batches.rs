//! `PUT /api/competitions/{competition_id}/teams/{team_id}/answers`

use estrad_domain::types::View;
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use super::*;

fn one(alternative: i64, answer: &str) -> Value {
    json!({"question_alternative_id": alternative, "answer": answer})
}

async fn give_all(app: &TestApp, token: &str, answers: Value) -> Answer {
    put(app, token, "1/answers", json!({"answers": answers, "reason": "said so"})).await
}

on_both_databases! {
    async fn several_answers_are_taken_together(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let answers = json!([one(SINGLE, "0"), one(SINGLE + 1, "1"), one(TEXT, "a"), one(TEXT, "b")]);
        let before = app.live.recorded().transactions;
        let taken = give_all(&app, &team, answers).await.expect(200);
        assert_eq!(app.live.recorded().transactions, before + 1);
        let texts: Vec<_> = taken.as_array().expect("a list").iter().map(|a| a["answer"].clone()).collect();
        assert_eq!(texts, ["0", "1", "a", "b"]);
        // The last one at a place stays, and the place has one id.
        assert_eq!(taken[2]["id"], taken[3]["id"]);
        let kept = get(&app, &team, &format!("1/answers/{TEXT}")).send().await.expect(200);
        assert_eq!((&kept["answer"], &kept["id"]), (&json!("b"), &taken[3]["id"]));
        assert_eq!(app.count("answers").await, 3);
        assert_eq!(logged(&app, "answered").await, 4);
    }

    async fn with_one_that_is_wrong_none_is_taken(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let good = one(TEXT, "a");
        for (bad, field) in [
            (json!({"question_alternative_id": TEXT}), "answers[1].answer"),
            (json!({"answer": "x"}), "answers[1].question_alternative_id"),
            (one(TEXT, &"x".repeat(10_000)), "answers[1].answer"),
            (one(TEXT, "a\0b"), "answers[1].answer"),
            (one(SINGLE, "x"), "answers[1].answer"),
            (json!({"question_alternative_id": TEXT, "answer": "x", "team_id": 2}), "answers[1].team_id"),
            (json!({"question_alternative_id": TEXT, "answer": "x", "key": ""}), "answers[1].key"),
            (json!("x"), "answers[1]"),
        ] {
            expect_field(give_all(&app, &team, json!([good, bad])).await, field);
        }
        for answers in [json!([]), json!(null), json!({}), json!(vec![good.clone(); 201])] {
            expect_field(give_all(&app, &team, answers).await, "answers");
        }
        for alternative in [99_999, QUIZ + TEXT] {
            let missing = give_all(&app, &team, json!([good, one(alternative, "x")])).await;
            let body = missing.expect_error(404, "alternative_not_found");
            assert_eq!(body["field"], "answers[1].question_alternative_id");
        }
        assert_eq!(app.count("answers").await, 0);
        assert_eq!(log(&app).await.len(), 1);
        give_all(&app, &team, json!(vec![good; 200])).await.expect(200);
    }

    async fn with_one_that_is_refused_none_is_taken(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        app.live.end(FINAL, Actor::Server).await.expect("ends");
        let refused = give_all(&app, &team, json!([one(TEXT, "a"), one(SINGLE, "1")])).await;
        let body = refused.expect_error(409, "answers_locked");
        assert_eq!((&body["reason"], &body["field"]), (&json!("not_presented"), &json!("answers[0]")));
        assert_eq!(app.count("answers").await, 0);
        assert_eq!(logged(&app, "refused").await, 2);
    }

    async fn only_those_who_may_answer_give_several(app: TestApp) {
        let admin = begin(&app).await;
        let answers = json!([one(TEXT, "a")]);
        for (token, may) in [
            (app.open_team(FINAL, 0).await, true),
            (app.open_screen(FINAL, View::Judge).await, true),
            (admin, true),
            (app.open_team(FINAL, 1).await, false),
            (app.open_team(OTHER, 0).await, false),
            (app.open_screen(FINAL, View::Audience).await, false),
            (app.open_screen(FINAL, View::Operator).await, false),
        ] {
            let answer = give_all(&app, &token, answers.clone()).await;
            if may { answer.expect(200); } else { answer.expect_error(401, "not_allowed"); }
        }
        let judge = app.open_screen(FINAL, View::Judge).await;
        expect_field(put(&app, &judge, "1/answers", json!({"answers": answers})).await, "reason");
        let body = json!({"answers": answers, "reason": "x"});
        put(&app, &judge, "null/answers", body.clone()).await.expect_error(404, "team_not_found");
        put(&app, &judge, "3/answers", body).await.expect_error(404, "team_not_found");
    }
}
