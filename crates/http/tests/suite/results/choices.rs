//! Answers to questions of type Single: one is chosen at a time, in whatever order they come.

use estrad_domain::presentation::{Answered, Event};
use estrad_domain::standings::Results;
use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::*;

/// Adds a third alternative to the question of type Single, and gives the ids of all three.
async fn three(app: &TestApp, admin: &str) -> [i64; 3] {
    let path = "/api/competitions/1/slides/1/questions/4/alternatives";
    let body = json!({"alternative": "c", "correct": "0"});
    let added = app.post(path).bearer(admin).json(&body).send().await.expect(200);
    [SINGLE, SINGLE + 1, added["id"].as_i64().expect("an id")]
}

/// What the team 1 has at these alternatives; null where it has nothing.
async fn stored(app: &TestApp, token: &str, ids: [i64; 3]) -> Value {
    let all = get(app, token, "1/answers").send().await.expect(200);
    let at = |id: i64| {
        let all = all.as_array().expect("a list").iter();
        let mut found = all.filter(move |one| one["question_alternative_id"] == id);
        found.next().map_or(Value::Null, |one| one["answer"].clone())
    };
    json!(ids.map(at))
}

async fn answers(app: &TestApp) -> Vec<Answered> {
    let events = log(app).await.into_iter().map(|entry| entry.event);
    let answered = events.filter_map(|event| match event {
        Event::Answered(answered) => Some(answered),
        _ => None,
    });
    answered.collect()
}

/// The tables and the log say the same.
async fn expect_agreement(app: &TestApp, token: &str, ids: [i64; 3]) {
    let entries = log(app).await;
    let results = Results::replay(entries.iter().map(|entry| &entry.event));
    let replayed = ids.map(|id| results.answers.get(&(1.into(), id.into())).cloned());
    assert_eq!(json!(replayed), stored(app, token, ids).await);
}

on_both_databases! {
    async fn choosing_another_takes_the_first_back_in_one_entry(app: TestApp) {
        let admin = begin(&app).await;
        let ids = three(&app, &admin).await;
        let team = app.open_team(FINAL, 0).await;
        for (at, expected) in [
            (0, json!(["1", null, null])),
            (1, json!(["0", "1", null])),
            (2, json!(["0", "0", "1"])),
            (0, json!(["1", "0", "0"])),
        ] {
            give(&app, &team, 1, ids[at], "1").await.expect(200);
            assert_eq!(stored(&app, &team, ids).await, expected);
        }
        // The same choice once more changes nothing, an emptied one leaves none.
        give(&app, &team, 1, ids[0], "1").await.expect(200);
        give(&app, &team, 1, ids[0], "").await.expect(200);
        assert_eq!(stored(&app, &team, ids).await, json!(["", "0", "0"]));
        let history: Vec<_> = answers(&app)
            .await
            .into_iter()
            .map(|a| (a.question_alternative_id.0, a.cleared.iter().map(|id| id.0).collect::<Vec<_>>()))
            .collect();
        assert_eq!(history, [
            (ids[0], vec![]),
            (ids[1], vec![ids[0]]),
            (ids[2], vec![ids[1]]),
            (ids[0], vec![ids[2]]),
            (ids[0], vec![]),
        ]);
        expect_agreement(&app, &team, ids).await;
        // A choice among several leaves the others alone.
        for alternative in [MULTIPLE, MULTIPLE + 1] {
            give(&app, &team, 1, alternative, "1").await.expect(200);
        }
        let kept = get(&app, &team, &format!("1/answers/{MULTIPLE}")).send().await.expect(200);
        assert_eq!(kept["answer"], "1");
    }

    async fn the_last_choice_counts_however_the_calls_of_the_front_end_interleave(app: TestApp) {
        let admin = begin(&app).await;
        let ids = three(&app, &admin).await;
        let team = app.open_team(FINAL, 0).await;
        // All "0", then "1" at the chosen one; calls of the first choice come late, or twice.
        for (writes, chosen) in [
            (vec![(0, "0"), (1, "0"), (2, "0"), (0, "1")], Some(0)),
            (vec![(0, "0"), (1, "0"), (2, "0"), (2, "1")], Some(2)),
            (vec![(0, "1"), (1, "1"), (0, "0"), (2, "0")], Some(1)),
            (vec![(2, "1"), (0, "1"), (1, "0"), (2, "0")], Some(0)),
            (vec![(1, "1"), (2, "1"), (2, "1"), (2, "1")], Some(2)),
            (vec![(2, "0")], None),
        ] {
            for (at, answer) in &writes {
                give(&app, &team, 1, ids[*at], answer).await.expect(200);
            }
            let expected = [0, 1, 2].map(|at| if chosen == Some(at) { "1" } else { "0" });
            assert_eq!(stored(&app, &team, ids).await, json!(expected), "{writes:?}");
        }
        // All at the same moment: one is last, and the others have given way.
        let calls = ids.into_iter().cycle().take(9).map(|id| {
            let request = app.put(&at(&format!("1/answers/{id}"))).bearer(&team);
            actix_web::rt::spawn(request.json(&json!({"answer": "1"})).send())
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.expect("an answer").expect(200);
        }
        let left = stored(&app, &team, ids).await;
        let chosen = left.as_array().expect("three").iter().filter(|answer| **answer == "1");
        assert_eq!(chosen.count(), 1, "{left}");
        expect_agreement(&app, &team, ids).await;
    }

    async fn batches_and_answers_that_are_sent_again_keep_one_choice(app: TestApp) {
        let admin = begin(&app).await;
        let ids = three(&app, &admin).await;
        let team = app.open_team(FINAL, 0).await;
        let one = |at: usize, key: &str| {
            json!({"question_alternative_id": ids[at], "answer": "1", "key": key})
        };
        let batch = json!({"answers": [one(0, "a"), one(1, "b"), one(2, "c")]});
        put(&app, &team, "1/answers", batch.clone()).await.expect(200);
        assert_eq!(stored(&app, &team, ids).await, json!(["0", "0", "1"]));
        let keyed = json!({"answer": "1", "key": "d"});
        put(&app, &team, &format!("1/answers/{}", ids[1]), keyed).await.expect(200);
        // What was taken before and comes again is acknowledged, and the later choice stays.
        put(&app, &team, "1/answers", batch).await.expect(200);
        assert_eq!(stored(&app, &team, ids).await, json!(["0", "1", "0"]));
        assert_eq!(answers(&app).await.len(), 4);
        // A batch that can't be taken clears nothing.
        let bad = json!({"answers": [one(0, "e"), {"question_alternative_id": TEXT, "answer": 1}]});
        put(&app, &team, "1/answers", bad).await.expect_error(422, "validation_failed");
        assert_eq!(stored(&app, &team, ids).await, json!(["0", "1", "0"]));
        expect_agreement(&app, &team, ids).await;
    }

    async fn judges_and_editors_choose_for_a_team_by_the_same_rule(app: TestApp) {
        let admin = begin(&app).await;
        let ids = three(&app, &admin).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let editor = app.editor("own@test.se", "Linköping").await;
        let rival = app.open_team(FINAL, 1).await;
        give(&app, &rival, 2, ids[2], "1").await.expect(200);
        for (token, at, expected) in [
            (&judge, 0, json!(["1", null, null])),
            (&editor, 1, json!(["0", "1", null])),
            (&admin, 2, json!(["0", "0", "1"])),
        ] {
            give(&app, token, 1, ids[at], "1").await.expect(200);
            assert_eq!(stored(&app, &admin, ids).await, expected);
        }
        // Each team has a choice of its own.
        let other = get(&app, &admin, &format!("2/answers/{}", ids[2])).send().await.expect(200);
        assert_eq!(other["answer"], "1");
    }

    async fn several_choices_of_before_are_put_right_by_the_next(app: TestApp) {
        let admin = begin(&app).await;
        let ids = three(&app, &admin).await;
        let team = app.open_team(FINAL, 0).await;
        for id in ids {
            app.sql(format!(
                "INSERT INTO answers (team_id, alternative_id, answer, updated_at) \
                 VALUES (1, {id}, '1', '2026-11-22 12:00:00')"
            ))
            .await;
        }
        give(&app, &team, 1, ids[1], "1").await.expect(200);
        assert_eq!(stored(&app, &team, ids).await, json!(["0", "1", "0"]));
        assert_eq!(answers(&app).await[0].cleared.len(), 2);
    }
}
