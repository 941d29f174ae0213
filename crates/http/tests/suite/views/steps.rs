//! Clues come one by one, and what was answered at one stands once the next is shown.

use std::time::Duration;

use chrono::TimeDelta;
use estrad_testkit::on_both_databases;

use super::*;

const CLUES: &str = "/slides/2/questions/2/alternatives";

struct Stage {
    operator: String,
    judge: String,
    team: String,
    audience: String,
}

/// The presentation stands at the ladder.
async fn begin(app: &TestApp, views: Views) -> Stage {
    store(app, views).await;
    app.start_presentation(FINAL).await;
    show(app, 1).await;
    Stage {
        operator: app.open_screen(FINAL, View::Operator).await,
        judge: app.open_screen(FINAL, View::Judge).await,
        team: app.open_team(FINAL, 0).await,
        audience: app.open_screen(FINAL, View::Audience).await,
    }
}

fn pass(app: &TestApp, milliseconds: u64) {
    app.clock.advance(Duration::from_millis(milliseconds));
}

fn expect_step_over(answer: Answer) {
    assert_eq!(answer.expect_error(409, "answers_locked")["reason"], "step_over");
}

on_both_databases! {
    async fn clues_are_there_as_they_are_shown(app: TestApp) {
        let Stage { operator, team, audience, .. } = begin(&app, Views::AsShown).await;
        for shown in 0..=3 {
            if shown > 0 {
                let state = step(&app, &operator, shown).await.expect(200);
                assert_eq!((&state["step"], &state["slide_id"]), (&json!(shown), &json!(2)));
            }
            let expected: Vec<String> = (1..=shown).map(|clue| format!("clue-{clue}")).collect();
            for token in [&team, &audience] {
                assert_eq!(markers(&get(&app, token, CLUES).await.text()), expected);
                let rich = get(&app, token, "").await.expect(200);
                let ladder = &rich["slides"][1]["questions"][0];
                assert_eq!(markers(&ladder["alternatives"].to_string()), expected);
                assert!(!rich.to_string().contains("Magnet"));
                for clue in 1..=3 {
                    let one = get(&app, token, &format!("{CLUES}/{}", clue + 1)).await;
                    assert_eq!(one.status, if clue <= shown { 200 } else { 404 });
                }
            }
        }
        // What was shown stays so.
        show(&app, 0).await;
        let clues = get(&app, &audience, CLUES).await.expect(200);
        assert_eq!(clues.as_array().map(Vec::len), Some(3));
    }

    async fn a_row_is_locked_by_the_next_clue_and_its_answer_is_kept(app: TestApp) {
        let Stage { operator, judge, team, .. } = begin(&app, Views::AsShown).await;
        step(&app, &operator, 1).await.expect(200);
        answer(&app, &team, 2, "Motor").await.expect(200);
        // The next clue's row is not there yet.
        answer(&app, &team, 3, "Magnet").await.expect_error(404, "alternative_not_found");
        pass(&app, 60_000);
        step(&app, &operator, 2).await.expect(200);
        pass(&app, 500);
        answer(&app, &team, 2, "was under way").await.expect(200);
        answer(&app, &team, 2, "Motor").await.expect(200);
        pass(&app, 1);
        expect_step_over(answer(&app, &team, 2, "Magnet").await);
        answer(&app, &team, 3, "Magnet").await.expect(200);
        step(&app, &operator, 3).await.expect(200);
        pass(&app, 501);
        expect_step_over(answer(&app, &team, 3, "something else").await);
        // More time opens no row whose next clue has been seen.
        let reopen = json!({"team_id": 1, "seconds": 60, "reason": "cable"});
        let path = format!("{PATH}/presentation/reopen");
        app.post(&path).bearer(&operator).json(&reopen).send().await.expect(200);
        expect_step_over(answer(&app, &team, 3, "something else").await);
        answer(&app, &team, 4, "Magneter").await.expect(200);
        // A judge puts right what was stepped over by mistake.
        answer(&app, &judge, 2, "Motorer").await.expect(200);

        let answers = get(&app, &team, "/teams/1/answers").await.expect(200);
        let kept: Vec<&Value> =
            answers.as_array().expect("a list").iter().map(|one| &one["answer"]).collect();
        assert_eq!(kept, ["Motorer", "Magnet", "Magneter"]);
        // The ledger tells what stood at each step.
        let ledger = get(&app, &judge, "/ledger?page_size=100").await.expect(200);
        let told: Vec<String> = ledger
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|entry| match entry["kind"].as_str() {
                Some("stepped") => Some(format!("step {}", entry["step"])),
                Some("answered") => Some(entry["answer"].as_str()?.to_owned()),
                Some("refused") => Some(format!("{} {}", entry["why"], entry["answer"])),
                _ => None,
            })
            .collect();
        assert_eq!(told, [
            "step 1",
            "Motor",
            "step 2",
            "was under way",
            "Motor",
            "\"step_over\" \"Magnet\"",
            "Magnet",
            "step 3",
            "\"step_over\" \"something else\"",
            "Magneter",
            "Motorer",
        ]);
        let steps = get(&app, &judge, "/ledger?kind=stepped").await.expect(200);
        assert_eq!(steps.as_array().map(Vec::len), Some(3));
    }

    async fn a_batch_with_a_locked_row_is_not_taken(app: TestApp) {
        let Stage { operator, team, .. } = begin(&app, Views::Legacy).await;
        step(&app, &operator, 2).await.expect(200);
        pass(&app, 501);
        let answers = json!({"answers": [
            {"question_alternative_id": 3, "answer": "a"},
            {"question_alternative_id": 2, "answer": "b"},
        ]});
        let path = format!("{PATH}/teams/1/answers");
        let refused = app.put(&path).bearer(&team).json(&answers).send().await;
        let refused = refused.expect_error(409, "answers_locked");
        assert_eq!((&refused["reason"], &refused["field"]), (&json!("step_over"), &json!("answers[1]")));
        assert_eq!(app.count("answers").await, 0);
    }

    async fn with_legacy_a_ladder_is_open_until_an_operator_steps(app: TestApp) {
        let Stage { operator, team, .. } = begin(&app, Views::Legacy).await;
        pass(&app, 3_600_000);
        for row in [2, 3, 4, 2] {
            answer(&app, &team, row, &format!("guess {row}")).await.expect(200);
        }
        step(&app, &operator, 1).await.expect(200);
        pass(&app, 3_600_000);
        answer(&app, &team, 2, "first").await.expect(200);
        step(&app, &operator, 2).await.expect(200);
        pass(&app, 501);
        expect_step_over(answer(&app, &team, 2, "late").await);
        answer(&app, &team, 3, "second").await.expect(200);
        answer(&app, &team, 4, "third").await.expect(200);
        // The next presentation begins anew.
        app.end_presentation(FINAL).await;
        app.start_presentation(FINAL).await;
        show(&app, 1).await;
        answer(&app, &team, 2, "again").await.expect(200);
    }

    async fn a_clock_that_is_set_opens_and_closes_no_row(app: TestApp) {
        let Stage { operator, team, .. } = begin(&app, Views::Legacy).await;
        step(&app, &operator, 2).await.expect(200);
        pass(&app, 501);
        expect_step_over(answer(&app, &team, 2, "late").await);
        for hours in [-1, 2] {
            app.clock.set_wall(TimeDelta::hours(hours));
            app.clock.caught_up().await;
            expect_step_over(answer(&app, &team, 2, "late again").await);
            answer(&app, &team, 3, &format!("after {hours}")).await.expect(200);
        }
    }

    async fn steps_go_forward_as_far_as_there_are_clues(app: TestApp) {
        let Stage { operator, judge, team, audience } = begin(&app, Views::Legacy).await;
        step(&app, &operator, 2).await.expect(200);
        let seq = |state: Value| state["seq"].as_i64().expect("a number");
        // Two operators who press at once are at the same clue.
        let same = seq(step(&app, &operator, 2).await.expect(200));
        assert_eq!(seq(step(&app, &operator, 2).await.expect(200)), same);
        for wrong in [1, 0, -1, 4] {
            let refused = step(&app, &operator, wrong).await.expect_error(422, "validation_failed");
            assert_eq!(refused["field"], "step", "{wrong}");
        }
        let path = format!("{PATH}/presentation/step");
        for (body, field) in [(json!({}), "step"), (json!({"step": "x"}), "step"), (json!({"clue": 1}), "clue")] {
            let refused = app.post(&path).bearer(&operator).json(&body).send().await;
            assert_eq!(refused.expect_error(422, "validation_failed")["field"], field);
        }
        for token in [judge, team, audience] {
            step(&app, &token, 3).await.expect_error(401, "not_allowed");
        }
        show(&app, 0).await;
        step(&app, &operator, 1).await.expect_error(422, "validation_failed");
        show(&app, 1).await;
        assert_eq!(get(&app, &operator, "/presentation").await.expect(200)["step"], 2);
        app.end_presentation(FINAL).await;
        step(&app, &operator, 3).await.expect_error(404, "presentation_not_found");
    }
}
