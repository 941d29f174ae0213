//! `/api/users`

use estrad_domain::CityId;
use estrad_domain::types::Role;
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

/// Searches and gives the names that are found.
async fn names(app: &TestApp, token: &str, query: &str) -> Vec<String> {
    let path = format!("/api/users/search{query}");
    let found = app.get(&path).bearer(token).send().await.expect(200);
    let found = found.as_array().expect("a list").iter();
    found.map(|user| user["name"].as_str().expect("a name").to_owned()).collect()
}

/// An admin in city 1, and the editors Örjan, Åsa 100% and A_b in cities 1, 2 and 2.
async fn crowd(app: &TestApp) -> String {
    let admin = app.admin().await;
    let stockholm = app.city("Stockholm").await;
    app.user("orjan@test.se", "Örjan", Role::Editor, CityId(1)).await;
    app.user("asa@example.org", "Åsa 100%", Role::Editor, stockholm).await;
    app.user("a_b@example.org", "A_b", Role::Editor, stockholm).await;
    admin
}

on_both_databases! {
    async fn searches_match_anywhere_and_in_any_case_beyond_ascii_too(app: TestApp) {
        let admin = crowd(&app).await;
        for (query, expected) in [
            ("?name=%C3%96RJAN", vec!["Örjan"]),
            ("?name=%C3%B6rj", vec!["Örjan"]),
            ("?name=RJA", vec!["Örjan"]),
            ("?name=%C3%85SA", vec!["Åsa 100%"]),
            ("?email=ORJAN%40", vec!["Örjan"]),
            ("?email=example.org", vec!["A_b", "Åsa 100%"]),
            ("?name=a&email=EXAMPLE", vec!["A_b", "Åsa 100%"]),
            ("?name=nobody", vec![]),
        ] {
            assert_eq!(names(&app, &admin, query).await, expected, "{query}");
        }
    }

    async fn wildcards_mean_themselves(app: TestApp) {
        let admin = crowd(&app).await;
        assert_eq!(names(&app, &admin, "?name=%25").await, ["Åsa 100%"]);
        assert_eq!(names(&app, &admin, "?name=_").await, ["A_b"]);
        assert_eq!(names(&app, &admin, "?email=_").await, ["A_b"]);
        assert_eq!(names(&app, &admin, "?email=%25").await, [""; 0]);
        assert_eq!(names(&app, &admin, "?name=%5C").await, [""; 0]);
        assert_eq!(names(&app, &admin, "?name='%3B--").await, [""; 0]);
    }

    async fn filters_narrow_together_and_empty_ones_do_not(app: TestApp) {
        let admin = crowd(&app).await;
        let all = ["A_b", "Admina Denfina", "Åsa 100%", "Örjan"];
        for query in ["", "?", "?name=", "?name=&email=&role_id=&city_id=", "?nosuch=1"] {
            assert_eq!(names(&app, &admin, query).await, all, "{query}");
        }
        assert_eq!(names(&app, &admin, "?role_id=1").await, ["Admina Denfina"]);
        assert_eq!(names(&app, &admin, "?city_id=2").await, ["A_b", "Åsa 100%"]);
        assert_eq!(names(&app, &admin, "?city_id=2&role_id=1").await, [""; 0]);
        assert_eq!(names(&app, &admin, "?role_id=99").await, [""; 0]);
        assert_eq!(names(&app, &admin, "?name=x&name=rja").await, ["Örjan"]);
    }

    async fn pages_say_where_they_stand_and_the_last_one_catches_what_is_beyond(app: TestApp) {
        let admin = crowd(&app).await;
        let page = async |query: &str| {
            let path = format!("/api/users/search?{query}");
            let answer = app.get(&path).bearer(&admin).send().await;
            let ids = answer
                .json()
                .as_array()
                .expect("a list")
                .iter()
                .map(|u| u["id"].clone())
                .collect::<Vec<_>>();
            (answer.pagination(), ids)
        };
        let (second, ids) = page("page=2&page_size=3").await;
        assert_eq!(
            second,
            json!({
                "total": 4, "total_pages": 2, "first_page": 1, "last_page": 2, "page": 2,
                "previous_page": 1,
            })
        );
        assert_eq!(ids, [2]);
        assert_eq!(page("page=9223372036854775807&page_size=3").await, (second, ids));
        let (first, _) = page("page_size=3").await;
        assert_eq!(first["next_page"], 2);
        assert_eq!(first.get("previous_page"), None);
        let (none, ids) = page("name=nobody&page=7").await;
        assert_eq!(none, json!({"total": 0, "total_pages": 0}));
        assert!(ids.is_empty());
        let (huge, ids) = page("page_size=1000000").await;
        assert_eq!(huge["total_pages"], 1);
        assert_eq!(ids.len(), 4);
    }

    async fn a_page_has_a_hundred_rows_at_most(app: TestApp) {
        let admin = app.admin().await;
        let values: Vec<String> = (0..101)
            .map(|n| format!("('u{n}@test.se', 'U', 'u', '-', 2, 1, '2026-11-22 12:00:00')"))
            .collect();
        let columns = "email, name, name_key, password_hash, role_id, city_id, created_at";
        app.sql(format!("INSERT INTO users ({columns}) VALUES {}", values.join(", "))).await;
        for size in ["101", "1000", "9223372036854775807"] {
            let path = format!("/api/users/search?page_size={size}");
            let answer = app.get(&path).bearer(&admin).send().await;
            assert_eq!(answer.pagination()["total_pages"], 2);
            assert_eq!(answer.pagination()["total"], 102);
            assert_eq!(answer.json().as_array().expect("a list").len(), 100);
        }
    }

    async fn admins_add_edit_and_delete_users(app: TestApp) {
        let admin = app.admin().await;
        app.city("Stockholm").await;
        let body = json!({
            "email": "New@Test.se", "password": "kalle på taket", "role_id": 2, "city_id": 1,
            "name": "ny person",
        });
        let added = app.post("/api/users").bearer(&admin).json(&body).send().await.expect(200);
        let new = json!({
            "id": 2, "email": "new@test.se", "role_id": 2, "city_id": 1, "name": "ny person",
        });
        assert_eq!(added, new);
        assert_eq!(app.get("/api/users/2").bearer(&admin).send().await.expect(200), new);
        let login = json!({"email": "new@test.se", "password": "kalle på taket"});
        app.post("/api/auth/login").json(&login).send().await.expect(200);

        let change = json!({"name": "åsa von-BERG", "city_id": 2, "email": "Other@test.se"});
        let edited = app.put("/api/users/2").bearer(&admin).json(&change).send().await.expect(200);
        assert_eq!(
            edited,
            json!({
                "id": 2, "email": "other@test.se", "role_id": 2, "city_id": 2, "name": "Åsa Von-Berg",
            })
        );
        let nothing = app.put("/api/users/2").bearer(&admin).json(&json!({})).send().await;
        assert_eq!(nothing.expect(200), edited);

        app.delete("/api/users/2").bearer(&admin).send().await.expect(204);
        app.get("/api/users/2").bearer(&admin).send().await.expect_error(404, "user_not_found");
        app.delete("/api/users/2").bearer(&admin).send().await.expect_error(404, "user_not_found");
        let gone = app.put("/api/users/2").bearer(&admin).json(&change).send().await;
        gone.expect_error(404, "user_not_found");
    }

    async fn a_name_may_be_left_out(app: TestApp) {
        let admin = app.admin().await;
        let body =
            json!({"email": "b@test.se", "password": "kalle på taket", "role_id": 1, "city_id": 1});
        let added = app.post("/api/users").bearer(&admin).json(&body).send().await.expect(200);
        assert_eq!(added["name"], Value::Null);
        assert!(added.as_object().expect("an object").contains_key("name"));
    }

    async fn an_email_belongs_to_one_user_in_whatever_case(app: TestApp) {
        let admin = crowd(&app).await;
        let body =
            json!({"email": "ORJAN@test.se", "password": "kalle på taket", "role_id": 2, "city_id": 1});
        let taken = app.post("/api/users").bearer(&admin).json(&body).send().await;
        assert_eq!(taken.expect_error(409, "email_taken")["field"], "email");
        let change = json!({"email": "orjan@test.se"});
        let taken = app.put("/api/users/3").bearer(&admin).json(&change).send().await;
        assert_eq!(taken.expect_error(409, "email_taken")["field"], "email");
        let taken = app.put("/api/users").bearer(&admin).json(&change).send().await;
        assert_eq!(taken.expect_error(409, "email_taken")["field"], "email");
        // One's own stays one's own.
        app.put("/api/users/2").bearer(&admin).json(&change).send().await.expect(200);
    }

    async fn an_unknown_city_or_role_is_a_field_at_fault(app: TestApp) {
        let admin = app.admin().await;
        app.editor("editor@test.se", "Linköping").await;
        for (field, value) in [("city_id", 99), ("city_id", -1), ("role_id", 3), ("role_id", 0)] {
            let mut body =
                json!({"email": "b@test.se", "password": "kalle på taket", "role_id": 2, "city_id": 1});
            body[field] = json!(value);
            let refused = app.post("/api/users").bearer(&admin).json(&body).send().await;
            let body = refused.expect_error(422, "validation_failed");
            assert_eq!(body["field"], field);
            assert!(body["errors"]["json"][field][0].is_string(), "{body}");
            let change = json!({field: value});
            let refused = app.put("/api/users/2").bearer(&admin).json(&change).send().await;
            assert_eq!(refused.expect_error(422, "validation_failed")["field"], field);
        }
    }

    async fn nobody_changes_their_own_role_or_deletes_themselves(app: TestApp) {
        let admin = app.admin().await;
        let own = app.put("/api/users/1").bearer(&admin).json(&json!({"role_id": 2})).send().await;
        assert_eq!(own.expect_error(409, "own_account")["field"], "role_id");
        app.delete("/api/users/1").bearer(&admin).send().await.expect_error(409, "own_account");
        // Sending what is so already changes nothing.
        let same = json!({"role_id": 1, "name": "alva"});
        let edited = app.put("/api/users/1").bearer(&admin).json(&same).send().await.expect(200);
        assert_eq!(edited["name"], "Alva");
        for body in [json!({"role_id": 2}), json!({"city_id": 1})] {
            let refused = app.put("/api/users").bearer(&admin).json(&body).send().await;
            refused.expect_error(422, "validation_failed");
        }
        let me = app.get("/api/users").bearer(&admin).send().await.expect(200);
        assert_eq!(me["role_id"], 1);
    }

    async fn editors_look_at_users_and_change_themselves_only(app: TestApp) {
        app.admin().await;
        let editor = app.editor("editor@test.se", "Linköping").await;
        app.get("/api/users/1").bearer(&editor).send().await.expect(200);
        assert_eq!(names(&app, &editor, "?email=admin").await, ["Admina Denfina"]);
        let body =
            json!({"email": "b@test.se", "password": "kalle på taket", "role_id": 1, "city_id": 1});
        let refused = app.post("/api/users").bearer(&editor).json(&body).send().await;
        refused.expect_error(401, "not_allowed");
        for id in [1, 2, 99] {
            let path = format!("/api/users/{id}");
            let refused = app.put(&path).bearer(&editor).json(&json!({"name": "x"})).send().await;
            refused.expect_error(401, "not_allowed");
            app.delete(&path).bearer(&editor).send().await.expect_error(401, "not_allowed");
        }
        let change = json!({"name": "carla", "email": "carla@test.se"});
        let me = app.put("/api/users").bearer(&editor).json(&change).send().await.expect(200);
        assert_eq!((&me["name"], &me["email"]), (&json!("Carla"), &json!("carla@test.se")));
        assert_eq!(app.get("/api/users").bearer(&editor).send().await.expect(200), me);
    }

    async fn passwords_have_a_least_and_a_greatest_length(app: TestApp) {
        let admin = app.admin().await;
        let long = "x".repeat(71);
        for (password, status) in [
            ("1234567".to_owned(), 422),
            ("åäöåäöå".to_owned(), 422),
            ("åäöåäöåä".to_owned(), 200),
            (long.clone(), 200),
            (long + "y", 422),
            ("å".repeat(36), 422),
            ("1234\u{0}5678".to_owned(), 422),
        ] {
            let email = format!("u{}@test.se", password.chars().map(|c| c as u32).sum::<u32>());
            let body = json!({"email": email, "password": password, "role_id": 2, "city_id": 1});
            let answer = app.post("/api/users").bearer(&admin).json(&body).send().await;
            assert_eq!(answer.status, status, "{password:?} {}", answer.text());
            assert!(!answer.text().contains(&password), "an answer never repeats a password");
            if status == 200 {
                let login = json!({"email": email, "password": password});
                app.post("/api/auth/login").json(&login).send().await.expect(200);
            }
        }
    }
}
