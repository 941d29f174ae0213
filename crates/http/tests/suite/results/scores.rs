//! `/api/competitions/{competition_id}/teams/{team_id}/scores`

use estrad_domain::points::Points;
use estrad_domain::presentation::Event;
use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::*;

on_both_databases! {
    async fn a_score_is_given_changed_and_read(app: TestApp) {
        let admin = begin(&app).await;
        assert_eq!(get(&app, &admin, "1/scores").send().await.expect(200), json!([]));
        get(&app, &admin, "1/scores/1").send().await.expect_error(404, "score_not_found");
        for points in [2, 0, 10_000, 1] {
            let expected = json!({"id": 1, "team_id": 1, "question_id": 1, "score": points});
            let body = json!({"score": points});
            assert_eq!(put(&app, &admin, "1/scores/1", body).await.expect(200), expected);
            assert_eq!(get(&app, &admin, "1/scores/1").send().await.expect(200), expected);
            assert_eq!(get(&app, &admin, "1/scores").send().await.expect(200), json!([expected]));
        }
        // Also where nothing is answered digitally.
        let next = put(&app, &admin, "1/scores/2", json!({"score": 3, "reason": "seen"})).await;
        assert_eq!(next.expect(200)["id"], 2);
    }

    async fn those_who_correct_give_scores_and_the_audience_reads_them_while_shown(app: TestApp) {
        let admin = begin(&app).await;
        let own = app.editor("own@test.se", "Linköping").await;
        let other = app.editor("other@test.se", "Kiruna").await;
        let team = app.open_team(FINAL, 0).await;
        let rival = app.open_team(FINAL, 1).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let operator = app.open_screen(FINAL, View::Operator).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let foreign_judge = app.open_screen(OTHER, View::Judge).await;
        let foreign_audience = app.open_screen(OTHER, View::Audience).await;
        let cases = [
            ("admin", &admin, true, true),
            ("editor of the city", &own, true, true),
            ("judge", &judge, true, true),
            ("team", &team, true, false),
            ("operator", &operator, true, false),
            ("editor of another city", &other, true, false),
            ("rival team", &rival, false, false),
            ("audience", &audience, false, false),
            ("judge of another competition", &foreign_judge, false, false),
            ("audience of another competition", &foreign_audience, false, false),
        ];
        app.show_scoreboard(OTHER).await;
        for shown in [false, true] {
            if shown {
                app.show_scoreboard(FINAL).await;
            }
            for (who, token, reads, writes) in cases {
                let answer = put(&app, token, "1/scores/1", json!({"score": 2})).await;
                if writes {
                    answer.expect(200);
                } else {
                    answer.expect_error(401, "not_allowed");
                }
                for path in ["1/scores", "1/scores/1"] {
                    let answer = get(&app, token, path).send().await;
                    if reads || (shown && who == "audience") {
                        assert_eq!(answer.status, 200, "{who} {path} {}", answer.text());
                    } else {
                        answer.expect_error(401, "not_allowed");
                    }
                }
            }
        }
        app.end_presentation(FINAL).await;
        let over = get(&app, &audience, "1/scores").send().await;
        over.expect_error(401, "not_allowed");
        put(&app, &judge, "1/scores/1", json!({"score": 1})).await.expect(200);
    }

    async fn a_score_is_a_whole_number_within_bounds(app: TestApp) {
        let admin = begin(&app).await;
        for (given, stored) in [(json!(3.0), 3), (json!("4"), 4), (json!(1e2), 100)] {
            let answer = put(&app, &admin, "1/scores/1", json!({"score": given})).await;
            assert_eq!(answer.expect(200)["score"], stored);
        }
        for score in [
            json!(-1), json!(-10_001), json!(10_001), json!(9_223_372_036_854_775_807i64), json!(1e300),
            json!(1.5), json!(0.01), json!(-0.5), json!("NaN"), json!("inf"), json!(""),
            json!("1.5"), json!(null), json!(true), json!([1]), json!({}),
        ] {
            expect_field(put(&app, &admin, "1/scores/1", json!({"score": score})).await, "score");
        }
        expect_field(put(&app, &admin, "1/scores/1", json!({})).await, "score");
        let unknown = json!({"score": 1, "total": 1});
        expect_field(put(&app, &admin, "1/scores/1", unknown).await, "total");
        for reason in [json!("x".repeat(1001)), json!("a\0"), json!(1)] {
            let body = json!({"score": 1, "reason": reason});
            expect_field(put(&app, &admin, "1/scores/1", body).await, "reason");
        }
        for body in ["{\"score\": NaN}", "{\"score\": Infinity}", "{\"score\": 1e999999}"] {
            let request = app.put(&at("1/scores/1")).bearer(&admin).body("application/json", body);
            request.send().await.expect_error(400, "invalid_json");
        }
        let kept = get(&app, &admin, "1/scores/1").send().await.expect(200);
        assert_eq!(kept["score"], 100);
    }

    async fn fractions_are_given_where_the_competition_says_so(app: TestApp) {
        let admin = begin(&app).await;
        let path = "/api/competitions/1";
        let shown = app.get(path).bearer(&admin).send().await.expect(200);
        assert_eq!(shown["fractions_allowed"], false);
        expect_field(put(&app, &admin, "1/scores/1", json!({"score": 1.5})).await, "score");
        let allow = app.put(path).bearer(&admin).json(&json!({"fractions_allowed": true}));
        assert_eq!(allow.send().await.expect(200)["fractions_allowed"], true);
        for (given, stored) in [(json!(1.5), 1.5), (json!("0.25"), 0.25), (json!(9999.99), 9999.99)] {
            let answer = put(&app, &admin, "1/scores/1", json!({"score": given})).await;
            assert_eq!(answer.expect(200)["score"], stored);
        }
        for score in [json!(0.001), json!(1.005), json!(10_000.01), json!(-0.5), json!("NaN")] {
            expect_field(put(&app, &admin, "1/scores/1", json!({"score": score})).await, "score");
        }
        // A copy goes by the same rule.
        let copy = app.post("/api/competitions/1/copy").bearer(&admin).send().await.expect(200);
        assert_eq!(copy["fractions_allowed"], true);
        let forbid = app.put(path).bearer(&admin).json(&json!({"fractions_allowed": false}));
        forbid.send().await.expect(200);
        expect_field(put(&app, &admin, "1/scores/1", json!({"score": 1.5})).await, "score");
        expect_field(
            app.put(path).bearer(&admin).json(&json!({"fractions_allowed": 2})).send().await,
            "fractions_allowed",
        );
    }

    async fn points_below_0_are_given_where_the_competition_says_so(app: TestApp) {
        let admin = begin(&app).await;
        let path = "/api/competitions/1";
        let shown = app.get(path).bearer(&admin).send().await.expect(200);
        assert_eq!(shown["negative_allowed"], false);
        let told = put(&app, &admin, "1/scores/1", json!({"score": -1})).await;
        let told = told.expect_error(422, "validation_failed");
        assert_eq!(told["field"], "score");
        let bounds = "Must be greater than or equal to 0 and less than or equal to 10000.";
        assert_eq!(told["errors"]["json"]["score"], json!([bounds]));
        let set = |allowed: Value| app.put(path).bearer(&admin).json(&json!({"negative_allowed": allowed}));
        assert_eq!(set(json!(true)).send().await.expect(200)["negative_allowed"], true);
        for points in [-1, -10_000] {
            let given = put(&app, &admin, "1/scores/1", json!({"score": points})).await;
            assert_eq!(given.expect(200)["score"], points);
        }
        expect_field(put(&app, &admin, "1/scores/1", json!({"score": -10_001})).await, "score");
        expect_field(put(&app, &admin, "1/scores/1", json!({"score": -0.5})).await, "score");
        // A copy goes by the same rule, and so does what a bundle brings back.
        let copy = app.post("/api/competitions/1/copy").bearer(&admin).send().await.expect(200);
        assert_eq!(copy["negative_allowed"], true);
        // (No bundle has a quiz with an alternative, as this one has.)
        let quiz = "/api/competitions/1/slides/1/questions/10";
        app.delete(quiz).bearer(&admin).send().await.expect(204);
        let bundle = app.get("/api/competitions/1/export").bearer(&admin).send().await;
        let bundle = bundle.bytes;
        let import = app.post("/api/competitions/import?name=Again").bearer(&admin);
        let again = import.body("application/zip", bundle).send().await.expect(200);
        assert_eq!(again["negative_allowed"], true);
        // What stands, stands.
        set(json!(false)).send().await.expect(200);
        expect_field(put(&app, &admin, "1/scores/1", json!({"score": -1})).await, "score");
        let kept = get(&app, &admin, "1/scores/1").send().await.expect(200);
        assert_eq!(kept["score"], -10_000);
        expect_field(set(json!(2)).send().await, "negative_allowed");
    }

    async fn a_question_that_is_worth_more_can_be_given_more(app: TestApp) {
        let admin = begin(&app).await;
        let question = "/api/competitions/1/slides/1/questions/1";
        for (worth, most) in [(0, 10_000), (1_000, 10_000), (2_000, 20_000), (1_000_000, 10_000_000)] {
            let body = json!({"total_score": worth});
            app.put(question).bearer(&admin).json(&body).send().await.expect(200);
            let given = put(&app, &admin, "1/scores/1", json!({"score": most})).await;
            assert_eq!(given.expect(200)["score"], most);
            let told = put(&app, &admin, "1/scores/1", json!({"score": most + 1})).await;
            let told = told.expect_error(422, "validation_failed");
            let bounds = format!("Must be greater than or equal to 0 and less than or equal to {most}.");
            assert_eq!(told["errors"]["json"]["score"], json!([bounds]));
        }
        let board = app.get("/api/competitions/1/scoreboard").bearer(&admin).send().await;
        assert_eq!(board.expect(200)["teams"][0]["total"], 10_000_000);
    }

    async fn of_two_judges_the_last_one_counts_and_both_are_on_record(app: TestApp) {
        begin(&app).await;
        let judges =
            [app.open_screen(FINAL, View::Judge).await, app.open_screen(FINAL, View::Judge).await];
        for (judge, score) in [(0, 1), (1, 3), (0, 3)] {
            let body = json!({"score": score, "reason": "as I saw it"});
            put(&app, &judges[judge], "1/scores/1", body).await.expect(200);
        }
        put(&app, &judges[0], "1/scores/2", json!({"score": 4})).await.expect(200);
        let scored: Vec<_> = log(&app)
            .await
            .into_iter()
            .filter_map(|entry| match entry.event {
                Event::Scored(scored) => Some((entry.actor, scored)),
                _ => None,
            })
            .collect();
        let points = |points| Some(Points::whole(points));
        let history: Vec<_> =
            scored.iter().map(|(_, s)| (s.before, s.score, s.total)).collect();
        assert_eq!(history, [
            (None, points(1), points(1)),
            (points(1), points(3), points(3)),
            (points(3), points(3), points(3)),
            (None, points(4), points(7)),
        ]);
        assert_eq!(scored[0].0, scored[2].0);
        assert_ne!(scored[0].0, scored[1].0);
        assert_eq!(scored[0].1.reason.as_deref(), Some("as I saw it"));
        assert_eq!(app.count("scores").await, 2);
    }

    async fn what_is_not_there_gets_no_score(app: TestApp) {
        let admin = begin(&app).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let body = json!({"score": 1});
        for token in [&admin, &judge] {
            for (path, word) in [
                ("1/scores/99999", "question_not_found"),
                // The first question of the other competition.
                ("1/scores/11", "question_not_found"),
                ("1/scores/null", "question_not_found"),
                ("3/scores/1", "team_not_found"),
                ("99999/scores/1", "team_not_found"),
                ("null/scores/1", "team_not_found"),
            ] {
                let answer = put(&app, token, path, body.clone()).await;
                assert_eq!(answer.status, 404, "{path} {}", answer.text());
                answer.expect_error(404, word);
            }
        }
        let team = app.open_team(FINAL, 0).await;
        for path in ["null/scores/1", "99999/scores/1", "2/scores"] {
            get(&app, &team, path).send().await.expect_error(401, "not_allowed");
        }
        assert_eq!(app.count("scores").await, 0);
    }

    async fn of_two_judges_at_the_same_cell_the_last_one_counts(app: TestApp) {
        begin(&app).await;
        let judges =
            [app.open_screen(FINAL, View::Judge).await, app.open_screen(FINAL, View::Judge).await];
        for (judge, points) in judges.iter().zip([1, 2]) {
            put(&app, judge, "1/scores/1", json!({"score": points})).await.expect(200);
        }
        let stored = get(&app, &judges[0], "1/scores/1").send().await.expect(200);
        assert_eq!(stored["score"], 2);
        // At the same moment one of them is last, and there is one score.
        let scores: Vec<_> = (0..12)
            .map(|n| {
                let request = app.put(&at("2/scores/1")).bearer(&judges[n % 2]);
                actix_web::rt::spawn(request.json(&json!({"score": n})).send())
            })
            .collect();
        for score in scores {
            assert_eq!(score.await.expect("an answer").status, 200);
        }
        let all = get(&app, &judges[0], "2/scores").send().await.expect(200);
        assert_eq!(all.as_array().map(Vec::len), Some(1), "{all}");
        assert_eq!(app.count("scores").await, 2);
    }

    async fn the_whole_competition_shows_scores_to_those_who_may_see_them(app: TestApp) {
        let admin = begin(&app).await;
        for team in [1, 2] {
            put(&app, &admin, &format!("{team}/scores/1"), json!({"score": team})).await.expect(200);
        }
        let team = app.open_team(FINAL, 0).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        for (token, expected) in
            [(&team, [json!(1), Value::Null]), (&judge, [json!(1), json!(2)])]
        {
            let rich = app.get("/api/competitions/1").bearer(token).send().await.expect(200);
            let shown =
                [0, 1].map(|team: usize| rich["teams"][team]["question_scores"][0]["score"].clone());
            assert_eq!(shown, expected);
        }
    }
}
