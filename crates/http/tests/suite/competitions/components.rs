//! `/api/competitions/{competition_id}/slides/{slide_id}/components`

use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, each, numbers};

const COMPONENTS: &str = "/slides/1/components";

async fn add(desk: &Desk<'_>, body: Value) -> Value {
    desk.post(COMPONENTS, body).await
}

fn size(component: &Value) -> [&Value; 4] {
    ["x", "y", "w", "h"].map(|member| &component[member])
}

on_both_databases! {
    async fn each_type_has_its_own_member_and_the_place_it_is_given(app: TestApp) {
        let desk = Desk::open(&app).await;
        let place = |id: i64, of: i64| {
            json!({
                "id": id, "slide_id": 1, "view_type_id": 2, "type_id": of,
                "x": -5, "y": 6, "w": 70, "h": 8,
            })
        };
        let with = |mut base: Value, member: &str, value: Value| {
            base[member] = value;
            base
        };
        let body = |of: i64| {
            json!({"view_type_id": 2, "type_id": of, "x": -5, "y": 6, "w": 70, "h": 8})
        };
        let text = add(&desk, with(body(1), "text", json!("<p>Hej</p>"))).await;
        assert_eq!(text, with(place(7, 1), "text", json!("<p>Hej</p>")));
        let uploaded = desk.upload(20, 10).await;
        let image = add(&desk, with(body(2), "media_id", json!(uploaded))).await;
        let media =
            json!({"id": uploaded, "filename": "bild.png", "type_id": 1, "upload_by_id": 1});
        assert_eq!(image, with(place(8, 2), "media", media));
        let question = add(&desk, with(body(3), "question_id", json!(1))).await;
        assert_eq!(question, with(place(9, 3), "question_id", json!(1)));
        for component in [text, image, question] {
            let path = format!("{COMPONENTS}/{}", component["id"]);
            assert_eq!(desk.get(&path).await, component);
        }
    }

    async fn what_is_left_out_stands_in_the_corner_one_pixel_large(app: TestApp) {
        let desk = Desk::open(&app).await;
        let text = add(&desk, json!({"type_id": 1, "view_type_id": 1})).await;
        assert_eq!(size(&text), [0, 0, 1, 1]);
        assert_eq!(text["text"], "");
        let nulls = json!({
            "type_id": 3, "view_type_id": 1, "question_id": 2, "x": null, "y": null, "w": null,
            "h": null, "text": null, "media_id": null,
        });
        let question = add(&desk, nulls).await;
        assert_eq!(size(&question), [0, 0, 1, 1]);
    }

    async fn an_image_has_its_own_size_but_no_more_than_600_pixels(app: TestApp) {
        let desk = Desk::open(&app).await;
        for (width, height, expected) in
            [(300, 200, [300, 200]), (1200, 300, [600, 150]), (90, 900, [60, 600])]
        {
            let id = desk.upload(width, height).await;
            let body = json!({"type_id": 2, "view_type_id": 1, "x": 4, "y": 5, "media_id": id});
            let image = add(&desk, body).await;
            assert_eq!(size(&image), [4, 5, expected[0], expected[1]]);
            let body = json!({"type_id": 2, "view_type_id": 1, "w": 7, "h": 9, "media_id": id});
            assert_eq!(size(&add(&desk, body).await), [0, 0, 7, 9]);
        }
    }

    async fn fractions_are_cut_off_and_bounds_are_kept(app: TestApp) {
        let desk = Desk::open(&app).await;
        let body = json!({
            "type_id": 1, "view_type_id": 1, "x": 1.9, "y": -1.9, "w": 350.5, "h": 0.99,
        });
        let added = add(&desk, body).await;
        assert_eq!(size(&added), [1, -1, 350, 0]);
        let path = format!("{COMPONENTS}/{}", added["id"]);
        let moved = desk.put(&path, json!({"x": -0.5, "y": 100_000.7})).await;
        assert_eq!(size(&moved), [0, 100_000, 350, 0]);
        let scaled = desk.put(&path, json!({"w": 1e2, "h": 12.0})).await;
        assert_eq!(size(&scaled), [0, 100_000, 100, 12]);
        for (field, bad) in [
            ("x", json!(100_001)),
            ("x", json!(-100_001)),
            ("y", json!(1e300)),
            ("y", json!(-1e300)),
            ("w", json!(-1)),
            ("h", json!(i64::MAX)),
            ("h", json!(i64::MIN)),
            ("w", json!("wide")),
            ("x", json!(true)),
            ("x", json!([])),
        ] {
            desk.refused("PUT", &path, json!({field: bad, "text": "Halv"}), field).await;
            let body = json!({"type_id": 1, "view_type_id": 1, field: bad});
            desk.refused("POST", COMPONENTS, body, field).await;
        }
    }

    async fn what_is_named_of_a_component_changes_and_the_rest_stays(app: TestApp) {
        let desk = Desk::open(&app).await;
        for (id, member, value, shown) in [
            (1, "text", json!("Ny"), json!("Ny")),
            (5, "question_id", json!(1), json!(1)),
            (
                6,
                "media_id",
                json!(2),
                json!({"id": 2, "filename": "b.png", "type_id": 1, "upload_by_id": null}),
            ),
        ] {
            let path = format!("{COMPONENTS}/{id}");
            let mut expected = desk.get(&path).await;
            expected[if member == "media_id" { "media" } else { member }] = shown;
            assert_eq!(desk.put(&path, json!({member: value})).await, expected);
            expected["x"] = json!(17);
            assert_eq!(desk.put(&path, json!({"x": 17})).await, expected);
            let nulls = json!({"x": null, "w": null, "text": null, "question_id": null});
            assert_eq!(desk.put(&path, nulls).await, expected);
            assert_eq!(desk.get(&path).await, expected);
        }
    }

    async fn content_of_another_type_is_refused(app: TestApp) {
        let desk = Desk::open(&app).await;
        let contents = [("text", json!("x")), ("media_id", json!(1)), ("question_id", json!(1))];
        for (component, own) in [(1, "text"), (5, "question_id"), (6, "media_id")] {
            let path = format!("{COMPONENTS}/{component}");
            for (member, value) in &contents {
                if *member != own {
                    let body = json!({"x": 99, *member: value});
                    desk.refused("PUT", &path, body, member).await;
                }
            }
        }
        for (of, body, field) in [
            (1, json!({"media_id": 1}), "text"),
            (2, json!({"text": "x"}), "media_id"),
            (3, json!({"media_id": 1}), "question_id"),
            (2, json!({}), "media_id"),
            (3, json!({}), "question_id"),
            (1, json!({"text": "x", "media_id": 1}), "media_id"),
            (2, json!({"media_id": 1, "question_id": 1}), "question_id"),
            (3, json!({"text": "x", "question_id": 1}), "question_id"),
        ] {
            let mut body = body;
            body["type_id"] = json!(of);
            body["view_type_id"] = json!(1);
            desk.refused("POST", COMPONENTS, body, field).await;
        }
        // What it is and for whom stays.
        desk.refused("PUT", &format!("{COMPONENTS}/1"), json!({"type_id": 1}), "type_id").await;
        let body = json!({"view_type_id": 1});
        desk.refused("PUT", &format!("{COMPONENTS}/1"), body, "view_type_id").await;
    }

    async fn only_media_and_questions_of_the_slide_are_shown(app: TestApp) {
        let desk = Desk::open(&app).await;
        for id in [0, -1, 99, i64::MAX] {
            let body = json!({"type_id": 2, "view_type_id": 1, "w": 1, "h": 1, "media_id": id});
            desk.refused("POST", COMPONENTS, body, "media_id").await;
            let body = json!({"x": 99, "media_id": id});
            desk.refused("PUT", &format!("{COMPONENTS}/6"), body, "media_id").await;
        }
        // Question 3 stands on the other slide.
        for id in [3, 0, -1, 99, i64::MAX] {
            let body = json!({"type_id": 3, "view_type_id": 1, "question_id": id});
            desk.refused("POST", COMPONENTS, body, "question_id").await;
            let body = json!({"x": 99, "question_id": id});
            desk.refused("PUT", &format!("{COMPONENTS}/5"), body, "question_id").await;
        }
    }

    async fn a_failure_of_the_storage_is_not_told_as_an_unknown_image(app: TestApp) {
        let desk = Desk::open(&app).await;
        let before = desk.everything().await;
        // The images of the full competition have no size, as no uploaded one is.
        let body = json!({"type_id": 2, "view_type_id": 1, "media_id": 1});
        let answer = desk.send("POST", COMPONENTS, Some(body)).await;
        answer.expect_error(500, "internal");
        assert_eq!(desk.everything().await, before);
    }

    async fn a_component_is_copied_to_a_view_at_the_same_place(app: TestApp) {
        let desk = Desk::open(&app).await;
        let mut expected = 7;
        for original in [1, 5, 6] {
            let mut copy = desk.get(&format!("{COMPONENTS}/{original}")).await;
            for view in View::ALL {
                let path = format!("{COMPONENTS}/{original}/copy/{}", view.id());
                copy["id"] = json!(expected);
                copy["view_type_id"] = json!(view.id());
                assert_eq!(desk.send("POST", &path, None).await.expect(200), copy);
                expected += 1;
            }
        }
        let before = desk.everything().await;
        for view in ["0", "5", "-1", "99999999999"] {
            let path = format!("{COMPONENTS}/1/copy/{view}");
            desk.send("POST", &path, None).await.expect_error(404, "view_not_found");
        }
        for view in ["Judge", "null", "1.0", "99999999999999999999"] {
            let path = format!("{COMPONENTS}/1/copy/{view}");
            assert_eq!(desk.send("POST", &path, None).await.status, 404, "{view}");
        }
        let path = format!("{COMPONENTS}/99/copy/1");
        desk.send("POST", &path, None).await.expect_error(404, "component_not_found");
        assert_eq!(desk.everything().await, before);
    }

    async fn texts_are_stored_and_answered_without_what_could_act(app: TestApp) {
        let desk = Desk::open(&app).await;
        let formatted = "<p style=\"text-align: center;\"><strong>Fråga</strong> <em>ett</em></p>";
        let attacked = format!(
            "<script>alert(1)</script>{formatted}<p onclick=\"alert(2)\" id=\"root\">två</p>\
             <a href=\"javascript:alert(3)\">tre</a><img src=\"x\" onerror=\"alert(4)\">"
        );
        let body = json!({"type_id": 1, "view_type_id": 1, "text": attacked});
        let added = add(&desk, body).await;
        let path = format!("{COMPONENTS}/{}", added["id"]);
        let stored = added["text"].as_str().expect("a text").to_owned();
        assert!(stored.starts_with(formatted), "{stored}");
        for (kept, gone) in [("två", "onclick"), ("tre", "javascript"), ("<img", "onerror")] {
            assert!(stored.contains(kept) && !stored.contains(gone), "{stored}");
        }
        assert!(!stored.contains("script") && !stored.contains("alert"), "{stored}");
        assert!(!stored.contains("root"), "{stored}");
        assert_eq!(desk.get(&path).await, added);
        // So by an edit, what was cleaned before stays as it is, and so does what is copied.
        desk.put(&path, json!({"text": "x"})).await;
        assert_eq!(desk.put(&path, json!({"text": attacked})).await, added);
        assert_eq!(desk.put(&path, json!({"text": stored})).await, added);
        let copy = desk.send("POST", &format!("{path}/copy/3"), None).await.expect(200);
        assert_eq!(copy["text"], added["text"]);
        let rich = desk.get("").await;
        assert_eq!(rich["slides"][0]["components"][6], added);
    }

    async fn html_that_is_too_much_is_refused(app: TestApp) {
        let desk = Desk::open(&app).await;
        let path = format!("{COMPONENTS}/1");
        let longest = "x".repeat(65_536);
        assert_eq!(desk.put(&path, json!({"text": longest})).await["text"], longest.as_str());
        for text in [
            "x".repeat(65_537),
            // 30,000 characters, each five once they are escaped.
            "&".repeat(30_000),
            "<b>".repeat(1_000),
            "<br>".repeat(11_000),
            "a\0b".to_owned(),
        ] {
            desk.refused("PUT", &path, json!({"x": 99, "text": text}), "text").await;
            let body = json!({"type_id": 1, "view_type_id": 1, "text": text});
            desk.refused("POST", COMPONENTS, body, "text").await;
        }
    }

    async fn a_deleted_component_is_gone_and_what_it_showed_stays(app: TestApp) {
        let desk = Desk::open(&app).await;
        for id in [1, 5, 6] {
            let path = format!("{COMPONENTS}/{id}");
            desk.delete(&path).await;
            for method in ["GET", "DELETE"] {
                let gone = desk.send(method, &path, None).await;
                gone.expect_error(404, "component_not_found");
            }
        }
        assert_eq!(each(&desk.get(COMPONENTS).await, "id"), [2, 3, 4]);
        assert_eq!((app.count("questions").await, app.count("media").await), (3, 3));
    }

    async fn a_slide_has_five_hundred_components_at_most(app: TestApp) {
        let desk = Desk::open(&app).await;
        let rows = numbers(7, 499, "1, 1, 1, 0, 0, 1, 1, ''");
        let columns = "slide_id, view_type_id, type_id, x, y, w, h, text";
        app.sql(format!("INSERT INTO components ({columns}) {rows}")).await;
        desk.send("POST", &format!("{COMPONENTS}/1/copy/2"), None).await.expect(200);
        let copy = desk.send("POST", &format!("{COMPONENTS}/1/copy/2"), None).await;
        copy.expect_error(409, "too_many");
        let body = json!({"type_id": 1, "view_type_id": 1});
        let more = desk.send("POST", COMPONENTS, Some(body)).await;
        more.expect_error(409, "too_many");
        assert_eq!(app.count("components").await, 500);
    }

    async fn teams_and_the_audience_read_what_is_placed_for_them(app: TestApp) {
        let desk = Desk::open(&app).await;
        app.start_presentation(desk.id).await;
        let all = desk.get(COMPONENTS).await;
        let views = each(&all, "view_type_id");
        for view in View::ALL {
            let screen = app.open_screen(desk.id, *view).await;
            let kept_from = matches!(view, View::Team | View::Audience);
            let path = format!("/api/competitions/{}{COMPONENTS}", desk.id);
            let shown = app.get(&path).bearer(&screen).send().await.expect(200);
            let expected: Vec<&Value> = all
                .as_array()
                .expect("a list")
                .iter()
                .filter(|c| !kept_from || c["view_type_id"] == 1 || c["view_type_id"] == 3)
                .collect();
            assert_eq!(shown, json!(expected), "{view:?}");
            for (component, of) in all.as_array().expect("a list").iter().zip(&views) {
                let path = format!("{path}/{}", component["id"]);
                let answer = app.get(&path).bearer(&screen).send().await;
                if kept_from && (of == 2 || of == 4) {
                    answer.expect_error(404, "component_not_found");
                } else {
                    assert_eq!(answer.expect(200), *component, "{view:?}");
                }
            }
        }
    }
}
