//! `/api/competitions/{competition_id}/teams`

use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::json;

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
}
