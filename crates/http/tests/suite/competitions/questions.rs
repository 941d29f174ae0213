//! `/api/competitions/{competition_id}/slides/{slide_id}/questions`

use estrad_domain::types::QuestionType;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, each, numbers};

const QUESTIONS: &str = "/slides/2/questions";

async fn add(desk: &Desk<'_>, body: Value) -> Value {
    desk.post(QUESTIONS, body).await
}

async fn alternatives(desk: &Desk<'_>, question: &Value) -> Value {
    desk.get(&format!("{QUESTIONS}/{}/alternatives", question["id"])).await
}

on_both_databases! {
    async fn each_type_is_created_with_the_alternatives_that_it_starts_with(app: TestApp) {
        let desk = Desk::open(&app).await;
        assert_eq!(QuestionType::ALL.len(), 10);
        for of in QuestionType::ALL {
            let bare = add(&desk, json!({"type_id": of.id()})).await;
            assert_eq!(
                bare,
                json!({
                    "id": bare["id"], "slide_id": 2, "name": "", "total_score": 0,
                    "type_id": of.id(), "correcting_instructions": null,
                })
            );
            assert_eq!(desk.get(&format!("{QUESTIONS}/{}", bare["id"])).await, bare);
            let starts_with_one = matches!(
                of,
                QuestionType::Text | QuestionType::Number | QuestionType::LongText
            );
            let rows = alternatives(&desk, &bare).await;
            if starts_with_one {
                assert_eq!(
                    rows,
                    json!([{
                        "id": rows[0]["id"], "question_id": bare["id"], "alternative": "",
                        "alternative_order": 0, "correct": "", "correct_order": 0,
                    }]),
                    "{of:?}"
                );
            } else {
                assert_eq!(rows, json!([]), "{of:?}");
            }
        }
        let types = each(&desk.get(QUESTIONS).await, "type_id");
        assert_eq!(types, [5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }

    async fn what_is_named_of_a_question_changes_and_null_takes_away(app: TestApp) {
        let desk = Desk::open(&app).await;
        let body = json!({
            "name": "Fråga", "type_id": 1, "total_score": 1_000_000,
            "correcting_instructions": "läs noga",
        });
        let mut expected = add(&desk, body).await;
        assert_eq!(expected["total_score"], 1_000_000);
        assert_eq!(expected["correcting_instructions"], "läs noga");
        let path = format!("{QUESTIONS}/{}", expected["id"]);
        for (member, value) in [
            ("name", json!("Ändrad")),
            ("name", json!("")),
            ("total_score", json!(0)),
            ("total_score", json!(7)),
            ("correcting_instructions", json!("x".repeat(16_384))),
            ("correcting_instructions", Value::Null),
        ] {
            expected[member] = value.clone();
            assert_eq!(desk.put(&path, json!({member: value})).await, expected);
            assert_eq!(desk.get(&path).await, expected);
        }
        // Of these null takes nothing away.
        let nulls = json!({"name": null, "type_id": null, "total_score": null});
        assert_eq!(desk.put(&path, nulls).await, expected);
        assert_eq!(desk.put(&path, json!({})).await, expected);
    }

    async fn a_question_that_becomes_a_text_has_one_place_to_answer_at(app: TestApp) {
        let desk = Desk::open(&app).await;
        let question = add(&desk, json!({"type_id": 2})).await;
        assert_eq!(alternatives(&desk, &question).await, json!([]));
        let path = format!("{QUESTIONS}/{}", question["id"]);
        let text = desk.put(&path, json!({"type_id": 1})).await;
        assert_eq!(text["type_id"], 1);
        let rows = alternatives(&desk, &question).await;
        assert_eq!((each(&rows, "alternative"), each(&rows, "correct")), (vec![json!("")], vec![json!("")]));
        // The one there is stays, whichever type comes next.
        for of in [3, 1, 6, 7, 8, 9, 1] {
            desk.put(&path, json!({"type_id": of})).await;
            assert_eq!(alternatives(&desk, &question).await, rows, "{of}");
        }
        // Those that a choice has become those of a text, none of them lost.
        desk.put("/slides/1/questions/1?confirm=true", json!({"type_id": 1})).await;
        let kept = desk.get("/slides/1/questions/1/alternatives").await;
        assert_eq!(each(&kept, "alternative"), ["Rätt", "Fel"]);
    }

    async fn a_type_that_does_not_fit_what_there_is_is_refused(app: TestApp) {
        let desk = Desk::open(&app).await;
        // Two alternatives, which are no flags, and a sub-question of type 6.
        for of in [6, 7, 8, 10] {
            let body = json!({"type_id": of, "name": "Halv"});
            desk.refused("PUT", "/slides/1/questions/1", body, "type_id").await;
        }
        // Sub-questions in the way, as nothing else is.
        for alternative in [1, 2] {
            desk.delete(&format!("/slides/1/questions/1/alternatives/{alternative}")).await;
        }
        for of in [8, 9, 10] {
            let body = json!({"type_id": of});
            desk.refused("PUT", "/slides/1/questions/1", body, "type_id").await;
        }
        // A sub-question becomes nothing that its question takes none of.
        desk.put("/slides/1/questions/2/alternatives/3", json!({"correct": ""})).await;
        let body = json!({"type_id": 10});
        let answer = desk.send("PUT", "/slides/1/questions/2", Some(body)).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        desk.put("/slides/1/questions/2", json!({"type_id": 8})).await;
    }

    async fn only_numbers_have_a_tolerance(app: TestApp) {
        let desk = Desk::open(&app).await;
        let number = add(&desk, json!({"type_id": 6, "tolerance": 0.01})).await;
        assert_eq!(number["tolerance"], 0.01);
        let path = format!("{QUESTIONS}/{}", number["id"]);
        for tolerance in [json!(0), json!(2.5), json!(1_000_000)] {
            let edited = desk.put(&path, json!({"tolerance": tolerance})).await;
            assert_eq!(edited["tolerance"].as_f64(), tolerance.as_f64());
        }
        for bad in [json!(-0.1), json!(1e300), json!(1e-300), json!("1"), json!(true), json!([1])] {
            desk.refused("PUT", &path, json!({"tolerance": bad, "name": "Halv"}), "tolerance").await;
            desk.refused("POST", QUESTIONS, json!({"type_id": 6, "tolerance": bad}), "tolerance").await;
        }
        for of in [1, 2, 3, 4, 5, 7, 8, 9, 10] {
            let body = json!({"type_id": of, "tolerance": 0.5});
            desk.refused("POST", QUESTIONS, body, "tolerance").await;
        }
        let same = desk.put(&path, json!({"name": "Tal"})).await;
        assert_eq!(same["tolerance"], 1_000_000.0);
        let none = desk.put(&path, json!({"tolerance": null})).await;
        assert_eq!(none.get("tolerance"), None);
        // With the type it goes, and does not come back.
        desk.put(&path, json!({"tolerance": 3})).await;
        for of in [1, 6] {
            let other = desk.put(&path, json!({"type_id": of})).await;
            assert_eq!(other.get("tolerance"), None, "{of}");
        }
        desk.refused("PUT", &path, json!({"type_id": 1, "tolerance": 1}), "tolerance").await;
    }

    async fn a_sub_question_belongs_to_a_question_of_its_slide_that_takes_it(app: TestApp) {
        let desk = Desk::open(&app).await;
        let whole = add(&desk, json!({"type_id": 2})).await["id"].clone();
        let part = add(&desk, json!({"type_id": 6, "parent_id": whole})).await;
        assert_eq!(part["parent_id"], whole);
        let quiz = add(&desk, json!({"type_id": 10})).await["id"].clone();
        let item = add(&desk, json!({"type_id": 4, "parent_id": quiz})).await;
        assert_eq!(item["parent_id"], quiz);
        let ladder = add(&desk, json!({"type_id": 9})).await["id"].clone();
        let null = add(&desk, json!({"type_id": 1, "parent_id": null})).await;
        assert_eq!(null.get("parent_id"), None);
        for (of, parent) in [
            // A question of another slide, and none at all.
            (1, json!(1)),
            (1, json!(999)),
            (1, json!(0)),
            (1, json!(-1)),
            (1, json!("x")),
            // Below a sub-question.
            (1, part["id"].clone()),
            (4, item["id"].clone()),
            // Of a type that is not taken.
            (1, quiz.clone()),
            (10, whole.clone()),
            (1, ladder),
        ] {
            let body = json!({"type_id": of, "parent_id": parent});
            desk.refused("POST", QUESTIONS, body, "parent_id").await;
        }
        let path = format!("{QUESTIONS}/{}", item["id"]);
        let answer = desk.send("PUT", &path, Some(json!({"type_id": 3}))).await;
        assert_eq!(answer.expect_error(422, "validation_failed")["field"], "parent_id");
        // Where it belongs is said once.
        desk.refused("PUT", &path, json!({"parent_id": whole}), "parent_id").await;
    }

    async fn deleting_a_question_takes_its_parts_and_the_components_that_show_them(app: TestApp) {
        let desk = Desk::open(&app).await;
        let body = json!({"type_id": 3, "view_type_id": 1, "question_id": 1});
        desk.post("/slides/1/components", body).await;
        let texts = desk.get("/slides/1/components").await;
        desk.delete("/slides/1/questions/1").await;
        assert_eq!(desk.get("/slides/1/questions").await, json!([]));
        let left = desk.get("/slides/1/components").await;
        // The sixth shows an image; the fifth and seventh showed question 2, below 1, and 1.
        assert_eq!(each(&left, "id"), [1, 2, 3, 4, 6]);
        assert_eq!(left[0], texts[0]);
        for (table, rows) in [("questions", 1), ("alternatives", 3), ("answers", 0), ("scores", 0)] {
            assert_eq!(app.count(table).await, rows, "{table}");
        }
        let again = desk.send("DELETE", "/slides/1/questions/1", None).await;
        again.expect_error(404, "question_not_found");
    }

    async fn deleting_a_sub_question_leaves_the_question_that_it_belongs_to(app: TestApp) {
        let desk = Desk::open(&app).await;
        desk.delete("/slides/1/questions/2").await;
        assert_eq!(each(&desk.get("/slides/1/questions").await, "id"), [1]);
        assert_eq!(each(&desk.get("/slides/1/components").await, "id"), [1, 2, 3, 4, 6]);
        assert_eq!((app.count("answers").await, app.count("scores").await), (2, 2));
    }

    async fn a_slide_has_two_hundred_questions_at_most(app: TestApp) {
        let desk = Desk::open(&app).await;
        let rows = numbers(2, 199, "2, '', 0, 1");
        let columns = "slide_id, name, total_score, type_id";
        app.sql(format!("INSERT INTO questions ({columns}) {rows}")).await;
        add(&desk, json!({"type_id": 1})).await;
        let before = app.count("alternatives").await;
        let more = desk.send("POST", QUESTIONS, Some(json!({"type_id": 1}))).await;
        more.expect_error(409, "too_many");
        assert_eq!(app.count("alternatives").await, before);
        // Each slide has room of its own.
        desk.post("/slides/1/questions", json!({"type_id": 1})).await;
    }
}
