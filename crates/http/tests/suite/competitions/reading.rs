//! `GET /api/competitions/{competition_id}`: the rich competition, and what each view is kept from.

use estrad_domain::types::View;
use estrad_testkit::{TestApp, TestSettings, on_both_databases};
use serde_json::{Value, json};

use super::{code_of_team, empty, store_full};

/// The markers that an answer holds, sorted.
fn markers(rich: &Value) -> Vec<String> {
    let text = rich.to_string();
    let mut found: Vec<String> = text
        .match_indices("MARK-")
        .map(|(at, _)| text[at + 5..].split('"').next().unwrap_or_default().to_owned())
        .collect();
    found.sort();
    found
}

fn scores(rich: &Value) -> Vec<Value> {
    let teams = rich["teams"].as_array().expect("a list").iter();
    let scores = teams.flat_map(|team| team["question_scores"].as_array().expect("a list"));
    scores.map(|score| score["score"].clone()).collect()
}

async fn read(app: &TestApp, id: estrad_domain::CompetitionId, token: &str) -> Value {
    app.get(&format!("/api/competitions/{id}")).bearer(token).send().await.expect(200)
}

const EVERYTHING: [&str; 10] = [
    "answer-A",
    "answer-B",
    "component-Audience",
    "component-Judge",
    "component-Operator",
    "component-Team",
    "correct-0",
    "correct-1",
    "correct-number",
    "instructions",
];

on_both_databases! {
    async fn admins_judges_and_operators_get_all_of_it(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        app.start_presentation(id).await;
        let judge = app.open_screen(id, View::Judge).await;
        let operator = app.open_screen(id, View::Operator).await;
        let rich = read(&app, id, &admin).await;
        assert_eq!(markers(&rich), EVERYTHING);
        assert_eq!(scores(&rich), [json!(1.25), json!(2.25)]);
        assert_eq!(read(&app, id, &judge).await, rich);
        assert_eq!(read(&app, id, &operator).await, rich);
    }

    async fn every_part_has_its_members(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        let rich = read(&app, id, &admin).await;
        let image = |id: i64, name: &str| {
            json!({
                "id": id, "filename": name, "type_id": 1, "upload_by_id": null,
            })
        };
        assert_eq!(rich["background_image"], image(1, "a.png"));
        assert_eq!(
            (&rich["id"], &rich["city_id"], &rich["version"]),
            (&json!(1), &json!(1), &json!(1))
        );
        let slide = &rich["slides"][0];
        assert_eq!(slide["background_image"], image(2, "b.png"));
        assert_eq!((&slide["order"], &slide["timer"]), (&json!(0), &json!(60)));
        assert_eq!(rich["slides"][1]["timer"], Value::Null);
        assert_eq!(
            slide["components"][4],
            json!({
                "id": 5, "slide_id": 1, "view_type_id": 1, "x": 1, "y": 2, "w": 30, "h": 40,
                "type_id": 3, "question_id": 2,
            })
        );
        assert_eq!(slide["components"][5]["media"], image(3, "c.png"));
        assert_eq!(slide["components"][5].get("text"), None);
        assert_eq!(
            slide["questions"][0],
            json!({
                "id": 1, "slide_id": 1, "name": "Single", "total_score": 2, "type_id": 4,
                "correcting_instructions": "MARK-instructions",
                "alternatives": [
                    {"id": 1, "question_id": 1, "alternative": "Rätt", "alternative_order": 0,
                     "correct": "MARK-correct-1", "correct_order": 1},
                    {"id": 2, "question_id": 1, "alternative": "Fel", "alternative_order": 1,
                     "correct": "MARK-correct-0", "correct_order": 0},
                ],
            })
        );
        assert_eq!(slide["questions"][1]["parent_id"], 1);
        assert_eq!(slide["questions"][1]["tolerance"], 0.125);
        assert_eq!(
            rich["teams"][1],
            json!({
                "id": 2, "competition_id": 1, "name": "B",
                "question_alternative_answers":
                    [{"id": 2, "team_id": 2, "question_alternative_id": 1, "answer": "MARK-answer-B"}],
                "question_scores": [{"id": 2, "team_id": 2, "question_id": 1, "score": 2.25}],
            })
        );
    }

    async fn a_team_gets_its_own_answers_and_scores_and_no_solutions(app: TestApp) {
        let id = store_full(&app).await;
        app.start_presentation(id).await;
        for scoreboard in [false, true] {
            if scoreboard {
                app.show_scoreboard(id).await;
            }
            for (place, name, score) in [(0, "A", 1.25), (1, "B", 2.25)] {
                let team = app.open_screen_with(&code_of_team(&app, id, place).await).await;
                let rich = read(&app, id, &team).await;
                let own = format!("answer-{name}");
                assert_eq!(markers(&rich), [own.as_str(), "component-Audience", "component-Team"]);
                assert_eq!(scores(&rich), [json!(score)]);
                let teams = rich["teams"].as_array().expect("a list");
                assert_eq!(teams.len(), 2, "the names of all teams are known");
            }
        }
    }

    async fn the_audience_gets_scores_from_the_start_and_answers_never(app: TestApp) {
        let id = store_full(&app).await;
        app.start_presentation(id).await;
        let audience = app.open_screen(id, View::Audience).await;
        // The front-end in use reads the competition once, before any scoreboard is shown.
        let rich = read(&app, id, &audience).await;
        assert_eq!(markers(&rich), ["component-Audience", "component-Team"]);
        assert_eq!(scores(&rich), [json!(1.25), json!(2.25)]);
        // Only there: what is for the moment of the scoreboard waits for it.
        for path in ["/teams/1/scores", "/teams/1/scores/1", "/scoreboard"] {
            let path = format!("/api/competitions/{id}{path}");
            app.get(&path).bearer(&audience).send().await.expect_error(401, "not_allowed");
        }
        app.end_presentation(id).await;
        assert_eq!(scores(&read(&app, id, &audience).await), [json!(1.25), json!(2.25)]);
    }

    async fn the_audience_gets_scores_with_the_scoreboard_where_all_comes_as_it_is_shown(app: TestApp) {
        let id = store_full(&app).await;
        let admin = app.admin().await;
        let path = format!("/api/competitions/{id}");
        let set = app.put(&path).bearer(&admin).json(&json!({"views": "as_shown"}));
        set.send().await.expect(200);
        app.start_presentation(id).await;
        let audience = app.open_screen(id, View::Audience).await;
        assert_eq!(scores(&read(&app, id, &audience).await), [Value::Null; 0]);
        app.show_scoreboard(id).await;
        assert_eq!(scores(&read(&app, id, &audience).await), [json!(1.25), json!(2.25)]);
        app.end_presentation(id).await;
        assert_eq!(scores(&read(&app, id, &audience).await), [Value::Null; 0]);
    }

    async fn neither_team_nor_audience_can_tell_what_is_right(app: TestApp) {
        let id = store_full(&app).await;
        app.start_presentation(id).await;
        for view in [View::Team, View::Audience] {
            let screen = app.open_screen(id, view).await;
            let rich = read(&app, id, &screen).await;
            let single = &rich["slides"][0]["questions"][0];
            assert_eq!(single["correcting_instructions"], Value::Null);
            for (place, alternative) in
                single["alternatives"].as_array().expect("a list").iter().enumerate()
            {
                assert_eq!(alternative["correct"], "");
                // The order of the right answers would give them away.
                assert_eq!(alternative["correct_order"], place);
            }
            assert_eq!(rich["slides"][0]["questions"][1].get("tolerance"), None);
            assert_eq!(rich["slides"][0]["questions"][1]["alternatives"][0]["correct"], "");
            let columns: Vec<Value> = rich["slides"][1]["questions"][0]["alternatives"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|a| {
                    json!([
                        a["alternative"],
                        a["correct"],
                        a["alternative_order"],
                        a["correct_order"]
                    ])
                })
                .collect();
            assert_eq!(
                columns,
                [
                    json!(["Sverige", "Oslo", 0, 0]),
                    json!(["Norge", "Helsingfors", 1, 1]),
                    json!(["Finland", "Stockholm", 2, 2]),
                ]
            );
        }
    }

    async fn a_screen_reads_no_other_competition_and_does_not_learn_of_it(app: TestApp) {
        let city = app.city("Linköping").await;
        let (own, other) = (
            app.competition(empty("Egen", 2026), city).await,
            app.competition(empty("Annan", 2026), city).await,
        );
        let operator = app.open_screen(own, View::Operator).await;
        read(&app, own, &operator).await;
        let there = app.get(&format!("/api/competitions/{other}")).bearer(&operator).send().await;
        let not_there = app.get("/api/competitions/999").bearer(&operator).send().await;
        assert_eq!(there.bytes, not_there.bytes);
        there.expect_error(401, "not_allowed");
    }

    async fn slides_come_in_their_order_whatever_their_ids(app: TestApp) {
        let admin = app.admin().await;
        let id = store_full(&app).await;
        app.sql(
            "UPDATE slides SET position = position + 10; \
                 UPDATE slides SET position = 1 WHERE id = 1; \
                 UPDATE slides SET position = 0 WHERE id = 2;"
                .to_owned(),
        )
        .await;
        let rich = read(&app, id, &admin).await;
        let titles: Vec<_> =
            rich["slides"].as_array().expect("a list").iter().map(|s| &s["title"]).collect();
        assert_eq!(titles, ["Två", "Ett"]);
    }

    async fn what_is_not_there_is_a_404_for_those_who_could_read_it(app: TestApp) {
        let admin = app.admin().await;
        for id in ["999", "0", "-1", "abc", "9223372036854775808", "1.5", "null"] {
            let answer = app.get(&format!("/api/competitions/{id}")).bearer(&admin).send().await;
            answer.expect_error(404, "competition_not_found");
        }
        app.get("/api/competitions/1").send().await.expect_error(401, "token_missing");
    }

    async fn editors_read_the_competitions_of_all_cities(app: TestApp) {
        let id = store_full(&app).await;
        let editor = app.editor("editor@test.se", "Stockholm").await;
        assert_eq!(markers(&read(&app, id, &editor).await), EVERYTHING);
    }
}

mod where_editors_read_their_own_only {
    //! `policy.editors_read = "own"`

    use super::*;

    fn settings() -> TestSettings {
        let mut settings = TestSettings::default();
        settings.http.policy.editors_read_all_cities = false;
        settings
    }

    on_both_databases! {
        settings = settings();

        async fn another_citys_competition_is_neither_read_found_nor_copied(app: TestApp) {
            let theirs = store_full(&app).await;
            let editor = app.editor("editor@test.se", "Stockholm").await;
            let city = app.city("Stockholm").await;
            let own = app.competition(empty("Egen", 2026), city).await;
            read(&app, own, &editor).await;
            let path = format!("/api/competitions/{theirs}");
            app.get(&path).bearer(&editor).send().await.expect_error(401, "not_allowed");
            let copy = app.post(&format!("{path}/copy")).bearer(&editor).send().await;
            copy.expect_error(401, "not_allowed");
            for query in ["", "?city_id=1", "?name=Final"] {
                let found = app
                    .get(&format!("/api/competitions/search{query}"))
                    .bearer(&editor)
                    .send()
                    .await;
                let expected = if query.is_empty() { vec![json!(own.0)] } else { vec![] };
                assert_eq!(found.pagination()["total"], expected.len());
                let ids: Vec<Value> = found
                    .json()
                    .as_array()
                    .expect("a list")
                    .iter()
                    .map(|c| c["id"].clone())
                    .collect();
                assert_eq!(ids, expected, "{query}");
            }
            let admin = app.admin().await;
            let all = app.get("/api/competitions/search").bearer(&admin).send().await;
            assert_eq!(all.pagination()["total"], 2);
        }
    }
}
