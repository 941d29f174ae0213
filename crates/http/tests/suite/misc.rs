//! `/api/misc`: types, roles and statistics.

use estrad_domain::draft::CompetitionDraft;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

on_both_databases! {
    async fn the_types_are_there_for_everybody_with_their_fixed_ids(app: TestApp) {
        let types = app.get("/api/misc/types").send().await.expect(200);
        let list = |name: &str| -> Vec<(i64, String)> {
            let text = |value: &Value| value.as_str().expect("a name").to_owned();
            let items = types[name].as_array().expect("a list").iter();
            items.map(|t| (t["id"].as_i64().expect("an id"), text(&t["name"]))).collect()
        };
        let expected = |names: &[&str]| -> Vec<(i64, String)> {
            (1..).zip(names.iter().map(ToString::to_string)).collect()
        };
        assert_eq!(list("media_types"), expected(&["Image", "Video"]));
        assert_eq!(list("component_types"), expected(&["Text", "Image", "Question"]));
        assert_eq!(list("view_types"), expected(&["Team", "Judge", "Audience", "Operator"]));
        assert_eq!(
            list("question_types")[..5],
            expected(&["Text", "Practical", "Multiple", "Single", "Match"])
        );
        assert!(list("question_types").iter().zip(1..).all(|((id, _), n)| *id == n));
    }

    async fn roles_are_for_users_only(app: TestApp) {
        let editor = app.editor("editor@test.se", "Linköping").await;
        let roles = app.get("/api/misc/roles").bearer(&editor).send().await.expect(200);
        assert_eq!(roles, json!([{"id": 1, "name": "Admin"}, {"id": 2, "name": "Editor"}]));
        app.get("/api/misc/roles").send().await.expect_error(401, "token_missing");
    }

    async fn statistics_count_what_is_there_now(app: TestApp) {
        let admin = app.admin().await;
        let read = async || app.get("/api/misc/statistics").bearer(&admin).send().await.expect(200);
        assert_eq!(read().await, json!({"users": 1, "competitions": 0, "regions": 1}));
        app.editor("editor@test.se", "Stockholm").await;
        let city = app.city("Linköping").await;
        let draft = CompetitionDraft { name: "Final".into(), year: 2026, ..Default::default() };
        let id = app.competition(draft, city).await;
        assert_eq!(read().await, json!({"users": 2, "competitions": 1, "regions": 2}));
        app.delete(&format!("/api/competitions/{id}")).bearer(&admin).send().await.expect(204);
        assert_eq!(read().await, json!({"users": 2, "competitions": 0, "regions": 2}));
    }

    async fn cities_are_for_admins_to_change_and_for_editors_to_read(app: TestApp) {
        let editor = app.editor("editor@test.se", "Linköping").await;
        app.get("/api/misc/cities").bearer(&editor).send().await.expect(200);
        let body = json!({"name": "Luleå"});
        for (method, path) in [
            ("POST", "/api/misc/cities"),
            ("PUT", "/api/misc/cities/1"),
            ("DELETE", "/api/misc/cities/1"),
        ] {
            let refused = app.request(method, path).bearer(&editor).json(&body).send().await;
            refused.expect_error(401, "not_allowed");
        }
    }
}
