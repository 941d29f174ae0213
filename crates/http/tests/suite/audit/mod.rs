//! `GET /api/audit`: who changed what outside presentations.

mod walk;

use std::time::Duration;

use estrad_domain::clock::Clock as _;
use estrad_domain::draft::{CompetitionDraft, SlideDraft};
use estrad_domain::types::View;
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

/// What the log says, the newest first.
async fn entries(app: &TestApp, token: &str, query: &str) -> Vec<Value> {
    let path = format!("/api/audit?page_size=100&{query}");
    let found = app.get(&path).bearer(token).send().await.expect(200);
    found.as_array().expect("a list").clone()
}

fn draft(name: &str) -> CompetitionDraft {
    CompetitionDraft {
        name: name.to_owned(),
        year: 2026,
        slides: vec![SlideDraft::default()],
        ..CompetitionDraft::default()
    }
}

on_both_databases! {
    async fn it_says_who_changed_what_and_when_but_no_values(app: TestApp) {
        let admin = app.admin().await;
        let new = json!({
            "email": "carl@test.se", "password": "a secret of carl", "role_id": 2, "city_id": 1,
            "name": "Carl",
        });
        app.post("/api/users").bearer(&admin).json(&new).send().await.expect(200);
        let id = app.competition(draft("Final"), 1.into()).await;
        app.clock.advance(Duration::from_secs(60));
        let path = format!("/api/competitions/{id}");
        let change = json!({"name": "Semifinal", "year": 2027});
        let login = json!({"email": "carl@test.se", "password": "a secret of carl"});
        let carl = app.post("/api/auth/login").json(&login).send().await.expect(200);
        let carl = carl["access_token"].as_str().expect("a token").to_owned();
        app.put(&path).bearer(&carl).json(&change).send().await.expect(200);

        let found = entries(&app, &admin, "").await;
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0], json!({
            "id": found[0]["id"], "at": "2026-11-22T12:01:00Z", "by": "user", "user_id": 2,
            "user": {"email": "carl@test.se", "name": "Carl"}, "action": "EditCompetition",
            "change": "change", "competition_id": id.0, "target": "competition",
            "target_ids": [id.0], "fields": ["name", "year"],
        }));
        assert_eq!(found[1]["action"], "ManageUsers");
        assert_eq!(found[1]["change"], "create");
        assert_eq!((&found[1]["target"], &found[1]["target_ids"]), (&json!("user"), &json!([2])));
        let fields = json!(["city_id", "email", "name", "password", "role_id"]);
        let mut named: Vec<String> =
            serde_json::from_value(found[1]["fields"].clone()).expect("names");
        named.sort();
        assert_eq!(json!(named), fields);
        let all = json!(found).to_string();
        assert!(!all.contains("secret") && !all.contains("Semifinal"), "{all}");

        // Who is gone is a number.
        app.delete("/api/users/2").bearer(&admin).send().await.expect(204);
        let found = entries(&app, &admin, "user_id=2").await;
        assert_eq!((found.len(), &found[0]["user"]), (1, &Value::Null));
    }

    async fn it_is_searched_in_pages_the_newest_first(app: TestApp) {
        let admin = app.admin().await;
        let first = app.competition(draft("First"), 1.into()).await;
        let second = app.competition(draft("Second"), 1.into()).await;
        for id in [first, second, first] {
            app.clock.advance(Duration::from_secs(60));
            let path = format!("/api/competitions/{id}/teams");
            let name = json!({"name": app.clock.now().to_rfc3339()});
            app.post(&path).bearer(&admin).json(&name).send().await.expect(200);
        }
        app.post("/api/misc/cities").bearer(&admin).json(&json!({"name": "Kiruna"})).send().await
            .expect(200);
        let teams = async |query: &str| {
            let found = entries(&app, &admin, query).await;
            found.iter().map(|entry| entry["target_ids"][0].clone()).collect::<Vec<_>>()
        };
        assert_eq!(teams("action=EditCompetition").await, [3, 2, 1]);
        assert_eq!(teams(&format!("competition_id={first}")).await, [3, 1]);
        assert_eq!(teams("action=ManageCities").await, [2]);
        assert_eq!(teams("user_id=1").await.len(), 4);
        assert_eq!(teams("user_id=2").await.len(), 0);
        assert_eq!(
            teams("since=2026-11-22T12:02:00Z&until=2026-11-22T12:03:00Z").await, [2],
            "the first moment, and the one after the last"
        );
        let page = app.get("/api/audit?page=2&page_size=3").bearer(&admin).send().await;
        assert_eq!(page.pagination()["total"], 4);
        assert_eq!(page.expect(200)[0]["target_ids"], json!([1]));
        let bad = app.get("/api/audit?since=noon").bearer(&admin).send().await;
        bad.expect_error(422, "validation_failed");
    }

    async fn what_is_not_done_is_not_in_it(app: TestApp) {
        let admin = app.admin().await;
        let id = app.competition(draft("Final"), 1.into()).await;
        let path = format!("/api/competitions/{id}");
        let before = app.count("audit_log").await;
        app.put(&path).bearer(&admin).json(&json!({"year": 0})).send().await.expect(422);
        let stale = app.put(&path).bearer(&admin).header("if-match", "\"1-99-all\"");
        stale.json(&json!({"year": 2027})).send().await.expect_error(412, "other_version");
        app.delete("/api/misc/cities/1").bearer(&admin).send().await
            .expect_error(409, "city_in_use");
        app.delete("/api/users/77").bearer(&admin).send().await.expect(404);
        assert_eq!(app.count("audit_log").await, before);
    }

    async fn only_admins_read_it(app: TestApp) {
        let id = app.competition(draft("Final"), app.city("Kiruna").await).await;
        let editor = app.editor("editor@test.se", "Kiruna").await;
        let operator = app.open_screen(id, View::Operator).await;
        for token in [&editor, &operator] {
            app.get("/api/audit").bearer(token).send().await.expect_error(401, "not_allowed");
        }
    }
}
