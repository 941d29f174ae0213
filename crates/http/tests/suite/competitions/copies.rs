//! `POST /api/competitions/{competition_id}/copy`

use std::collections::HashSet;

use estrad_domain::types::View;
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use super::store_full;

async fn rich(app: &TestApp, token: &str, id: &Value) -> Value {
    app.get(&format!("/api/competitions/{id}")).bearer(token).send().await.expect(200)
}

/// The same with each id of a part replaced by the place where it first stood: what is left is the
/// shape, in which parts that refer to each other still do.
fn shape(mut rich: Value) -> Value {
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
}
