//! Creating, changing and deleting competitions.

use std::time::Duration;

use estrad_domain::types::View;
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use super::{empty, store_full};

async fn rich(app: &TestApp, token: &str, id: impl std::fmt::Display) -> Value {
    app.get(&format!("/api/competitions/{id}")).bearer(token).send().await.expect(200)
}

on_both_databases! {
    async fn a_new_competition_has_one_slide_and_three_codes(app: TestApp) {
        let admin = app.admin().await;
        let body = json!({"name": "Å Ä Ö final", "year": 2022, "city_id": 1});
        let created =
            app.post("/api/competitions").bearer(&admin).json(&body).send().await.expect(200);
        assert_eq!(
            created,
            json!({
                "id": 1, "name": "Å Ä Ö final", "year": 2022, "city_id": 1, "background_image": null,
                "fractions_allowed": false, "views": "legacy",
                "timer_restart": "allowed",
                "negative_allowed": false,
                "version": 1,
            })
        );
        let rich = rich(&app, &admin, 1).await;
        assert_eq!(rich["teams"], json!([]));
        assert_eq!(
            rich["slides"],
            json!([{
                "id": 1, "competition_id": 1, "order": 0, "title": "", "timer": null,
                "background_image": null, "questions": [], "components": [],
            }])
        );
        let codes = app.codes(1.into()).await;
        let views: Vec<View> = codes.iter().map(|code| code.view).collect();
        assert_eq!(views, [View::Judge, View::Audience, View::Operator]);
        assert!(codes.iter().all(|code| code.team_id.is_none()));
    }

    async fn the_year_is_this_year_when_left_out(app: TestApp) {
        let admin = app.admin().await;
        let create = async |name: &str| {
            let body = json!({"name": name, "city_id": 1});
            app.post("/api/competitions").bearer(&admin).json(&body).send().await.expect(200)
        };
        assert_eq!(create("Nu").await["year"], 2026);
        app.clock.advance(Duration::from_secs(40 * 24 * 3600));
        let admin = app.log_in("admin@test.se").await;
        let body = json!({"name": "Sen", "city_id": 1, "year": null});
        let later =
            app.post("/api/competitions").bearer(&admin).json(&body).send().await.expect(200);
        assert_eq!(later["year"], 2027);
    }

    async fn a_name_is_unique_in_its_year_and_city(app: TestApp) {
        let admin = app.admin().await;
        let city = app.city("Stockholm").await;
        let body = json!({"name": "Final", "year": 2026, "city_id": 1});
        let create = async |body: &Value| {
            app.post("/api/competitions").bearer(&admin).json(body).send().await
        };
        create(&body).await.expect(200);
        assert_eq!(
            create(&body).await.expect_error(409, "competition_name_taken")["field"],
            "name"
        );
        create(&json!({"name": "Final", "year": 2027, "city_id": 1})).await.expect(200);
        let other =
            create(&json!({"name": "Final", "year": 2026, "city_id": city})).await.expect(200);
        let path = format!("/api/competitions/{}", other["id"]);
        let moved = app.put(&path).bearer(&admin).json(&json!({"city_id": 1})).send().await;
        moved.expect_error(409, "competition_name_taken");
        assert_eq!(rich(&app, &admin, &other["id"]).await["version"], 1, "nothing of it was done");
    }

    async fn what_is_named_changes_and_the_rest_stays(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        app.city("Stockholm").await;
        let path = format!("/api/competitions/{id}");
        let edit =
            async |body: Value| app.put(&path).bearer(&admin).json(&body).send().await.expect(200);
        let image = |id: i64, name: &str| {
            json!({
                "id": id, "filename": name, "type_id": 1, "upload_by_id": null,
            })
        };
        let mut expected = json!({
            "id": 1, "name": "Final", "year": 2026, "city_id": 1,
            "background_image": image(1, "a.png"), "fractions_allowed": true,
            "timer_restart": "confirm", "views": "legacy", "negative_allowed": true, "version": 1,
        });
        for (version, (field, value)) in
            (2..).zip([("name", json!("Ändrad")), ("year", json!(2023)), ("city_id", json!(2))])
        {
            expected[field] = value.clone();
            expected["version"] = json!(version);
            assert_eq!(edit(json!({field: value})).await, expected);
        }
        for (version, id, shown) in
            [(5, json!(2), image(2, "b.png")), (6, Value::Null, Value::Null)]
        {
            expected["background_image"] = shown;
            expected["version"] = json!(version);
            assert_eq!(edit(json!({"background_image_id": id})).await, expected);
        }
        expected["version"] = json!(7);
        assert_eq!(edit(json!({})).await, expected);
        assert_eq!(rich(&app, &admin, id).await["version"], 7);
    }

    async fn an_unknown_city_or_image_is_a_field_at_fault(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        app.sql("UPDATE media SET type_id = 2 WHERE id = 3".to_owned()).await;
        let path = format!("/api/competitions/{id}");
        for (field, value) in [
            ("city_id", 99),
            ("background_image_id", 99),
            // A video is no image.
            ("background_image_id", 3),
        ] {
            let body = json!({"name": "Ändrad", field: value});
            let refused = app.put(&path).bearer(&admin).json(&body).send().await;
            assert_eq!(refused.expect_error(422, "validation_failed")["field"], field);
        }
        let rich = rich(&app, &admin, id).await;
        assert_eq!((&rich["name"], &rich["version"]), (&json!("Final"), &json!(1)));
        let body = json!({"name": "x", "city_id": 99});
        let refused = app.post("/api/competitions").bearer(&admin).json(&body).send().await;
        assert_eq!(refused.expect_error(422, "validation_failed")["field"], "city_id");
    }

    async fn editors_create_change_and_delete_in_their_own_city_only(app: TestApp) {
        let editor = app.editor("editor@test.se", "Linköping").await;
        let stockholm = app.city("Stockholm").await;
        let theirs = app.competition(empty("Deras", 2026), stockholm).await;
        let body = json!({"name": "Vår", "year": 2026, "city_id": 1});
        let own =
            app.post("/api/competitions").bearer(&editor).json(&body).send().await.expect(200);
        let body = json!({"name": "Deras 2", "year": 2026, "city_id": stockholm});
        let refused = app.post("/api/competitions").bearer(&editor).json(&body).send().await;
        refused.expect_error(401, "not_allowed");
        // Nor is it told which cities there are.
        let body = json!({"name": "Deras 2", "year": 2026, "city_id": 99});
        let refused = app.post("/api/competitions").bearer(&editor).json(&body).send().await;
        refused.expect_error(401, "not_allowed");

        let path = format!("/api/competitions/{theirs}");
        for body in [json!({"name": "Tagen"}), json!({"city_id": 1}), json!({"nosuch": 1})] {
            let refused = app.put(&path).bearer(&editor).json(&body).send().await;
            refused.expect_error(401, "not_allowed");
        }
        app.delete(&path).bearer(&editor).send().await.expect_error(401, "not_allowed");
        assert_eq!(rich(&app, &editor, theirs).await["name"], "Deras");

        let path = format!("/api/competitions/{}", own["id"]);
        let away = app.put(&path).bearer(&editor).json(&json!({"city_id": stockholm})).send().await;
        away.expect_error(401, "not_allowed");
        let stays = json!({"city_id": 1, "name": "Fortfarande vår"});
        app.put(&path).bearer(&editor).json(&stays).send().await.expect(200);
        app.delete(&path).bearer(&editor).send().await.expect(204);
        let gone = app.delete(&path).bearer(&editor).send().await;
        gone.expect_error(404, "competition_not_found");
    }

    async fn deleting_takes_everything_along_but_the_images(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        app.start_presentation(id).await;
        let city = app.city("Linköping").await;
        let other = app.competition(empty("Kvar", 2026), city).await;
        let path = format!("/api/competitions/{id}");
        app.delete(&path).bearer(&admin).send().await.expect(204);
        app.get(&path).bearer(&admin).send().await.expect_error(404, "competition_not_found");
        assert_eq!(app.codes(id).await.len(), 0);
        assert_eq!(app.codes(other).await.len(), 3);
        for (table, left) in [
            ("slides", 1),
            ("questions", 0),
            ("alternatives", 0),
            ("components", 0),
            ("teams", 0),
            ("answers", 0),
            ("scores", 0),
            ("presentations", 0),
            ("media", 3),
        ] {
            assert_eq!(app.count(table).await, left, "{table}");
        }
        // Its id is not given out again.
        let next = app.competition(empty("Nästa", 2026), city).await;
        assert!(next > other);
    }
}
