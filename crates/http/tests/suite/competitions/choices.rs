//! What is right in questions of type Single: one alternative.

use estrad_domain::draft::{
    AnswerDraft, CompetitionDraft, QuestionDraft, QuestionPlace, SlideDraft, TeamDraft,
};
use estrad_domain::types::{QuestionType, View};
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::*;

/// A competition with one question of the type, with what is right in its alternatives.
async fn store(app: &TestApp, of: QuestionType, correct: &[&str]) -> CompetitionId {
    let question = correct.iter().fold(QuestionDraft::new("Q", of, 2), |question, correct| {
        question.with_alternative("x", *correct)
    });
    let slide = SlideDraft { questions: vec![question], ..SlideDraft::default() };
    let team = TeamDraft { name: "A".to_owned(), ..TeamDraft::default() };
    let draft = CompetitionDraft { slides: vec![slide], teams: vec![team], ..empty("Final", 2026) };
    let city = app.city("Linköping").await;
    app.competition(draft, city).await
}

const QUESTION: &str = "/api/competitions/1/slides/1/questions/1";

async fn correct(app: &TestApp, token: &str, question: &str) -> Value {
    let rows = app.get(&format!("{question}/alternatives")).bearer(token).send().await.expect(200);
    rows.as_array().expect("a list").iter().map(|row| row["correct"].clone()).collect()
}

async fn mark(app: &TestApp, token: &str, alternative: i64, correct: &str) -> Value {
    let path = format!("{QUESTION}/alternatives/{alternative}");
    let body = json!({"correct": correct});
    app.put(&path).bearer(token).json(&body).send().await.expect(200)
}

async fn question(app: &TestApp, token: &str, path: &str) -> Value {
    app.get(path).bearer(token).send().await.expect(200)
}

async fn version(app: &TestApp, token: &str) -> Value {
    app.get("/api/competitions/1").bearer(token).send().await.expect(200)["version"].clone()
}

on_both_databases! {
    async fn marking_one_as_right_unmarks_the_other_in_the_same_change(app: TestApp) {
        let admin = app.admin().await;
        store(&app, QuestionType::Single, &["1", "0", "text of before"]).await;
        assert_eq!(version(&app, &admin).await, 1);
        let changed = mark(&app, &admin, 2, "1").await;
        assert_eq!(changed["correct"], "1");
        assert_eq!(correct(&app, &admin, QUESTION).await, json!(["0", "1", "text of before"]));
        assert_eq!(version(&app, &admin).await, 2);
        // The editor in use unmarks the other itself, before or after.
        mark(&app, &admin, 2, "0").await;
        mark(&app, &admin, 1, "1").await;
        mark(&app, &admin, 2, "0").await;
        assert_eq!(correct(&app, &admin, QUESTION).await, json!(["1", "0", "text of before"]));
        // What is added as right is right alone.
        let body = json!({"correct": "1"});
        let path = format!("{QUESTION}/alternatives");
        app.post(&path).bearer(&admin).json(&body).send().await.expect(200);
        assert_eq!(correct(&app, &admin, QUESTION).await, json!(["0", "0", "text of before", "1"]));
        let none = question(&app, &admin, QUESTION).await;
        assert_eq!(none.get("manual_grading"), None);
    }

    async fn of_several_a_question_that_becomes_a_single_choice_keeps_the_first(app: TestApp) {
        let admin = app.admin().await;
        store(&app, QuestionType::Multiple, &["0", "1", "1", "1"]).await;
        // In a choice of several all of them may be right.
        mark(&app, &admin, 1, "1").await;
        assert_eq!(correct(&app, &admin, QUESTION).await, json!(["1", "1", "1", "1"]));
        let path = format!("{QUESTION}/alternatives/3");
        let to_the_front = json!({"alternative_order": 0});
        app.put(&path).bearer(&admin).json(&to_the_front).send().await.expect(200);
        let body = json!({"type_id": 4});
        let changed = app.put(QUESTION).bearer(&admin).json(&body).send().await.expect(200);
        assert_eq!(changed["type_id"], 4);
        assert_eq!(changed.get("manual_grading"), None);
        assert_eq!(correct(&app, &admin, QUESTION).await, json!(["0", "0", "1", "0"]));
    }

    async fn several_right_ones_that_come_with_an_import_are_the_judges(app: TestApp) {
        let admin = app.admin().await;
        let id = store(&app, QuestionType::Single, &["1", "0", "1"]).await;
        let bundle = app.get("/api/competitions/1/export").bearer(&admin).send().await.bytes;
        let import = app.post("/api/competitions/import?name=Again").bearer(&admin);
        import.body("application/zip", bundle).send().await.expect(200);
        app.post("/api/competitions/1/copy").bearer(&admin).send().await.expect(200);
        app.post("/api/competitions/1/slides/1/copy").bearer(&admin).send().await.expect(200);
        // As stored, as imported, and as copied: both are kept, and the question says so.
        for (path, q) in [(1, 1), (2, 2), (3, 3)].map(|(n, q)| (format!("/api/competitions/{n}/slides/{n}/questions/{q}"), q)) {
            let read = question(&app, &admin, &path).await;
            assert_eq!((&read["id"], &read["manual_grading"]), (&json!(q), &json!(true)));
            assert_eq!(correct(&app, &admin, &path).await, json!(["1", "0", "1"]));
        }
        let copied = question(&app, &admin, "/api/competitions/1/slides/4/questions/4").await;
        assert_eq!(copied["manual_grading"], true);
        // It is for those who may know what is right.
        app.start_presentation(id).await;
        let (team, judge) = (app.open_team(id, 0).await, app.open_screen(id, View::Judge).await);
        for (token, shown) in [(&judge, json!(true)), (&team, Value::Null)] {
            let rich = app.get("/api/competitions/1").bearer(token).send().await.expect(200);
            assert_eq!(rich["slides"][0]["questions"][0]["manual_grading"], shown);
        }
    }

    async fn an_editor_who_sets_it_right_takes_it_from_the_judge(app: TestApp) {
        let admin = app.admin().await;
        store(&app, QuestionType::Single, &["1", "1", "1"]).await;
        let manual = async || question(&app, &admin, QUESTION).await.get("manual_grading").cloned();
        // Nothing of what is right.
        app.put(QUESTION).bearer(&admin).json(&json!({"name": "R"})).send().await.expect(200);
        let path = format!("{QUESTION}/alternatives/1");
        app.put(&path).bearer(&admin).json(&json!({"alternative": "y"})).send().await.expect(200);
        assert_eq!(correct(&app, &admin, QUESTION).await, json!(["1", "1", "1"]));
        assert_eq!(manual().await, Some(json!(true)));
        mark(&app, &admin, 3, "0").await;
        assert_eq!(manual().await, Some(json!(true)), "two are still right");
        app.delete(&format!("{QUESTION}/alternatives/2")).bearer(&admin).send().await.expect(204);
        assert_eq!(manual().await, None);
        assert_eq!(correct(&app, &admin, QUESTION).await, json!(["1", "0"]));
    }

    async fn marking_the_right_one_settles_an_import(app: TestApp) {
        let admin = app.admin().await;
        store(&app, QuestionType::Single, &["1", "1", "0"]).await;
        mark(&app, &admin, 2, "1").await;
        assert_eq!(correct(&app, &admin, QUESTION).await, json!(["0", "1", "0"]));
        assert_eq!(question(&app, &admin, QUESTION).await.get("manual_grading"), None);
    }

    async fn another_type_settles_it_too(app: TestApp) {
        let admin = app.admin().await;
        store(&app, QuestionType::Single, &["1", "1", "0"]).await;
        let body = json!({"type_id": 3});
        let changed = app.put(QUESTION).bearer(&admin).json(&body).send().await.expect(200);
        assert_eq!(changed.get("manual_grading"), None);
        assert_eq!(correct(&app, &admin, QUESTION).await, json!(["1", "1", "0"]));
    }

    async fn answers_that_come_with_an_import_keep_the_last_choice(app: TestApp) {
        let admin = app.admin().await;
        let question = ["1", "0", "0"].iter().fold(
            QuestionDraft::new("Q", QuestionType::Single, 2),
            |question, correct| question.with_alternative("x", *correct),
        );
        let place = QuestionPlace { slide: 0, question: 0 };
        let answers = [(0, "1"), (2, "1"), (1, "0")].map(|(alternative, answer)| AnswerDraft {
            place,
            alternative,
            answer: answer.to_owned(),
        });
        let team = TeamDraft { name: "A".to_owned(), answers: answers.into(), ..TeamDraft::default() };
        let slide = SlideDraft { questions: vec![question], ..SlideDraft::default() };
        let draft = CompetitionDraft { slides: vec![slide], teams: vec![team], ..empty("Final", 2026) };
        app.competition(draft, app.city("Linköping").await).await;
        let all = app.get("/api/competitions/1/teams/1/answers").bearer(&admin).send().await;
        let all = all.expect(200);
        let chosen = all.as_array().expect("a list").iter().filter(|one| one["answer"] == "1");
        let chosen: Vec<_> = chosen.map(|one| one["question_alternative_id"].clone()).collect();
        assert_eq!(chosen, [json!(3)]);
    }
}
