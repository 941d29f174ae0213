//! Bodies that nobody should send for a part of a competition: each refused with the field at fault,
//! none of it half-done.

use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::Desk;

/// What takes a body, with one that is good.
fn writes() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("POST", "/slides", json!({"title": "x"})),
        ("PUT", "/slides/1", json!({"title": "x"})),
        ("POST", "/slides/1/questions", json!({"type_id": 1})),
        ("PUT", "/slides/1/questions/1", json!({"name": "x"})),
        ("POST", "/slides/1/questions/1/alternatives", json!({"alternative": "x"})),
        ("PUT", "/slides/1/questions/1/alternatives/1", json!({"alternative": "x"})),
        ("POST", "/slides/1/components", json!({"type_id": 1, "view_type_id": 1})),
        ("PUT", "/slides/1/components/1", json!({"text": "x"})),
        ("POST", "/teams", json!({"name": "x"})),
        ("PUT", "/teams/1", json!({"name": "x"})),
        ("POST", "/copy", json!({})),
    ]
}

/// The texts: of which route, with what most characters.
const TEXTS: [(usize, &str, usize); 11] = [
    (0, "title", 254),
    (1, "title", 254),
    (2, "name", 254),
    (2, "correcting_instructions", 16_384),
    (3, "name", 254),
    (3, "correcting_instructions", 16_384),
    (4, "alternative", 16_384),
    (4, "correct", 16_384),
    (5, "alternative", 16_384),
    (8, "name", 254),
    (9, "name", 254),
];

on_both_databases! {
    async fn fields_that_nothing_is_known_of_are_refused_with_all_else(app: TestApp) {
        let desk = Desk::open(&app).await;
        for (method, path, good) in writes() {
            for unknown in ["id", "nosuch", "competition_id", "Name", ""] {
                let mut body = good.clone();
                body[unknown] = json!(1);
                desk.refused(method, path, body, unknown).await;
            }
        }
    }

    async fn what_is_no_object_is_refused(app: TestApp) {
        let desk = Desk::open(&app).await;
        for (method, path, _) in writes() {
            for body in [json!([]), json!(null), json!("title"), json!(1), json!([{"title": "x"}])] {
                desk.refused(method, path, body, "_schema").await;
            }
        }
        let before = desk.everything().await;
        for (method, path, _) in writes() {
            let path = format!("/api/competitions/{}{path}", desk.id);
            for (kind, body, status, word) in [
                ("application/json", "{not json", 400, "invalid_json"),
                ("application/json", "{\"title\": \"x\"", 400, "invalid_json"),
            ] {
                let request = app.request(method, &path).bearer(&desk.admin).body(kind, body);
                request.send().await.expect_error(status, word);
            }
        }
        assert_eq!(desk.everything().await, before);
    }

    async fn texts_are_texts_of_bounded_length_without_nul(app: TestApp) {
        let desk = Desk::open(&app).await;
        let writes = writes();
        for (route, field, most) in TEXTS {
            let (method, path, good) = &writes[route];
            for bad in [
                json!("å".repeat(most + 1)),
                json!("a\0b"),
                json!(1),
                json!(true),
                json!([]),
                json!({"text": "x"}),
            ] {
                let mut body = good.clone();
                body[field] = bad;
                desk.refused(method, path, body, field).await;
            }
        }
        // Characters count, not bytes.
        for (route, field, most) in TEXTS {
            let (method, path, good) = &writes[route];
            let mut body = good.clone();
            // Names of teams are unique.
            let longest = ["😀", "🦀"][route % 2].repeat(most);
            body[field] = json!(longest);
            let stored = desk.send(method, path, Some(body)).await.expect(200);
            assert_eq!(stored[field], longest.as_str(), "{method} {path} {field}");
        }
    }

    async fn numbers_are_whole_and_within_what_they_can_be(app: TestApp) {
        let desk = Desk::open(&app).await;
        let writes = writes();
        let never = [json!("x"), json!(""), json!(1.5), json!(true), json!([1]), json!({}), json!(1e300)];
        for (route, field, bad) in [
            (0, "timer", vec![json!(-1), json!(86_401), json!(i64::MAX)]),
            (1, "timer", vec![json!(-1), json!(86_401), json!(i64::MIN)]),
            (1, "background_image_id", vec![]),
            (1, "order", vec![]),
            (2, "type_id", vec![json!(0), json!(11), json!(-1), json!(null), json!(i64::MAX)]),
            (2, "total_score", vec![json!(-1), json!(1_000_001), json!(4_294_967_296_i64)]),
            (2, "parent_id", vec![]),
            (3, "type_id", vec![json!(0), json!(11), json!(i64::MIN)]),
            (3, "total_score", vec![json!(-1), json!(1_000_001), json!(i64::MAX)]),
            (5, "alternative_order", vec![]),
            (5, "correct_order", vec![]),
            (6, "type_id", vec![json!(0), json!(4), json!(null)]),
            (6, "view_type_id", vec![json!(0), json!(5), json!(null)]),
        ] {
            let (method, path, good) = &writes[route];
            for bad in never.iter().chain(&bad) {
                let mut body = good.clone();
                body[field] = bad.clone();
                desk.refused(method, path, body, field).await;
            }
        }
    }

    async fn what_must_be_there_must_not_be_missing_empty_or_null(app: TestApp) {
        let desk = Desk::open(&app).await;
        for (path, body, field) in [
            ("/slides/1/questions", json!({"name": "x"}), "type_id"),
            ("/slides/1/components", json!({"view_type_id": 1}), "type_id"),
            ("/slides/1/components", json!({"type_id": 1}), "view_type_id"),
            ("/teams", json!({}), "name"),
            ("/teams", json!({"name": null}), "name"),
            ("/teams", json!({"name": ""}), "name"),
        ] {
            desk.refused("POST", path, body, field).await;
        }
        desk.refused("PUT", "/teams/1", json!({"name": ""}), "name").await;
        let before = desk.everything().await;
        for path in ["/slides/1/questions", "/slides/1/components", "/teams"] {
            desk.send("POST", path, None).await.expect_error(422, "validation_failed");
        }
        assert_eq!(desk.everything().await, before);
    }

    async fn every_field_at_fault_is_named_at_once(app: TestApp) {
        let desk = Desk::open(&app).await;
        let body = json!({"x": "a", "y": [], "w": -1, "text": 1, "type_id": 9, "more": 0});
        let answer = desk.send("POST", "/slides/1/components", Some(body)).await;
        let error = answer.expect_error(422, "validation_failed");
        let named: Vec<&String> =
            error["errors"]["json"].as_object().expect("an object").keys().collect();
        assert_eq!(named, ["more", "text", "type_id", "view_type_id", "w", "x", "y"]);
    }
}
