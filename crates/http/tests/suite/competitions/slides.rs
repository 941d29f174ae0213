//! `/api/competitions/{competition_id}/slides`

use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::copies::shape;
use super::desk::{Desk, each, numbers};

/// A rich slide as the only one, without its own title and place.
fn shape_of(slide: &Value) -> Value {
    let mut slide = slide.clone();
    slide["order"] = json!(0);
    shape(json!({"slides": [slide]}))
}

on_both_databases! {
    async fn a_slide_is_added_after_the_others_also_without_a_body(app: TestApp) {
        let desk = Desk::open(&app).await;
        let bare = desk.send("POST", "/slides", None).await.expect(200);
        assert_eq!(
            bare,
            json!({
                "id": 3, "competition_id": 1, "order": 2, "title": "", "timer": null,
                "background_image": null,
            })
        );
        let filled = desk.post("/slides", json!({"title": "Ny sida", "timer": 30})).await;
        assert_eq!(filled["title"], "Ny sida");
        assert_eq!((&filled["timer"], &filled["order"]), (&json!(30), &json!(3)));
        let nulls = desk.post("/slides", json!({"title": null, "timer": null})).await;
        assert_eq!((&nulls["title"], &nulls["timer"]), (&json!(""), &Value::Null));
        assert_eq!(each(&desk.get("/slides").await, "order"), [0, 1, 2, 3, 4]);
        assert_eq!(desk.get(&format!("/slides/{}", filled["id"])).await, filled);
    }

    async fn what_is_named_of_a_slide_changes_and_null_takes_away(app: TestApp) {
        let desk = Desk::open(&app).await;
        let image = |id: i64, name: &str| {
            json!({"id": id, "filename": name, "type_id": 1, "upload_by_id": null})
        };
        let mut expected = json!({
            "id": 1, "competition_id": 1, "order": 0, "title": "Ett", "timer": 60,
            "background_image": image(2, "b.png"),
        });
        assert_eq!(desk.get("/slides/1").await, expected);
        for (change, member, shown) in [
            (json!({"title": "Ny titel"}), "title", json!("Ny titel")),
            (json!({"title": ""}), "title", json!("")),
            (json!({"timer": 0}), "timer", json!(0)),
            (json!({"timer": 86_400}), "timer", json!(86_400)),
            (json!({"timer": null}), "timer", Value::Null),
            (json!({"background_image_id": 3}), "background_image", image(3, "c.png")),
            (json!({"background_image_id": null}), "background_image", Value::Null),
            // Of these null takes nothing away: they are always there.
            (json!({"title": null, "order": null}), "title", json!("")),
            (json!({}), "order", json!(0)),
        ] {
            expected[member] = shown;
            assert_eq!(desk.put("/slides/1", change.clone()).await, expected, "{change}");
            assert_eq!(desk.get("/slides/1").await, expected, "{change}");
        }
        let all = json!({"title": "Allt", "timer": 5, "background_image_id": 1, "order": 1});
        let changed = desk.put("/slides/1", all).await;
        assert_eq!(
            changed,
            json!({
                "id": 1, "competition_id": 1, "order": 1, "title": "Allt", "timer": 5,
                "background_image": image(1, "a.png"),
            })
        );
        assert_eq!(each(&desk.get("/slides").await, "id"), [2, 1]);
    }

    async fn a_moved_slide_stands_where_it_was_put_and_the_others_step_aside(app: TestApp) {
        let desk = Desk::open(&app).await;
        for _ in 0..2 {
            desk.post("/slides", json!({})).await;
        }
        for (slide, to, ids) in [
            (4, 0, [4, 1, 2, 3]),
            (4, 3, [1, 2, 3, 4]),
            (1, 2, [2, 3, 1, 4]),
            (3, 1, [2, 3, 1, 4]),
            (1, 1, [2, 1, 3, 4]),
        ] {
            let moved = desk.put(&format!("/slides/{slide}"), json!({"order": to})).await;
            assert_eq!(moved["order"], to);
            let slides = desk.get("/slides").await;
            assert_eq!(each(&slides, "id"), ids, "{slide} to {to}");
            assert_eq!(each(&slides, "order"), [0, 1, 2, 3], "{slide} to {to}");
            assert_eq!(each(&desk.get("").await["slides"], "id"), ids, "{slide} to {to}");
        }
    }

    async fn a_place_that_there_is_not_is_refused_with_all_else_that_was_asked(app: TestApp) {
        let desk = Desk::open(&app).await;
        let before = desk.everything().await;
        for order in [-1, 2, 99, i64::from(i32::MAX) + 1, i64::MAX, i64::MIN] {
            let body = json!({"order": order, "title": "Halv", "timer": 1});
            let answer = desk.send("PUT", "/slides/1", Some(body)).await;
            let error = answer.expect_error(400, "order_out_of_range");
            assert_eq!(error["field"], "order", "{order}");
        }
        assert_eq!(desk.everything().await, before);
    }

    async fn a_copied_slide_has_everything_and_stands_right_after_its_original(app: TestApp) {
        let desk = Desk::open(&app).await;
        desk.put("/slides/1", json!({"order": 1})).await;
        desk.put("/slides/1", json!({"order": 0})).await;
        let copy = desk.send("POST", "/slides/1/copy", None).await.expect(200);
        assert_eq!((&copy["title"], &copy["timer"]), (&json!("Ett"), &json!(60)));
        assert_eq!((&copy["order"], &copy["background_image"]["id"]), (&json!(1), &json!(2)));
        let rich = desk.get("").await;
        let slides = &rich["slides"];
        assert_eq!(each(slides, "id"), [json!(1), copy["id"].clone(), json!(2)]);
        assert_eq!(each(slides, "order"), [0, 1, 2]);
        // With the sub-question below the copied question, and the copied one in its component.
        assert_eq!(shape_of(&slides[1]), shape_of(&slides[0]));
        assert_eq!(slides[1]["components"][4]["question_id"], slides[1]["questions"][1]["id"]);
        assert_ne!(slides[1]["questions"][1]["id"], slides[0]["questions"][1]["id"]);
        for part in ["questions", "components"] {
            let of_original = each(&slides[0][part], "id");
            assert!(each(&slides[1][part], "id").iter().all(|id| !of_original.contains(id)));
        }
        // Nothing that a team did is copied, and the copy stays without the original.
        assert_eq!((app.count("answers").await, app.count("scores").await), (2, 2));
        let copied = slides[1].clone();
        desk.delete("/slides/1").await;
        let left = desk.get("").await;
        assert_eq!(each(&left["slides"], "order"), [0, 1]);
        assert_eq!(shape_of(&left["slides"][0]), shape_of(&copied));
    }

    async fn deleting_a_slide_takes_what_is_on_it_and_closes_the_gap(app: TestApp) {
        let desk = Desk::open(&app).await;
        desk.post("/slides", json!({})).await;
        desk.delete("/slides/1").await;
        let slides = desk.get("/slides").await;
        assert_eq!(each(&slides, "id"), [2, 3]);
        assert_eq!(each(&slides, "order"), [0, 1]);
        for (table, left) in [
            ("questions", 1),
            ("alternatives", 3),
            ("components", 0),
            ("answers", 0),
            ("scores", 0),
            ("teams", 2),
            ("media", 3),
        ] {
            assert_eq!(app.count(table).await, left, "{table}");
        }
        let again = desk.send("DELETE", "/slides/1", None).await;
        again.expect_error(404, "slide_not_found");
        // An id is not given out twice, and a competition may be without slides for a while.
        desk.delete("/slides/3").await;
        desk.delete("/slides/2").await;
        assert_eq!(desk.get("/slides").await, json!([]));
        let next = desk.post("/slides", json!({})).await;
        assert_eq!((&next["id"], &next["order"]), (&json!(4), &json!(0)));
    }

    async fn a_competition_has_a_thousand_slides_at_most(app: TestApp) {
        let desk = Desk::open(&app).await;
        let rows = numbers(2, 998, "1, i, ''");
        app.sql(format!("INSERT INTO slides (competition_id, position, title) {rows}")).await;
        let last = desk.post("/slides", json!({})).await;
        assert_eq!(last["order"], 999);
        for path in ["/slides", "/slides/1/copy"] {
            desk.send("POST", path, None).await.expect_error(409, "too_many");
        }
        assert_eq!(app.count("slides").await, 1000);
        desk.delete("/slides/2").await;
        let copy = desk.send("POST", "/slides/1/copy", None).await.expect(200);
        assert_eq!(copy["order"], 1);
        let orders = each(&desk.get("/slides").await, "order");
        assert_eq!(orders, (0..1000).collect::<Vec<_>>());
    }

    async fn an_unknown_image_is_no_background(app: TestApp) {
        let desk = Desk::open(&app).await;
        app.sql("UPDATE media SET type_id = 2 WHERE id = 3".to_owned()).await;
        for image in [0, 3, 99, i64::MAX] {
            let body = json!({"title": "Halv", "order": 1, "background_image_id": image});
            desk.refused("PUT", "/slides/1", body, "background_image_id").await;
        }
    }
}
