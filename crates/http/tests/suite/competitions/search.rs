//! `GET /api/competitions/search`

use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use super::empty;

async fn crowd(app: &TestApp) -> String {
    let admin = app.admin().await;
    let (linkoping, stockholm) = (app.city("Linköping").await, app.city("Stockholm").await);
    for (name, year, city) in [
        ("beta", 2025, linkoping),
        ("Alfa", 2025, linkoping),
        ("Örebro 50%", 2024, stockholm),
        ("alfa", 2026, stockholm),
        ("a_b", 2024, stockholm),
        ("Alfa", 2025, stockholm),
    ] {
        app.competition(empty(name, year), city).await;
    }
    admin
}

async fn search(app: &TestApp, token: &str, query: &str) -> Vec<String> {
    let found =
        app.get(&format!("/api/competitions/search{query}")).bearer(token).send().await.expect(200);
    let found = found.as_array().expect("a list").iter();
    found
        .map(|c| format!("{} {} {}", c["year"], c["name"].as_str().expect("a name"), c["city_id"]))
        .collect()
}

on_both_databases! {
    async fn the_newest_year_comes_first_then_the_name_in_any_case(app: TestApp) {
        let admin = crowd(&app).await;
        let all = [
            "2026 alfa 2",
            "2025 Alfa 1",
            "2025 Alfa 2",
            "2025 beta 1",
            "2024 a_b 2",
            "2024 Örebro 50% 2",
        ];
        for query in ["", "?year=0", "?name=&year=&city_id=", "?year=0&name=&nosuch=1"] {
            assert_eq!(search(&app, &admin, query).await, all, "{query}");
        }
        let first = app.get("/api/competitions/search?page_size=1").bearer(&admin).send().await;
        assert_eq!(
            first.json(),
            json!([{
                "id": 4, "name": "alfa", "year": 2026, "city_id": 2, "background_image": null,
                "fractions_allowed": false, "timer_restart": "allowed", "views": "legacy", "negative_allowed": false,
                "version": 1,
            }])
        );
    }

    async fn filters_narrow_together(app: TestApp) {
        let admin = crowd(&app).await;
        for (query, expected) in [
            ("?name=ALF", vec!["2026 alfa 2", "2025 Alfa 1", "2025 Alfa 2"]),
            ("?name=alfa&year=2025", vec!["2025 Alfa 1", "2025 Alfa 2"]),
            ("?name=alfa&year=2025&city_id=2", vec!["2025 Alfa 2"]),
            ("?city_id=1", vec!["2025 Alfa 1", "2025 beta 1"]),
            ("?name=%C3%B6REBRO", vec!["2024 Örebro 50% 2"]),
            ("?name=%25", vec!["2024 Örebro 50% 2"]),
            ("?name=_", vec!["2024 a_b 2"]),
            ("?name=+50", vec!["2024 Örebro 50% 2"]),
            ("?year=1900", vec![]),
            ("?year=-2025", vec![]),
            // What no year can be is found nowhere: 4294969321 is 2025 in 32 bits.
            ("?year=4294969321", vec![]),
            ("?city_id=99", vec![]),
        ] {
            assert_eq!(search(&app, &admin, query).await, expected, "{query}");
        }
    }

    async fn backgrounds_are_shown(app: TestApp) {
        let admin = app.admin().await;
        let city = app.city("Linköping").await;
        let image = app.image("a.png").await;
        let mut draft = empty("Final", 2026);
        draft.background_image = Some(image);
        app.competition(draft, city).await;
        let found = app.get("/api/competitions/search").bearer(&admin).send().await.expect(200);
        assert_eq!(
            found[0]["background_image"],
            json!({
                "id": image.0, "filename": "a.png", "type_id": 1, "upload_by_id": Value::Null,
            })
        );
    }

    async fn editors_find_those_of_all_cities(app: TestApp) {
        crowd(&app).await;
        let editor = app.editor("editor@test.se", "Linköping").await;
        assert_eq!(search(&app, &editor, "?city_id=2").await.len(), 4);
    }
}
