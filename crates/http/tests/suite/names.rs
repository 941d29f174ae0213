//! Names as people type them: of cities, competitions, teams, users, slides and questions.

use estrad_domain::draft::{CompetitionDraft, SlideDraft, TeamDraft};
use estrad_domain::{CityId, CompetitionId};
use estrad_persistence::{Collision, Database, Options};
use estrad_testkit::{Answer, TestApp, on_both_databases};
use serde_json::{Value, json};

/// A competition with a team called "Lag 1".
async fn competition(app: &TestApp, name: &str) -> CompetitionId {
    let team = TeamDraft { name: "Lag 1".into(), ..TeamDraft::default() };
    let draft = CompetitionDraft {
        name: name.into(),
        year: 2026,
        slides: vec![SlideDraft::default()],
        teams: vec![team],
        ..CompetitionDraft::default()
    };
    let city = app.city("Linköping").await;
    app.competition(draft, city).await
}

async fn send(app: &TestApp, admin: &str, method: &str, path: &str, body: Value) -> Answer {
    app.request(method, path).bearer(admin).json(&body).send().await
}

/// Opens the database once more, as a server that starts, and says what it finds to look the same.
async fn start_again(app: &TestApp) -> Vec<Collision> {
    let options = Options::new(app.database.location().clone());
    let opened = tokio::task::spawn_blocking(move || Database::open(&options).expect("opens"));
    opened.await.expect("opened").collisions().to_vec()
}

on_both_databases! {
    async fn every_name_is_stored_composed_trimmed_and_without_what_is_not_seen(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, "Final").await;
        let of = |path: &str| format!("/api/competitions/{id}{path}");
        // A decomposed å, a mark that turns text around, a tabulator, blanks around it.
        let (typed, stored) = ("\u{3000} A\u{30a}sa\t\u{202e}och\u{7} Bo\u{a0}", "Åsa och Bo");
        let user = json!({
            "name": typed, "email": "a@b.se", "password": "kalle på taket", "role_id": 2, "city_id": 1,
        });
        let question = json!({"total_score": 1, "type_id": 1});
        for (method, path, mut body, member, stored) in [
            ("POST", "/api/misc/cities".to_owned(), json!({}), "name", stored),
            ("PUT", of(""), json!({}), "name", stored),
            ("POST", of("/teams"), json!({}), "name", stored),
            ("PUT", of("/slides/1"), json!({}), "title", stored),
            ("POST", of("/slides/1/questions"), question, "name", stored),
            ("POST", "/api/users".to_owned(), user, "name", stored),
            ("PUT", "/api/users".to_owned(), json!({}), "name", "Åsa Och Bo"),
        ] {
            body[member] = typed.into();
            let answer = send(&app, &admin, method, &path, body).await.expect(200);
            // Of cities the answer is all of them.
            let of_it = answer.as_array().map_or(&answer, |all| &all[all.len() - 1]);
            assert_eq!(of_it[member], stored, "{method} {path}");
        }
    }

    async fn a_name_that_nobody_sees_is_refused(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, "Final").await;
        let of = |path: &str| format!("/api/competitions/{id}{path}");
        for blank in ["", " ", "\u{3164}", "\u{2800}", "\u{200b}\u{200d}", "\u{202e}\u{7}", "\u{ad}\u{a0}"] {
            for (method, path) in [
                ("POST", "/api/misc/cities".to_owned()),
                ("PUT", "/api/misc/cities/1".to_owned()),
                ("PUT", of("")),
                ("POST", of("/teams")),
                ("PUT", of("/teams/1")),
                ("PUT", "/api/users".to_owned()),
            ] {
                let refused = send(&app, &admin, method, &path, json!({"name": blank})).await;
                let refused = refused.expect_error(422, "validation_failed");
                assert_eq!(refused["field"], "name", "{method} {path} {blank:?}");
            }
            // What may be empty is.
            let body = json!({"title": blank});
            let slide = send(&app, &admin, "PUT", &of("/slides/1"), body).await.expect(200);
            assert_eq!(slide["title"], "", "{blank:?}");
        }
    }

    async fn names_that_look_the_same_are_the_same(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, "Regionfinal").await;
        let other = competition(&app, "Annan").await;
        let of = |id: CompetitionId, path: &str| format!("/api/competitions/{id}{path}");
        for look in ["LAG 1", "Ｌａｇ  １", "lag\u{200b} 1", " Lag\u{a0}1", "\u{2066}Lag 1"] {
            let taken = send(&app, &admin, "POST", &of(id, "/teams"), json!({"name": look})).await;
            assert_eq!(taken.expect_error(409, "team_name_taken")["field"], "name", "{look:?}");
        }
        for look in ["REGIONFINAL", "Regionﬁnal", "Region\u{ad}final"] {
            let mut body = json!({"name": look});
            let taken = send(&app, &admin, "PUT", &of(other, ""), body.clone()).await;
            taken.expect_error(409, "competition_name_taken");
            body["city_id"] = 1.into();
            body["year"] = 2026.into();
            let taken = send(&app, &admin, "POST", "/api/competitions", body.clone()).await;
            assert_eq!(taken.expect_error(409, "competition_name_taken")["field"], "name");
            // Another year is another competition.
            body["year"] = 2027.into();
            let there = send(&app, &admin, "POST", "/api/competitions", body).await;
            let created = there.expect(200)["id"].clone();
            app.delete(&format!("/api/competitions/{created}")).bearer(&admin).send().await.expect(204);
        }
        for look in ["LINKÖPING", "Linko\u{308}ping", "Ｌｉｎköping"] {
            let taken = send(&app, &admin, "POST", "/api/misc/cities", json!({"name": look})).await;
            assert_eq!(taken.expect_error(409, "city_name_taken")["field"], "name", "{look:?}");
            assert_eq!(app.city(look).await, CityId(1));
        }
        let user = json!({
            "email": "ＡＤＭＩＮ@test.se", "password": "kalle på taket", "role_id": 2, "city_id": 1,
        });
        send(&app, &admin, "POST", "/api/users", user).await.expect_error(409, "email_taken");
    }

    async fn a_name_may_be_spelt_another_way_by_whoever_has_it(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, "Final").await;
        let team = format!("/api/competitions/{id}/teams/1");
        for (path, name) in [
            (team.clone(), "LAG 1"),
            (format!("/api/competitions/{id}"), "FINAL"),
            ("/api/misc/cities/1".to_owned(), "LINKÖPING"),
        ] {
            send(&app, &admin, "PUT", &path, json!({"name": name})).await.expect(200);
        }
        // A name that was given up is free, and a new one taken.
        send(&app, &admin, "PUT", &team, json!({"name": "Lag 2"})).await.expect(200);
        let teams = format!("/api/competitions/{id}/teams");
        send(&app, &admin, "POST", &teams, json!({"name": "lag 1"})).await.expect(200);
        send(&app, &admin, "POST", &teams, json!({"name": "lag 2"})).await.expect(409);
    }

    async fn of_those_who_come_at_once_with_the_same_name_one_gets_it(app: TestApp) {
        let admin = app.admin().await;
        let looks = ["Umeå", "UMEÅ", "Ume\u{61}\u{30a}", " umeå", "Ｕｍｅå", "Umeå\u{200b}"];
        let cities = looks.map(|name| {
            send(&app, &admin, "POST", "/api/misc/cities", json!({"name": name}))
        });
        let competitions = looks.map(|name| {
            let body = json!({"name": name, "year": 2026, "city_id": 1});
            send(&app, &admin, "POST", "/api/competitions", body)
        });
        for answers in [
            futures_util::future::join_all(cities).await,
            futures_util::future::join_all(competitions).await,
        ] {
            let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
            assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
            assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 5, "{statuses:?}");
        }
    }

    async fn searches_find_a_name_however_it_is_typed(app: TestApp) {
        let admin = app.admin().await;
        competition(&app, "Straßen\u{ad}final i Å").await;
        for typed in ["STRASSENFINAL", "ｆｉｎａｌ", "final  i", "i%20A%CC%8A", "%EF%AC%81nal"] {
            let path = format!("/api/competitions/search?name={typed}");
            let found = app.get(&path).bearer(&admin).send().await.expect(200);
            assert_eq!(found.as_array().map(Vec::len), Some(1), "{typed}");
        }
        for (query, found) in [("name=%EF%BC%A1DMINA", 1), ("email=%EF%BC%A1dmin%EF%BC%A0", 1), ("name=x", 0)] {
            let path = format!("/api/users/search?{query}");
            let users = app.get(&path).bearer(&admin).send().await.expect(200);
            assert_eq!(users.as_array().map(Vec::len), Some(found), "{query}");
        }
    }

    async fn what_was_there_before_gets_its_key_at_start_and_twins_are_kept_and_listed(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, "Final").await;
        let twin = competition(&app, "Annan").await;
        // As an older server left them.
        app.sql("INSERT INTO teams (competition_id, name) VALUES (1, 'LAG 1'), (1, 'Lag 2')".to_owned()).await;
        app.sql("INSERT INTO cities (name) VALUES ('LINKÖPING')".to_owned()).await;
        app.sql("UPDATE competitions SET name = 'ＦＩＮＡＬ', name_key = 'ｆｉｎａｌ', name_twin = id WHERE id = 2".to_owned()).await;
        app.sql("UPDATE users SET name_key = 'ADMINA', email = 'Ａdmin@test.se'".to_owned()).await;
        let found = start_again(&app).await;
        let of = |what, ids: &[i64]| Collision { what, ids: ids.to_vec() };
        assert_eq!(
            found,
            [of("cities", &[1, 2]), of("competitions", &[id.0, twin.0]), of("teams", &[1, 3])]
        );
        // Another start finds the same, and nothing to do.
        assert_eq!(start_again(&app).await, found);
        // Searched and logged in by what they are now.
        let users = app.get("/api/users/search?name=denfina").bearer(&admin).send().await.expect(200);
        assert_eq!(users[0]["email"], "admin@test.se");
        app.log_in("admin@test.se").await;
        let path = "/api/competitions/search?name=final";
        let finals = app.get(path).bearer(&admin).send().await.expect(200);
        assert_eq!(finals.as_array().map(Vec::len), Some(2));
        // New ones are refused, also once the first of the twins has gone.
        let teams = format!("/api/competitions/{id}/teams");
        send(&app, &admin, "POST", &teams, json!({"name": "lag 2"})).await.expect_error(409, "team_name_taken");
        app.delete(&format!("{teams}/1")).bearer(&admin).send().await.expect(204);
        send(&app, &admin, "POST", &teams, json!({"name": "lag 1"})).await.expect_error(409, "team_name_taken");
        // Who is a twin may stay one, and become another.
        send(&app, &admin, "PUT", &format!("{teams}/3"), json!({"name": "Lag 1"})).await.expect(200);
        send(&app, &admin, "PUT", &format!("{teams}/3"), json!({"name": "Lag 3"})).await.expect(200);
        send(&app, &admin, "POST", &teams, json!({"name": "lag 1"})).await.expect(200);
        send(&app, &admin, "PUT", &format!("/api/competitions/{twin}"), json!({"name": "final"})).await.expect(200);
        let body = json!({"name": "Final!"});
        send(&app, &admin, "PUT", &format!("/api/competitions/{twin}"), body).await.expect(200);
        assert_eq!(start_again(&app).await, [of("cities", &[1, 2])]);
    }
}
