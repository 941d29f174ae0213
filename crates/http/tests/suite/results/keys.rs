//! Answers that are sent again.

use std::time::Duration;

use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use super::*;

async fn give_keyed(
    app: &TestApp,
    token: &str,
    alternative: i64,
    answer: &str,
    key: &str,
) -> Answer {
    let body = json!({"answer": answer, "key": key});
    put(app, token, &format!("1/answers/{alternative}"), body).await
}

on_both_databases! {
    async fn an_answer_with_a_key_is_taken_once(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let first = give_keyed(&app, &team, TEXT, "a", "k1").await.expect(200);
        give_keyed(&app, &team, TEXT, "b", "k2").await.expect(200);
        let entries = log(&app).await.len();
        // As it was, and what came after it stays.
        assert_eq!(give_keyed(&app, &team, TEXT, "a", "k1").await.expect(200), first);
        let kept = get(&app, &team, "1/answers/1").send().await.expect(200);
        assert_eq!(kept["answer"], "b");
        // Also when nothing is taken any more.
        app.live.end(FINAL, Actor::Server).await.expect("ends");
        assert_eq!(give_keyed(&app, &team, TEXT, "a", "k1").await.expect(200), first);
        expect_locked(give_keyed(&app, &team, TEXT, "c", "k3").await, "not_presented");
        assert_eq!(logged(&app, "answered").await, 2);
        assert_eq!(log(&app).await.len(), entries + 2, "the end and the refusal");
    }

    async fn a_key_is_of_one_answer(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let rival = app.open_team(FINAL, 1).await;
        give_keyed(&app, &team, TEXT, "a", "k").await.expect(200);
        let reused = give_keyed(&app, &team, TEXT, "b", "k").await;
        assert_eq!(reused.expect_error(409, "key_reused")["field"], "key");
        give_keyed(&app, &team, LONG_TEXT, "a", "k").await.expect_error(409, "key_reused");
        // Another team has keys of its own.
        let body = json!({"answer": "b", "key": "k"});
        put(&app, &rival, "2/answers/1", body).await.expect(200);
        for key in [json!(""), json!("x".repeat(65)), json!("a\0"), json!(1)] {
            let body = json!({"answer": "a", "key": key});
            expect_field(put(&app, &team, "1/answers/1", body).await, "key");
        }
        let twice = |second: &str| json!({"answers": [
            {"question_alternative_id": TEXT, "answer": "x", "key": "same"},
            {"question_alternative_id": TEXT, "answer": second, "key": "same"},
        ]});
        let body = put(&app, &team, "1/answers", twice("y")).await.expect_error(409, "key_reused");
        assert_eq!(body["field"], "answers[1].key");
        let taken: Value = put(&app, &team, "1/answers", twice("x")).await.expect(200);
        assert_eq!(taken[0], taken[1]);
    }

    async fn what_was_refused_has_no_key(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        app.live.end(FINAL, Actor::Server).await.expect("ends");
        expect_locked(give_keyed(&app, &team, TEXT, "a", "k").await, "not_presented");
        app.start_presentation(FINAL).await;
        give_keyed(&app, &team, TEXT, "b", "k").await.expect(200);
        assert_eq!(app.count("answer_keys").await, 1);
    }

    async fn keys_are_known_for_a_day(app: TestApp) {
        let admin = begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        give_keyed(&app, &team, TEXT, "a", "k").await.expect(200);
        app.clock.advance(Duration::from_secs(25 * 3600));
        let admin_again = app.log_in("admin@test.se").await;
        assert_ne!(admin, admin_again);
        // The sweep comes after a result, and the next result after the sweep.
        for n in 0..2 {
            put(&app, &admin_again, "1/scores/1", json!({"score": n})).await.expect(200);
        }
        assert_eq!(app.count("answer_keys").await, 0);
    }

    async fn an_answer_that_is_sent_twice_at_once_is_taken_once(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let body = json!({"answer": "a", "key": "k"});
        let sent: Vec<_> = (0..10)
            .map(|_| app.put(&at("1/answers/1")).bearer(&team).json(&body).send())
            .map(actix_web::rt::spawn)
            .collect();
        for answer in sent {
            assert_eq!(answer.await.expect("an answer").expect(200)["id"], 1);
        }
        assert_eq!(logged(&app, "answered").await, 1);
        assert_eq!(app.count("answer_keys").await, 1);
    }
}
