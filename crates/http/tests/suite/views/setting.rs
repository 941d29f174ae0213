//! Where a competition gets its `views` from, and who changes them.

use std::collections::BTreeMap;
use std::io::Cursor;

use estrad_bundle::{Document, MediaFile, write};
use estrad_domain::draft::CompetitionDraft;
use estrad_domain::views::Views;
use estrad_testkit::{TestApp, TestSettings, on_both_databases};
use serde_json::{Value, json};

async fn create(app: &TestApp, token: &str, body: Value) -> Value {
    let answer = app.post("/api/competitions").bearer(token).json(&body).send().await;
    answer.expect(200)
}

on_both_databases! {
    async fn a_competition_says_when_its_slides_may_be_read(app: TestApp) {
        let admin = app.admin().await;
        let plain = create(&app, &admin, json!({"name": "Plain", "city_id": 1})).await;
        assert_eq!(plain["views"], "legacy");
        let body = json!({"name": "Secret", "city_id": 1, "views": "as_shown"});
        let secret = create(&app, &admin, body).await;
        assert_eq!(secret["views"], "as_shown");

        let path = format!("/api/competitions/{}", plain["id"]);
        let change = app.put(&path).bearer(&admin).json(&json!({"views": "as_shown"}));
        let changed = change.send().await.expect(200);
        assert_eq!((&changed["views"], &changed["version"]), (&json!("as_shown"), &json!(2)));
        let read = app.get(&path).bearer(&admin).send().await.expect(200);
        assert_eq!(read["views"], "as_shown");
        // What is left out stays.
        let rename = app.put(&path).bearer(&admin).json(&json!({"name": "Other"}));
        assert_eq!(rename.send().await.expect(200)["views"], "as_shown");
        let found = app.get("/api/competitions/search").bearer(&admin).send().await.expect(200);
        let views: Vec<&Value> =
            found.as_array().expect("a list").iter().map(|item| &item["views"]).collect();
        assert_eq!(views, ["as_shown", "as_shown"]);
    }

    async fn views_are_one_of_two_words(app: TestApp) {
        let admin = app.admin().await;
        create(&app, &admin, json!({"name": "Plain", "city_id": 1})).await;
        for wrong in [json!("never"), json!(""), json!("AS_SHOWN"), json!(1), json!(true)] {
            let body = json!({"name": "x", "city_id": 1, "views": wrong});
            let new = app.post("/api/competitions").bearer(&admin).json(&body).send().await;
            assert_eq!(new.expect_error(422, "validation_failed")["field"], "views", "{wrong}");
            let change = app.put("/api/competitions/1").bearer(&admin);
            let changed = change.json(&json!({"views": wrong})).send().await;
            assert_eq!(changed.expect_error(422, "validation_failed")["field"], "views", "{wrong}");
        }
    }

    async fn a_copy_and_a_bundle_keep_the_views(app: TestApp) {
        let admin = app.admin().await;
        let body = json!({"name": "Secret", "city_id": 1, "views": "as_shown"});
        create(&app, &admin, body).await;
        let copy = app.post("/api/competitions/1/copy").bearer(&admin).send().await.expect(200);
        assert_eq!(copy["views"], "as_shown");
        let bundle = app.get("/api/competitions/1/export").bearer(&admin).send().await;
        let import = app.post("/api/competitions/import?name=Imported").bearer(&admin);
        let import = import.body("application/zip", bundle.bytes);
        assert_eq!(import.send().await.expect(200)["views"], "as_shown");
    }
}

fn as_shown() -> TestSettings {
    let mut settings = TestSettings::default();
    settings.http.policy.views = Views::AsShown;
    settings
}

on_both_databases! {
    settings = as_shown();

    async fn new_competitions_get_the_views_of_the_setting(app: TestApp) {
        let admin = app.admin().await;
        let new = create(&app, &admin, json!({"name": "New", "city_id": 1})).await;
        assert_eq!(new["views"], "as_shown");
        let body = json!({"name": "Legacy", "city_id": 1, "views": "legacy"});
        assert_eq!(create(&app, &admin, body).await["views"], "legacy");
    }

    async fn bundles_that_say_nothing_get_the_views_of_the_setting(app: TestApp) {
        let admin = app.admin().await;
        // As a server wrote it that knew nothing of them.
        let draft = CompetitionDraft { name: "Old".into(), year: 2025, ..Default::default() };
        let document = Document::new(&draft, &BTreeMap::new()).expect("a document");
        assert!(!serde_json::to_string(&document).expect("JSON").contains("views"));
        let nothing = |_: &MediaFile| Ok(Cursor::new(Vec::new()));
        let bundle = write(Cursor::new(Vec::new()), &document, nothing).expect("a bundle");
        let import = app.post("/api/competitions/import").bearer(&admin);
        let import = import.body("application/zip", bundle.into_inner());
        assert_eq!(import.send().await.expect(200)["views"], "as_shown");
    }
}
