//! `POST /api/competitions/{competition_id}/copy`

use std::collections::HashSet;

use estrad_domain::CompetitionId;
use estrad_domain::types::View;
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use super::desk::numbers;
use super::{empty, store_full};

async fn rich(app: &TestApp, token: &str, id: &Value) -> Value {
    app.get(&format!("/api/competitions/{id}")).bearer(token).send().await.expect(200)
}

/// The same with each id of a part replaced by the place where it first stood: what is left is the
/// shape, in which parts that refer to each other still do.
pub(super) fn shape(mut rich: Value) -> Value {
    let mut question_places = Vec::new();
    for (s, slide) in rich["slides"].as_array_mut().expect("a list").iter_mut().enumerate() {
        slide["id"] = json!(s);
        slide["competition_id"] = json!(0);
        for question in slide["questions"].as_array_mut().expect("a list") {
            question_places.push(question["id"].clone());
            question["slide_id"] = json!(s);
            question["id"] = json!(question_places.len());
            let parent = question.get("parent_id").cloned();
            if let Some(parent) = parent {
                let place = question_places.iter().position(|id| *id == parent);
                question["parent_id"] = json!(place.expect("a question before it"));
            }
            for (a, alternative) in
                question["alternatives"].as_array_mut().expect("a list").iter_mut().enumerate()
            {
                alternative["id"] = json!(a);
                alternative["question_id"] = json!(question_places.len());
            }
        }
        for (c, component) in
            slide["components"].as_array_mut().expect("a list").iter_mut().enumerate()
        {
            component["id"] = json!(c);
            component["slide_id"] = json!(s);
            let shown = component.get("question_id").cloned();
            if let Some(shown) = shown {
                let place = question_places.iter().position(|id| *id == shown);
                component["question_id"] =
                    json!(place.expect("a question of the same competition"));
            }
        }
    }
    rich["slides"].take()
}

on_both_databases! {
    async fn a_copy_has_everything_but_the_teams_and_stands_on_its_own(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        let original = rich(&app, &admin, &json!(id.0)).await;
        let copied = app
            .post(&format!("/api/competitions/{id}/copy"))
            .bearer(&admin)
            .send()
            .await
            .expect(200);
        assert_eq!(copied["name"], "Kopia av Final");
        assert_eq!(
            (&copied["year"], &copied["city_id"], &copied["version"]),
            (&json!(2026), &json!(1), &json!(1))
        );
        assert_eq!(copied["background_image"], original["background_image"]);
        let copy = rich(&app, &admin, &copied["id"]).await;
        assert_eq!(copy["teams"], json!([]));
        assert_eq!(shape(copy.clone()), shape(original.clone()));
        let ids = |rich: &Value| -> HashSet<String> {
            rich["slides"].as_array().expect("a list").iter().map(|s| s["id"].to_string()).collect()
        };
        assert!(ids(&copy).is_disjoint(&ids(&original)));
        // Taking the original away leaves the copy whole.
        app.delete(&format!("/api/competitions/{id}")).bearer(&admin).send().await.expect(204);
        assert_eq!(rich(&app, &admin, &copied["id"]).await, copy);
    }

    async fn a_copy_has_codes_of_its_own(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        let copied = app
            .post(&format!("/api/competitions/{id}/copy"))
            .bearer(&admin)
            .send()
            .await
            .expect(200);
        let codes = app.codes(copied["id"].as_i64().expect("an id").into()).await;
        let views: Vec<View> = codes.iter().map(|code| code.view).collect();
        assert_eq!(views, [View::Judge, View::Audience, View::Operator]);
        let old: HashSet<_> = app.codes(id).await.into_iter().map(|code| code.code).collect();
        assert!(codes.iter().all(|code| !old.contains(&code.code)));
    }

    async fn further_copies_have_names_of_their_own(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        let copy = async |id: &str| {
            let copied =
                app.post(&format!("/api/competitions/{id}/copy")).bearer(&admin).send().await;
            copied.expect(200)
        };
        assert_eq!(copy(&id.to_string()).await["name"], "Kopia av Final");
        let second = copy(&id.to_string()).await;
        assert_eq!(second["name"], "Kopia 2 av Final");
        assert_eq!(copy(&id.to_string()).await["name"], "Kopia 3 av Final");
        assert_eq!(copy(&second["id"].to_string()).await["name"], "Kopia av Kopia 2 av Final");
        app.put(&format!("/api/competitions/{id}"))
            .bearer(&admin)
            .json(&json!({"name": "x".repeat(254)}))
            .send()
            .await
            .expect(200);
        let long = copy(&id.to_string()).await;
        assert_eq!(long["name"].as_str().expect("a name").chars().count(), 254);
    }

    async fn an_editor_copies_from_another_city_into_their_own(app: TestApp) {
        let id = store_full(&app).await;
        let (own, other) = (
            app.editor("own@test.se", "Linköping").await,
            app.editor("other@test.se", "Stockholm").await,
        );
        for (token, city) in [(own, 1), (other, 2)] {
            let copied =
                app.post(&format!("/api/competitions/{id}/copy")).bearer(&token).send().await;
            let copied = copied.expect(200);
            assert_eq!(
                (&copied["city_id"], &copied["name"]),
                (&json!(city), &json!("Kopia av Final"))
            );
            let path = format!("/api/competitions/{}", copied["id"]);
            app.put(&path).bearer(&token).json(&json!({"year": 2027})).send().await.expect(200);
        }
    }

    async fn what_is_not_there_is_not_copied(app: TestApp) {
        let admin = app.admin().await;
        let missing = app.post("/api/competitions/999/copy").bearer(&admin).send().await;
        missing.expect_error(404, "competition_not_found");
    }

    async fn an_admin_sends_a_copy_to_each_of_several_cities(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        let (b, c) = (app.city("Stockholm").await, app.city("Falun").await);
        app.competition(empty("Final", 2026), c).await;
        let copies = app
            .post(&format!("/api/competitions/{id}/copy"))
            .bearer(&admin)
            .json(&json!({"city_ids": [c, 1, b]}))
            .send()
            .await
            .expect(200);
        let told: Vec<Value> = copies
            .as_array()
            .expect("a list")
            .iter()
            .map(|copy| json!([copy["city_id"], copy["name"], copy["year"], copy["version"]]))
            .collect();
        // The name stays where it is free, which it is not in the original's own city.
        assert_eq!(
            told,
            [
                json!([c, "Kopia av Final", 2026, 1]),
                json!([1, "Kopia av Final", 2026, 1]),
                json!([b, "Final", 2026, 1]),
            ]
        );
        let original = rich(&app, &admin, &json!(id.0)).await;
        let mut codes = HashSet::new();
        for copy in copies.as_array().expect("a list") {
            let copied = rich(&app, &admin, &copy["id"]).await;
            assert_eq!(copied["teams"], json!([]));
            assert_eq!(shape(copied), shape(original.clone()));
            for code in app.codes(copy["id"].as_i64().expect("an id").into()).await {
                assert!(codes.insert(code.code));
            }
        }
        assert_eq!(codes.len(), 9);
    }

    async fn one_city_is_answered_as_a_list_too_and_none_named_as_one(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        let city = app.city("Stockholm").await;
        let copy = async |body: Value| {
            let path = format!("/api/competitions/{id}/copy");
            app.post(&path).bearer(&admin).json(&body).send().await.expect(200)
        };
        let list = copy(json!({"city_ids": [city]})).await;
        assert_eq!(list[0]["name"], "Final");
        assert_eq!(list.as_array().map(Vec::len), Some(1));
        assert_eq!(copy(json!({})).await["name"], "Kopia av Final");
        assert_eq!(copy(json!({"city_ids": null})).await["name"], "Kopia 2 av Final");
        // Once more to the same city, where the name is no longer free.
        assert_eq!(copy(json!({"city_ids": [city]})).await[0]["name"], "Kopia av Final");
    }

    async fn an_editor_sends_copies_to_their_own_city_only(app: TestApp) {
        let id = store_full(&app).await;
        let city = app.city("Stockholm").await;
        let editor = app.editor("editor@test.se", "Stockholm").await;
        let copy = async |cities: Value| {
            let path = format!("/api/competitions/{id}/copy");
            let request = app.post(&path).bearer(&editor).json(&json!({"city_ids": cities}));
            request.send().await
        };
        for cities in [json!([1]), json!([city, 1]), json!([99]), json!([city, 99])] {
            copy(cities).await.expect_error(401, "not_allowed");
        }
        assert_eq!(app.count("competitions").await, 1);
        let copies = copy(json!([city])).await.expect(200);
        assert_eq!((&copies[0]["city_id"], &copies[0]["name"]), (&json!(city), &json!("Final")));
    }

    async fn cities_that_are_unknown_too_many_or_named_twice_get_no_copies(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        let city = app.city("Stockholm").await;
        let copy = async |cities: Value| {
            let path = format!("/api/competitions/{id}/copy");
            let request = app.post(&path).bearer(&admin).json(&json!({"city_ids": cities}));
            request.send().await
        };
        let hundred_and_one: Vec<i64> = (1..=101).collect();
        for bad in [
            json!([]),
            json!(hundred_and_one),
            json!([city, city]),
            json!([city, 1, city]),
            json!(1),
            json!("1"),
            json!({}),
            json!([city, "x"]),
            json!([city, null]),
            json!([[city]]),
            // The first could be made, the second is not there.
            json!([city, 99]),
            json!([city, i64::MAX]),
            json!([0]),
        ] {
            let answer = copy(bad.clone()).await;
            assert_eq!(answer.status, 422, "{bad} {}", answer.text());
            let error = answer.expect_error(422, "validation_failed");
            assert_eq!(error["field"], "city_ids", "{bad} {error}");
        }
        for (table, rows) in [("competitions", 1), ("slides", 2), ("codes", 5)] {
            assert_eq!(app.count(table).await, rows, "{table}");
        }
    }

    async fn a_hundred_cities_get_their_copies(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        let mut cities = Vec::new();
        for number in 1..=100 {
            cities.push(app.city(&format!("Stad {number}")).await);
        }
        let path = format!("/api/competitions/{id}/copy");
        let body = json!({"city_ids": cities});
        let copies = app.post(&path).bearer(&admin).json(&body).send().await.expect(200);
        assert_eq!(copies.as_array().map(Vec::len), Some(100));
        assert_eq!((app.count("slides").await, app.count("components").await), (202, 606));
    }

    async fn copies_take_the_teams_along_where_that_is_asked_for(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        app.city("Kiruna").await;
        // Two that nobody tells apart, from before that was refused.
        app.sql("INSERT INTO teams (competition_id, name) VALUES (1, 'ａ')".to_owned()).await;
        let copy = async |body: Value| {
            app.post(&format!("/api/competitions/{id}/copy")).bearer(&admin).json(&body).send().await
        };
        let one = copy(json!({"with_teams": true})).await.expect(200);
        let each = copy(json!({"with_teams": true, "city_ids": [1, 2]})).await.expect(200);
        let mut seen: HashSet<String> = HashSet::new();
        for copied in [&one, &each[0], &each[1]] {
            let copy = rich(&app, &admin, &copied["id"]).await;
            let teams = copy["teams"].as_array().expect("a list");
            let names: Vec<_> = teams.iter().map(|team| team["name"].clone()).collect();
            assert_eq!(names, ["A", "B", "ａ"]);
            for team in teams {
                assert_eq!(team["question_alternative_answers"], json!([]));
                assert_eq!(team["question_scores"], json!([]));
            }
            let codes = app.codes(CompetitionId(copied["id"].as_i64().expect("an id"))).await;
            assert_eq!(codes.iter().filter(|code| code.view == View::Team).count(), 3);
            assert!(codes.iter().all(|code| seen.insert(code.code.as_str().to_owned())));
        }
        for without in [json!({"with_teams": false}), json!({"with_teams": null}), json!({})] {
            let copied = copy(without).await.expect(200);
            assert_eq!(rich(&app, &admin, &copied["id"]).await["teams"], json!([]));
        }
        let refused = copy(json!({"with_teams": "perhaps"})).await;
        assert_eq!(refused.expect_error(422, "validation_failed")["field"], "with_teams");
        let rows = numbers(1, 10_000, "1, 'Lag ' || i");
        app.sql(format!("INSERT INTO teams (competition_id, name) {rows}")).await;
        let before = app.count("competitions").await;
        let many = copy(json!({"with_teams": true, "city_ids": [1, 2]})).await;
        many.expect_error(409, "too_many");
        assert_eq!(app.count("competitions").await, before);
    }
}
