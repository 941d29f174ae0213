//! `/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}/alternatives`

use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, each, numbers};

/// Those of the match question: 4, 5 and 6, their right sides in the order 5, 6, 4.
const PAIRS: &str = "/slides/2/questions/3/alternatives";

/// Adds a question of that type and gives the path of its alternatives.
async fn question(desk: &Desk<'_>, of: i64) -> String {
    let question = desk.post("/slides/2/questions", json!({"type_id": of})).await;
    format!("/slides/2/questions/{}/alternatives", question["id"])
}

/// The id, and the places in both orders, of each.
async fn places(desk: &Desk<'_>) -> Value {
    let all = desk.get(PAIRS).await;
    let all = all.as_array().expect("a list").iter();
    all.map(|row| json!([row["id"], row["alternative_order"], row["correct_order"]])).collect()
}

on_both_databases! {
    async fn an_alternative_is_added_last_in_both_orders_also_without_a_body(app: TestApp) {
        let desk = Desk::open(&app).await;
        let bare = desk.send("POST", PAIRS, None).await.expect(200);
        assert_eq!(
            bare,
            json!({
                "id": 7, "question_id": 3, "alternative": "", "alternative_order": 3,
                "correct": "", "correct_order": 3,
            })
        );
        let filled = desk.post(PAIRS, json!({"alternative": "Island", "correct": "Reykjavik"})).await;
        assert_eq!((&filled["alternative"], &filled["correct"]), (&json!("Island"), &json!("Reykjavik")));
        let of_front_end = desk.post(PAIRS, json!({"correct": "0"})).await;
        assert_eq!((&of_front_end["correct"], &of_front_end["correct_order"]), (&json!("0"), &json!(5)));
        assert_eq!(each(&desk.get(PAIRS).await, "id"), [4, 5, 6, 7, 8, 9]);
        assert_eq!(desk.get(&format!("{PAIRS}/7")).await, bare);
    }

    async fn what_is_named_of_an_alternative_changes_and_the_rest_stays(app: TestApp) {
        let desk = Desk::open(&app).await;
        let mut expected = desk.get(&format!("{PAIRS}/4")).await;
        for (member, value) in [
            ("alternative", json!("Danmark")),
            ("correct", json!("Köpenhamn")),
            ("alternative", json!("")),
            ("correct", json!("")),
            ("alternative", json!("å".repeat(16_384))),
            ("alternative_order", json!(2)),
            ("correct_order", json!(0)),
        ] {
            expected[member] = value.clone();
            assert_eq!(desk.put(&format!("{PAIRS}/4"), json!({member: value})).await, expected);
            assert_eq!(desk.get(&format!("{PAIRS}/4")).await, expected);
        }
        let nulls = json!({
            "alternative": null, "correct": null, "alternative_order": null, "correct_order": null,
        });
        assert_eq!(desk.put(&format!("{PAIRS}/4"), nulls).await, expected);
    }

    async fn each_order_moves_on_its_own_and_both_at_once(app: TestApp) {
        let desk = Desk::open(&app).await;
        assert_eq!(places(&desk).await, json!([[4, 0, 2], [5, 1, 0], [6, 2, 1]]));
        for (id, change, expected) in [
            (6, json!({"alternative_order": 0}), json!([[4, 1, 2], [5, 2, 0], [6, 0, 1]])),
            (4, json!({"correct_order": 0}), json!([[4, 1, 0], [5, 2, 1], [6, 0, 2]])),
            (
                6,
                json!({"alternative_order": 2, "correct_order": 0}),
                json!([[4, 0, 1], [5, 1, 2], [6, 2, 0]]),
            ),
            (5, json!({"alternative_order": 1}), json!([[4, 0, 1], [5, 1, 2], [6, 2, 0]])),
        ] {
            desk.put(&format!("{PAIRS}/{id}"), change.clone()).await;
            assert_eq!(places(&desk).await, expected, "{id} {change}");
        }
    }

    async fn places_that_there_are_not_are_refused_with_all_else_that_was_asked(app: TestApp) {
        let desk = Desk::open(&app).await;
        let before = desk.everything().await;
        for place in [-1, 3, 4_294_967_296, i64::MAX, i64::MIN] {
            for (member, other) in
                [("alternative_order", "correct_order"), ("correct_order", "alternative_order")]
            {
                let body = json!({member: place, other: 1, "alternative": "Halv"});
                let answer = desk.send("PUT", &format!("{PAIRS}/4"), Some(body)).await;
                assert_eq!(answer.expect_error(400, "order_out_of_range")["field"], member);
            }
        }
        assert_eq!(desk.everything().await, before);
    }

    async fn deleting_an_alternative_closes_both_orders(app: TestApp) {
        let desk = Desk::open(&app).await;
        desk.delete(&format!("{PAIRS}/5")).await;
        assert_eq!(places(&desk).await, json!([[4, 0, 1], [6, 1, 0]]));
        let again = desk.send("DELETE", &format!("{PAIRS}/5"), None).await;
        again.expect_error(404, "alternative_not_found");
        // What was answered at it goes along, what was given for the question stays.
        desk.delete("/slides/1/questions/1/alternatives/1").await;
        assert_eq!((app.count("answers").await, app.count("scores").await), (0, 2));
        let added = desk.send("POST", PAIRS, None).await.expect(200);
        assert_eq!((&added["alternative_order"], &added["correct_order"]), (&json!(2), &json!(2)));
    }

    async fn the_types_of_the_front_end_in_use_take_any_text_as_right(app: TestApp) {
        let desk = Desk::open(&app).await;
        for of in [1, 2, 3, 4, 5, 9] {
            let path = question(&desk, of).await;
            for correct in ["1", "0", "", "Correct 0"] {
                let added = desk.post(&path, json!({"correct": correct})).await;
                assert_eq!(added["correct"], correct);
            }
        }
    }

    async fn later_types_take_what_they_can_grade_and_nothing_else(app: TestApp) {
        let desk = Desk::open(&app).await;
        let number = question(&desk, 6).await;
        let row = format!("{number}/{}", desk.get(&number).await[0]["id"]);
        for correct in ["0,75", "-1.5", "1 000", "", "42"] {
            assert_eq!(desk.put(&row, json!({"correct": correct})).await["correct"], correct);
        }
        for bad in ["abc", "1 m", "1.2.3", "NaN", "inf", "1e5", " ,", &"1".repeat(19)] {
            let body = json!({"correct": bad, "alternative": "Halv"});
            desk.refused("PUT", &row, body, "correct").await;
        }
        let flags = question(&desk, 8).await;
        for correct in ["1", "0", ""] {
            desk.post(&flags, json!({"correct": correct})).await;
        }
        for bad in ["2", "true", " 1", "01", "Sant"] {
            desk.refused("POST", &flags, json!({"correct": bad}), "correct").await;
        }
        let quiz = question(&desk, 10).await;
        for body in [json!({}), json!({"correct": ""}), json!({"alternative": "x"})] {
            desk.refused("POST", &quiz, body, "correct").await;
        }
    }

    async fn each_type_has_as_many_alternatives_as_it_may(app: TestApp) {
        let desk = Desk::open(&app).await;
        for of in [6, 7] {
            let path = question(&desk, of).await;
            let second = desk.send("POST", &path, None).await;
            second.expect_error(409, "too_many");
            let row = format!("{path}/{}", desk.get(&path).await[0]["id"]);
            desk.delete(&row).await;
            desk.send("POST", &path, None).await.expect(200);
        }
        let rows = numbers(3, 198, "3, '', i, '', i");
        let columns = "question_id, alternative, alternative_order, correct, correct_order";
        app.sql(format!("INSERT INTO alternatives ({columns}) {rows}")).await;
        let last = desk.send("POST", PAIRS, None).await.expect(200);
        assert_eq!(last["alternative_order"], 199);
        desk.send("POST", PAIRS, None).await.expect_error(409, "too_many");
        assert_eq!(desk.get(PAIRS).await.as_array().map(Vec::len), Some(200));
    }

    async fn teams_and_the_audience_are_not_told_what_is_right(app: TestApp) {
        let desk = Desk::open(&app).await;
        app.start_presentation(desk.id).await;
        let read = async |path: &str, token: &str| {
            let path = format!("/api/competitions/{}{path}", desk.id);
            app.get(&path).bearer(token).send().await.expect(200)
        };
        let choice = "/slides/1/questions/1/alternatives";
        for view in [View::Judge, View::Operator] {
            let screen = app.open_screen(desk.id, view).await;
            for path in [PAIRS, choice] {
                assert_eq!(read(path, &screen).await, desk.get(path).await);
            }
        }
        for view in [View::Team, View::Audience] {
            let screen = app.open_screen(desk.id, view).await;
            let stripped = read(choice, &screen).await;
            assert_eq!(each(&stripped, "alternative"), ["Rätt", "Fel"]);
            assert_eq!(each(&stripped, "correct"), ["", ""]);
            assert_eq!(each(&stripped, "correct_order"), [0, 1]);
            // The columns are those that are shown, and the pairs are gone.
            let dealt = read(PAIRS, &screen).await;
            assert_eq!(each(&dealt, "alternative"), ["Sverige", "Norge", "Finland"]);
            assert_eq!(each(&dealt, "correct"), ["Oslo", "Helsingfors", "Stockholm"]);
            assert_eq!(each(&dealt, "correct_order"), [0, 1, 2]);
            // One by one no more is told than all at once.
            for (path, all) in [(choice, &stripped), (PAIRS, &dealt)] {
                for row in all.as_array().expect("a list") {
                    assert_eq!(read(&format!("{path}/{}", row["id"]), &screen).await, *row);
                }
            }
        }
    }
}
