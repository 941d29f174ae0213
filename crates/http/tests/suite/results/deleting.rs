//! Deleting what has results: only for whoever says that they may go.

use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::*;

const SLIDE: &str = "/api/competitions/1/slides/1";

fn counts(answers: i64, scores: i64, teams: i64) -> Value {
    json!({"answers": answers, "scores": scores, "teams": teams})
}

/// It is refused with so many results, goes with `confirm`, and without once there are none.
async fn expect_guarded(app: &TestApp, token: &str, path: &str, counts: Value) {
    for query in ["", "?confirm=false", "?confirm=0"] {
        let told = app.delete(&format!("{path}{query}")).bearer(token).send().await;
        let told = told.expect_error(409, "has_results");
        assert_eq!(told["counts"], counts, "{path} {told}");
    }
    app.delete(&format!("{path}?confirm=true")).bearer(token).send().await.expect(204);
}

on_both_databases! {
    async fn what_has_results_goes_only_when_that_is_confirmed(app: TestApp) {
        let admin = begin(&app).await;
        for team in [1, 2] {
            give(&app, &admin, team, SINGLE, "1").await.expect(200);
            give(&app, &admin, team, SINGLE + 1, "0").await.expect(200);
            give(&app, &admin, team, TEXT, "a").await.expect(200);
            // An empty answer is no result.
            give(&app, &admin, team, LONG_TEXT, "").await.expect(200);
        }
        put(&app, &admin, "1/scores/4", json!({"score": 0})).await.expect(200);
        let alternative = format!("{SLIDE}/questions/4/alternatives/{SINGLE}");
        expect_guarded(&app, &admin, &alternative, counts(2, 0, 2)).await;
        expect_guarded(&app, &admin, &format!("{SLIDE}/questions/4"), counts(2, 1, 2)).await;
        expect_guarded(&app, &admin, "/api/competitions/1/teams/2", counts(1, 0, 1)).await;
        expect_guarded(&app, &admin, SLIDE, counts(1, 0, 1)).await;
        assert_eq!(app.count("answers").await, 0);
    }

    async fn what_has_none_goes_as_ever(app: TestApp) {
        let admin = begin(&app).await;
        give(&app, &admin, 1, TEXT, "a").await.expect(200);
        give(&app, &admin, 1, LONG_TEXT, "").await.expect(200);
        for path in [
            format!("{SLIDE}/questions/7"),
            format!("{SLIDE}/questions/4/alternatives/{SINGLE}"),
            "/api/competitions/1/teams/2".to_owned(),
        ] {
            app.delete(&path).bearer(&admin).send().await.expect(204);
        }
        // What was withdrawn, or set aside, is no result any more.
        let path = at("1/answers/1");
        app.delete(&path).bearer(&admin).send().await.expect(204);
        app.delete(&format!("{SLIDE}/questions/1")).bearer(&admin).send().await.expect(204);
        put(&app, &admin, "1/scores/2", json!({"score": 1})).await.expect(200);
        app.end_presentation(FINAL).await;
        app.post("/api/competitions/1/results/reset").bearer(&admin).send().await.expect(200);
        app.delete("/api/competitions/1/teams/1").bearer(&admin).send().await.expect(204);
        app.delete(SLIDE).bearer(&admin).send().await.expect(204);
    }

    async fn the_results_of_sub_questions_count_with_the_whole(app: TestApp) {
        let admin = begin(&app).await;
        let body = json!({"type_id": 1, "parent_id": 2});
        let part = app.post(&format!("{SLIDE}/questions")).bearer(&admin).json(&body);
        let part = part.send().await.expect(200)["id"].clone();
        put(&app, &admin, &format!("1/scores/{part}"), json!({"score": 1})).await.expect(200);
        // The type of the whole is no matter of its parts.
        let whole = format!("{SLIDE}/questions/2");
        app.put(&whole).bearer(&admin).json(&json!({"type_id": 7})).send().await.expect(200);
        expect_guarded(&app, &admin, &whole, counts(0, 1, 1)).await;
    }

    async fn another_type_for_what_has_results_has_to_be_confirmed(app: TestApp) {
        let admin = begin(&app).await;
        give(&app, &admin, 1, MULTIPLE, "1").await.expect(200);
        put(&app, &admin, "2/scores/3", json!({"score": 1})).await.expect(200);
        let question = format!("{SLIDE}/questions/3");
        let set = |query: &str, body: Value| {
            app.put(&format!("{question}{query}")).bearer(&admin).json(&body)
        };
        let told = set("", json!({"type_id": 4})).send().await.expect_error(409, "has_results");
        assert_eq!(told["counts"], counts(1, 1, 2));
        // What does not change the type is no matter of results.
        set("", json!({"type_id": 3, "name": "other"})).send().await.expect(200);
        set("?confirm=true", json!({"type_id": 4})).send().await.expect(200);
        assert_eq!(app.count("answers").await + app.count("scores").await, 2);
    }

    async fn what_is_elsewhere_is_not_found_whatever_its_results(app: TestApp) {
        let admin = begin(&app).await;
        give(&app, &admin, 1, TEXT, "a").await.expect(200);
        for (path, word) in [
            ("/api/competitions/2/slides/1", "slide_not_found"),
            ("/api/competitions/2/slides/2/questions/1", "question_not_found"),
            ("/api/competitions/1/slides/1/questions/4/alternatives/1", "alternative_not_found"),
            ("/api/competitions/2/teams/1", "team_not_found"),
        ] {
            for query in ["", "?confirm=true"] {
                let gone = app.delete(&format!("{path}{query}")).bearer(&admin).send().await;
                gone.expect_error(404, word);
            }
        }
        // A competition goes whole, as the front-end in use asks for it itself.
        app.delete("/api/competitions/1").bearer(&admin).send().await.expect(204);
    }

    async fn an_answer_that_comes_at_the_same_moment_is_not_lost_unseen(app: TestApp) {
        let admin = begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let give = app.put(&at("1/answers/1")).bearer(&team).json(&json!({"answer": "a"}));
        let delete = app.delete(&format!("{SLIDE}/questions/1")).bearer(&admin);
        let (give, delete) =
            (actix_web::rt::spawn(give.send()), actix_web::rt::spawn(delete.send()));
        let give = give.await.expect("an answer").status;
        let delete = delete.await.expect("an answer").status;
        // Whichever is first, the other is told.
        assert!([(200, 409), (404, 204)].contains(&(give, delete)), "{give} {delete}");
    }
}
