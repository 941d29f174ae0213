//! One team can't fill the disk, nor keep the writer from the others.

use std::time::Duration;

use estrad_domain::quota::Rate;
use estrad_domain::types::View;
use estrad_testkit::{Backend, TestSettings, on_both_databases};

use super::sockets::{Screen, worker};
use super::*;

fn few() -> TestSettings {
    let mut settings = TestSettings::default();
    settings.live.quotas.rate = Rate { per_second: 2, burst: 5 };
    settings.live.quotas.team_log_bytes = 64 << 10;
    settings
}

fn answer(text: &str) -> Value {
    json!({"answer": text})
}

fn on_socket(text: &str) -> Value {
    json!({"team_id": 1, "question_alternative_id": TEXT, "answer": text})
}

on_both_databases! {
    settings = few();

    async fn a_team_answers_at_its_pace_over_rest_and_sockets_together(app: TestApp) {
        begin(&app).await;
        let worker = worker(&app);
        let token = app.open_team(FINAL, 0).await;
        let mut tablet = Screen::join(&app, &worker, &token).await;
        for n in 0..3 {
            put(&app, &token, "1/answers/1", answer(&n.to_string())).await.expect(200);
        }
        for n in 3..5 {
            tablet.ask("answer", on_socket(&n.to_string())).await.expect("taken");
        }
        let refused = tablet.ask("answer", on_socket("5")).await.expect_err("too much");
        assert_eq!((&refused["code"], &refused["reason"]), (&json!("quota_exceeded"), &json!("rate")));
        assert_eq!(refused["retry_after_ms"], 500);
        let refused = put(&app, &token, "1/answers/1", answer("5")).await;
        assert_eq!(refused.header("retry-after"), "1");
        assert_eq!(refused.expect_error(429, "quota_exceeded")["reason"], "rate");
        // Another screen of the team is the same team, and another team is another.
        let spare = app.open_team(FINAL, 0).await;
        put(&app, &spare, "1/answers/1", answer("5")).await.expect_error(429, "quota_exceeded");
        let rival = app.open_team(FINAL, 1).await;
        put(&app, &rival, "2/answers/1", answer("5")).await.expect(200);
        assert_eq!(log(&app).await.len(), 1 + 5 + 1, "what is refused is in no log");
        // Nobody is sent away: it goes on in a moment.
        app.clock.advance(Duration::from_millis(500));
        tablet.ask("answer", on_socket("6")).await.expect("taken");
        tablet.ask("answer", on_socket("7")).await.expect_err("too much");
    }

    async fn a_batch_counts_as_all_that_is_in_it_and_is_paid_off(app: TestApp) {
        begin(&app).await;
        let token = app.open_team(FINAL, 0).await;
        let one = |n: i64| json!({"question_alternative_id": TEXT, "answer": n.to_string()});
        let batch = json!({"answers": (0..12).map(one).collect::<Vec<_>>()});
        put(&app, &token, "1/answers", batch.clone()).await.expect(200);
        let refused = put(&app, &token, "1/answers", batch).await;
        assert_eq!(refused.header("retry-after"), "4");
        refused.expect_error(429, "quota_exceeded");
        app.clock.advance(Duration::from_secs(4));
        put(&app, &token, "1/answers/1", answer("later")).await.expect(200);
    }

    async fn judges_and_operators_have_a_pace_too(app: TestApp) {
        begin(&app).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        for n in 0..5 {
            let score = json!({"score": n % 3, "reason": "x"});
            put(&app, &judge, "1/scores/1", score).await.expect(200);
        }
        let score = json!({"score": 1, "reason": "x"});
        put(&app, &judge, "1/scores/1", score.clone()).await.expect_error(429, "quota_exceeded");
        // All judges share one code.
        let second = app.open_screen(FINAL, View::Judge).await;
        put(&app, &second, "1/scores/1", score).await.expect_error(429, "quota_exceeded");
        let operator = app.open_screen(FINAL, View::Operator).await;
        let sync = async |order: i64| {
            let body = json!({"show_scoreboard": order == 1});
            let path = "/api/competitions/1/presentation/sync";
            app.post(path).bearer(&operator).json(&body).send().await
        };
        for n in 0..5 {
            sync(n % 2).await.expect(200);
        }
        sync(1).await.expect_error(429, "quota_exceeded");
    }

    async fn a_team_fills_no_more_of_the_log_than_its_share(app: TestApp) {
        begin(&app).await;
        let (token, judge) =
            (app.open_team(FINAL, 0).await, app.open_screen(FINAL, View::Judge).await);
        let long = |n: usize| answer(&format!("{n}{}", "å".repeat(2_000)));
        let mut taken = 0;
        let refused = loop {
            app.clock.advance(Duration::from_secs(1));
            let answer = put(&app, &token, "1/answers/1", long(taken)).await;
            if answer.status != 200 {
                break answer;
            }
            taken += 1;
            assert!(taken < 30, "of 64 KiB with what was there before");
        };
        assert!(taken > 5, "{taken}");
        assert_eq!(refused.header("retry-after"), "", "waiting is of no use");
        assert_eq!(refused.expect_error(429, "quota_exceeded")["reason"], "log");
        // The others go on, and so do those who correct it.
        let rival = app.open_team(FINAL, 1).await;
        put(&app, &rival, "2/answers/1", answer("short")).await.expect(200);
        give(&app, &judge, 1, TEXT, "by the judge").await.expect(200);
        // The next presentation has a log of its own.
        app.end_presentation(FINAL).await;
        app.start_presentation(FINAL).await;
        put(&app, &token, "1/answers/1", answer("again")).await.expect(200);
    }

    async fn a_choice_takes_no_long_text(app: TestApp) {
        begin(&app).await;
        let token = app.open_team(FINAL, 0).await;
        let long = "1".repeat(4_096);
        for alternative in [MULTIPLE, SINGLE, MATCH, NUMBER, TRUE_FALSE] {
            let path = format!("1/answers/{alternative}");
            app.clock.advance(Duration::from_secs(1));
            put(&app, &token, &path, answer(&long)).await.expect_error(422, "validation_failed");
        }
    }
}

#[test]
fn a_restart_gives_a_team_no_second_share() {
    estrad_testkit::run(Backend::Sqlite, few(), async |app| {
        begin(&app).await;
        let token = app.open_team(FINAL, 0).await;
        // What servers before this one logged of the team.
        let long = "x".repeat(4_000);
        let event = format!(
            "{{\"kind\":\"refused\",\"team_id\":1,\"question_id\":1,\"alternative_id\":1,\
             \"answer\":\"{long}\",\"why\":\"time_is_up\"}}"
        );
        for seq in 2..20 {
            app.sql(format!(
                "INSERT INTO presentation_events (presentation_id, seq, at, actor, kind, team_id, \
                 question_id, event) VALUES (1, {seq}, '2026-11-22 12:00:00', '{{\"by\":\"server\"}}', \
                 'refused', 1, 1, '{event}')"
            ))
            .await;
        }
        app.sql("UPDATE presentations SET seq = 19 WHERE id = 1".to_owned()).await;
        let mut taken = 0;
        while put(&app, &token, "1/answers/1", answer(&format!("{taken}{long}"))).await.status
            == 200
        {
            app.clock.advance(Duration::from_secs(1));
            taken += 1;
            assert!(taken < 5, "an eighth of its share is taken before the log is looked at");
        }
    });
}
