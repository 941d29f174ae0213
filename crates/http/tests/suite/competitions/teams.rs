//! `/api/competitions/{competition_id}/teams`

use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, each, numbers};
use super::{code_of_team, empty};

on_both_databases! {
    async fn a_team_is_added_with_a_code_that_opens_its_screen(app: TestApp) {
        let desk = Desk::open(&app).await;
        app.start_presentation(desk.id).await;
        let team = desk.post("/teams", json!({"name": "Lag Å"})).await;
        assert_eq!(team, json!({"id": 3, "competition_id": 1, "name": "Lag Å"}));
        assert_eq!(desk.get("/teams/3").await, team);
        assert_eq!(each(&desk.get("/teams").await, "name"), ["A", "B", "Lag Å"]);
        let codes = app.codes(desk.id).await;
        assert_eq!(codes.len(), 6);
        let code = codes.last().expect("a code");
        assert_eq!((code.view, code.team_id.map(|id| id.0)), (View::Team, Some(3)));
        let body = json!({"code": code.code.as_str()});
        let answer = app.post("/api/auth/code").json(&body).send().await.expect(200);
        assert_eq!((&answer["team_id"], &answer["view"]), (&json!(3), &json!("Team")));
    }

    async fn a_teams_name_is_its_own_in_its_competition(app: TestApp) {
        let desk = Desk::open(&app).await;
        let before = desk.everything().await;
        for (method, path) in [("POST", "/teams"), ("PUT", "/teams/2")] {
            let taken = desk.send(method, path, Some(json!({"name": "A"}))).await;
            assert_eq!(taken.expect_error(409, "team_name_taken")["field"], "name");
        }
        assert_eq!(desk.everything().await, before);
        assert_eq!(desk.put("/teams/2", json!({"name": "B"})).await["name"], "B");
        assert_eq!(desk.put("/teams/2", json!({"name": "C"})).await["name"], "C");
        assert_eq!(desk.put("/teams/2", json!({})).await["name"], "C");
        assert_eq!(desk.put("/teams/2", json!({"name": null})).await["name"], "C");
        let city = app.city("Linköping").await;
        let other = app.competition(empty("Annan", 2026), city).await;
        let path = format!("/api/competitions/{other}/teams");
        app.post(&path).bearer(&desk.admin).json(&json!({"name": "A"})).send().await.expect(200);
    }

    async fn a_deleted_team_is_out_at_once_with_all_it_had(app: TestApp) {
        let desk = Desk::open(&app).await;
        app.start_presentation(desk.id).await;
        let code = code_of_team(&app, desk.id, 0).await;
        let gone = app.open_screen_with(&code).await;
        let stays = app.open_screen_with(&code_of_team(&app, desk.id, 1).await).await;
        desk.delete("/teams/1").await;
        let answer = app.get("/api/auth/test").bearer(&gone).send().await;
        answer.expect_error(401, "token_revoked");
        app.get("/api/auth/test").bearer(&stays).send().await.expect(204);
        let body = json!({"code": code.code.as_str()});
        let answer = app.post("/api/auth/code").json(&body).send().await;
        answer.expect_error(404, "code_not_found");
        for (table, left) in [("teams", 1), ("codes", 4), ("answers", 1), ("scores", 1)] {
            assert_eq!(app.count(table).await, left, "{table}");
        }
        for method in ["GET", "DELETE"] {
            let again = desk.send(method, "/teams/1", None).await;
            again.expect_error(404, "team_not_found");
        }
        // The name is free again, the id is not.
        assert_eq!(desk.post("/teams", json!({"name": "A"})).await["id"], 3);
    }

    async fn a_competition_has_ten_thousand_teams_at_most(app: TestApp) {
        let desk = Desk::open(&app).await;
        let rows = numbers(3, 9_999, "1, 'Lag ' || i");
        app.sql(format!("INSERT INTO teams (competition_id, name) {rows}")).await;
        desk.post("/teams", json!({"name": "Sista"})).await;
        let more = desk.send("POST", "/teams", Some(json!({"name": "En till"}))).await;
        more.expect_error(409, "too_many");
        assert_eq!((app.count("teams").await, app.count("codes").await), (10_000, 6));
    }

    async fn several_teams_are_added_at_once_each_with_a_code(app: TestApp) {
        let desk = Desk::open(&app).await;
        app.start_presentation(desk.id).await;
        let names: Vec<String> = (1..=700).map(|n| format!("Lag {n}")).collect();
        let list: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        let before = app.database.queries_sent();
        let added = desk.post("/teams", json!({"teams": list})).await;
        assert!(app.database.queries_sent() - before < 40, "not a statement for each");
        assert_eq!(each(&added, "name"), names);
        assert_eq!(each(&desk.get("/teams").await, "name")[2..], names);
        let codes = app.codes(desk.id).await;
        let last = codes.last().expect("a code");
        assert_eq!(codes.len(), 705);
        assert_eq!(last.team_id.map(|id| id.0), added[699]["id"].as_i64());
        app.open_screen_with(last).await;
    }

    async fn of_several_teams_all_are_added_or_none_and_all_at_fault_are_named(app: TestApp) {
        let desk = Desk::open(&app).await;
        let before = desk.everything().await;
        let send = async |list: Value| desk.send("POST", "/teams", Some(json!({"teams": list}))).await;
        let fields = |body: &Value| -> Vec<String> {
            body["errors"]["json"].as_object().expect("an object").keys().cloned().collect()
        };
        let named = |names: &[&str]| -> Value { names.iter().map(|name| json!({"name": name})).collect() };
        // Of the competition already, and twice in the list.
        let taken = send(named(&["Ny", "ａ", "Två", "b ", "ny\u{200b}"])).await;
        let taken = taken.expect_error(409, "team_name_taken");
        assert_eq!(taken["field"], "teams[1].name");
        assert_eq!(fields(&taken), ["teams[1].name", "teams[3].name", "teams[4].name"]);
        let wrong = json!([{"name": "Ny"}, {"name": "\u{3164}"}, {"nam": "x"}, 7, {"name": "C", "id": 1}]);
        let wrong = send(wrong).await.expect_error(422, "validation_failed");
        assert_eq!(
            fields(&wrong),
            ["teams[1].name", "teams[2].nam", "teams[2].name", "teams[3]", "teams[4].id"]
        );
        let many: Vec<Value> = (0..1_001).map(|n| json!({"name": n.to_string()})).collect();
        for (list, field) in [(json!([]), "teams"), (json!("A"), "teams"), (json!(many), "teams")] {
            let refused = send(list).await.expect_error(422, "validation_failed");
            assert_eq!(refused["field"], field);
        }
        let both = json!({"name": "Ny", "teams": [{"name": "Två"}]});
        let both = desk.send("POST", "/teams", Some(both)).await;
        assert_eq!(both.expect_error(422, "validation_failed")["field"], "name");
        let rows = numbers(3, 9_999, "1, 'Lag ' || i");
        assert_eq!(desk.everything().await, before);
        app.sql(format!("INSERT INTO teams (competition_id, name) {rows}")).await;
        send(named(&["Ny", "Två"])).await.expect_error(409, "too_many");
        assert_eq!(app.count("teams").await, 9_999);
        assert_eq!(send(named(&["Ny"])).await.expect(200)[0]["name"], "Ny");
    }
}
