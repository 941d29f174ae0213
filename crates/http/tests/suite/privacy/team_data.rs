//! `GET /api/competitions/{competition_id}/teams/{team_id}/data`

use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::{FINAL, begin, play, put, read};

on_both_databases! {
    async fn a_team_gets_all_that_is_kept_of_it_and_nothing_else(app: TestApp) {
        let admin = begin(&app).await;
        play(&app, &admin).await;
        let own = app.open_team(FINAL, 0).await;
        let path = format!("/api/competitions/{FINAL}/teams/1/data");
        let answer = app.get(&path).bearer(&own).send().await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"team-1.json\"");
        let text = answer.text();
        let data = answer.expect(200);
        let now = "2026-11-22T12:00:00Z";
        assert_eq!(data["at"], now);
        assert_eq!(data["team"], json!({"id": 1, "competition_id": 1, "name": "Anna Andersson"}));
        assert_eq!(data["answers"], json!([{
            "id": data["answers"][0]["id"], "question_id": 1, "question_alternative_id": 1,
            "answer": "anna says second", "at": now,
        }]));
        assert_eq!(data["scores"], json!([{
            "id": data["scores"][0]["id"], "question_id": 1, "score": 2, "at": now,
        }]));
        let kinds: Vec<&Value> =
            data["log"].as_array().expect("a log").iter().map(|entry| &entry["kind"]).collect();
        assert_eq!(kinds, ["answered", "answered", "scored", "reopened"]);
        assert_eq!(data["log"][0]["answer"], "anna says first");
        for marker in ["marker-solution", "Bo Berg", "bo says", "was ill", "came late"] {
            assert!(!text.contains(marker), "{marker}: {text}");
        }
    }

    async fn whoever_answers_for_the_competition_gets_the_reasons_too(app: TestApp) {
        let admin = begin(&app).await;
        play(&app, &admin).await;
        let data = read(&app, &admin, "/teams/1/data").await;
        assert_eq!(data["log"][2]["reason"], "anna was ill");
        assert_eq!(data["log"][3]["reason"], "anna came late");
        assert!(!data.to_string().contains("bo "), "{data}");
        // A team that did nothing has a document, too.
        let editor = app.editor("editor@test.se", "Linköping").await;
        let path = "/api/competitions/2/teams/3/data";
        let empty = app.get(path).bearer(&editor).send().await.expect(200);
        assert_eq!(
            (&empty["answers"], &empty["scores"], &empty["log"]), (&json!([]), &json!([]), &json!([]))
        );
        app.get("/api/competitions/2/teams/1/data").bearer(&admin).send().await
            .expect_error(404, "team_not_found");
        app.get("/api/competitions/2/teams/x/data").bearer(&admin).send().await
            .expect_error(404, "team_not_found");
    }

    async fn it_is_for_the_team_and_for_editors_of_its_city(app: TestApp) {
        begin(&app).await;
        app.start_presentation(FINAL).await;
        let path = format!("/api/competitions/{FINAL}/teams/1/data");
        let mut others = vec![
            app.open_team(FINAL, 1).await,
            app.editor("other@test.se", "Kiruna").await,
        ];
        for view in [View::Judge, View::Operator, View::Audience] {
            others.push(app.open_screen(FINAL, view).await);
        }
        for token in others {
            app.get(&path).bearer(&token).send().await.expect_error(401, "not_allowed");
        }
        let editor = app.editor("editor@test.se", "Linköping").await;
        app.get(&path).bearer(&editor).send().await.expect(200);
    }

    async fn what_is_not_shown_yet_is_not_in_it(app: TestApp) {
        let admin = begin(&app).await;
        play(&app, &admin).await;
        let change = json!({"views": "as_shown"});
        let final_ = format!("/api/competitions/{FINAL}");
        app.put(&final_).bearer(&admin).json(&change).send().await.expect(200);
        let question = json!({"name": "Later", "total_score": 5, "type_id": 1});
        let slides = format!("{final_}/slides");
        app.post(&slides).bearer(&admin).send().await.expect(200);
        let slide = read(&app, &admin, "/slides").await[1]["id"].clone();
        let path = format!("{slides}/{slide}/questions");
        let later = app.post(&path).bearer(&admin).json(&question).send().await.expect(200);
        let later = later["id"].as_i64().expect("an id");
        // A judge may give points in advance.
        put(&app, &admin, &format!("1/scores/{later}"), json!({"score": 3})).await;

        let own = app.open_team(FINAL, 0).await;
        let data = read(&app, &own, "/teams/1/data").await;
        assert_eq!(data["scores"].as_array().expect("scores").len(), 1, "{data}");
        let known = data["log"].as_array().expect("a log");
        assert!(known.iter().all(|entry| entry["question_id"] != later), "{data}");
        assert_eq!(known.len(), 4);
        let all = read(&app, &admin, "/teams/1/data").await;
        assert_eq!(all["scores"].as_array().expect("scores").len(), 2, "{all}");
        assert_eq!(all["log"].as_array().expect("a log").len(), 5);
    }

    async fn more_than_a_page_comes_whole(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        let event = r#"{"kind":"refused","team_id":1,"question_id":1,"question_alternative_id":1,"answer":"anna","why":"time_is_up"}"#;
        let values: Vec<String> = (2..1_003)
            .map(|seq| format!("(1, {seq}, '2026-11-22 12:00:00', '{{\"by\":\"server\"}}', 'refused', 1, 1, '{event}')"))
            .collect();
        for values in values.chunks(500) {
            app.sql(format!(
                "INSERT INTO presentation_events \
                 (presentation_id, seq, at, actor, kind, team_id, question_id, event) VALUES {}",
                values.join(", ")
            )).await;
        }
        let data = read(&app, &admin, "/teams/1/data").await;
        let log = data["log"].as_array().expect("a log");
        let seqs: Vec<i64> = log.iter().map(|entry| entry["seq"].as_i64().expect("seq")).collect();
        assert_eq!(seqs, (2..1_003).collect::<Vec<_>>());
    }
}
