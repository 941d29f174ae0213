//! `/api/competitions/{competition_id}/teams/{team_id}/answers`

use estrad_domain::types::View;
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use super::*;

/// Tries each text at an alternative as the first team.
async fn try_each(app: &TestApp, alternative: i64, good: &[&str], bad: &[&str]) {
    let team = app.open_team(FINAL, 0).await;
    for answer in good {
        let stored = give(app, &team, 1, alternative, answer).await.expect(200);
        assert_eq!(stored["answer"], *answer, "{alternative}");
    }
    let before = get(app, &team, "1/answers").send().await.expect(200);
    for answer in bad {
        expect_field(give(app, &team, 1, alternative, answer).await, "answer");
    }
    assert_eq!(get(app, &team, "1/answers").send().await.expect(200), before);
}

on_both_databases! {
    async fn an_answer_is_given_changed_read_and_taken_back(app: TestApp) {
        let admin = begin(&app).await;
        assert_eq!(get(&app, &admin, "1/answers").send().await.expect(200), json!([]));
        let none = get(&app, &admin, "1/answers/1").send().await;
        none.expect_error(404, "answer_not_found");
        for text in ["ett svar", "ändrat svar", "ändrat svar", ""] {
            let expected =
                json!({"id": 1, "team_id": 1, "question_alternative_id": 1, "answer": text});
            let body = json!({"answer": text});
            let stored = put(&app, &admin, "1/answers/1", body).await.expect(200);
            assert_eq!(stored, expected);
            assert_eq!(get(&app, &admin, "1/answers/1").send().await.expect(200), expected);
            assert_eq!(get(&app, &admin, "1/answers").send().await.expect(200), json!([expected]));
        }
        // The next one has the next id: changing used up none.
        assert_eq!(give(&app, &admin, 1, NUMBER, "3,5").await.expect(200)["id"], 2);
        assert_eq!(give(&app, &admin, 2, TEXT, "annat").await.expect(200)["id"], 3);
        let all = get(&app, &admin, "1/answers").send().await.expect(200);
        let ids = all.as_array().expect("a list").iter().map(|answer| answer["id"].clone());
        assert_eq!(ids.collect::<Vec<_>>(), [1, 2]);
    }

    async fn teams_answer_for_themselves_and_those_who_correct_for_all(app: TestApp) {
        let admin = begin(&app).await;
        let own = app.editor("own@test.se", "Linköping").await;
        let other = app.editor("other@test.se", "Kiruna").await;
        let team = app.open_team(FINAL, 0).await;
        let rival = app.open_team(FINAL, 1).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let operator = app.open_screen(FINAL, View::Operator).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let foreign_team = app.open_team(OTHER, 0).await;
        let foreign_judge = app.open_screen(OTHER, View::Judge).await;
        for (who, token, reads, writes) in [
            ("team", &team, true, true),
            ("admin", &admin, true, true),
            ("editor of the city", &own, true, true),
            ("judge", &judge, true, true),
            ("operator", &operator, true, false),
            ("editor of another city", &other, true, false),
            ("rival team", &rival, false, false),
            ("audience", &audience, false, false),
            ("team of another competition", &foreign_team, false, false),
            ("judge of another competition", &foreign_judge, false, false),
        ] {
            let answer = give(&app, token, 1, TEXT, who).await;
            if writes {
                assert_eq!(answer.expect(200)["answer"], who);
            } else {
                answer.expect_error(401, "not_allowed");
            }
            for path in ["1/answers", "1/answers/1"] {
                let answer = get(&app, token, path).send().await;
                if reads {
                    assert_eq!(answer.status, 200, "{who} {path} {}", answer.text());
                } else {
                    answer.expect_error(401, "not_allowed");
                }
            }
        }
        let stored = get(&app, &admin, "1/answers/1").send().await.expect(200);
        assert_eq!(stored["answer"], "judge", "the last one who may");
    }

    async fn without_a_presentation_only_those_who_correct_may_answer(app: TestApp) {
        let admin = begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        give(&app, &team, 1, TEXT, "before").await.expect(200);
        app.end_presentation(FINAL).await;
        for answer in ["late", ""] {
            expect_locked(give(&app, &team, 1, TEXT, answer).await, "not_presented");
        }
        let kept = get(&app, &team, "1/answers/1").send().await.expect(200);
        assert_eq!(kept["answer"], "before");
        for token in [&admin, &judge] {
            give(&app, token, 1, TEXT, "from paper").await.expect(200);
        }
        // Another presentation opens them again.
        app.start_presentation(FINAL).await;
        give(&app, &team, 1, TEXT, "again").await.expect(200);
    }

    async fn judges_say_why(app: TestApp) {
        let admin = begin(&app).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        for reason in [None, Some(json!(null)), Some(json!("")), Some(json!(" \n\t"))] {
            let mut body = json!({"answer": "x"});
            if let Some(reason) = reason {
                body["reason"] = reason;
            }
            expect_field(put(&app, &judge, "1/answers/1", body.clone()).await, "reason");
            put(&app, &admin, "1/answers/1", body).await.expect(200);
        }
        for (reason, good) in [(json!("å".repeat(1000)), true), (json!("å".repeat(1001)), false),
            (json!("a\0b"), false), (json!(1), false), (json!(["x"]), false)]
        {
            let body = json!({"answer": "x", "reason": reason});
            for token in [&judge, &admin] {
                let answer = put(&app, token, "1/answers/1", body.clone()).await;
                if good { answer.expect(200); } else { expect_field(answer, "reason"); }
            }
        }
    }

    async fn what_is_not_there_can_not_be_answered(app: TestApp) {
        let admin = begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let body = json!({"answer": "x"});
        let text_of_the_other = QUIZ + TEXT;
        for (token, path, word) in [
            (&admin, "1/answers/99999".to_owned(), "alternative_not_found"),
            (&team, "1/answers/99999".to_owned(), "alternative_not_found"),
            (&admin, format!("1/answers/{text_of_the_other}"), "alternative_not_found"),
            (&team, format!("1/answers/{text_of_the_other}"), "alternative_not_found"),
            (&team, "1/answers/null".to_owned(), "alternative_not_found"),
            (&admin, "1/answers/9223372036854775808".to_owned(), "alternative_not_found"),
            (&admin, "3/answers/1".to_owned(), "team_not_found"),
            (&admin, "99999/answers/1".to_owned(), "team_not_found"),
            (&admin, "null/answers/1".to_owned(), "team_not_found"),
            (&admin, "undefined/answers/1".to_owned(), "team_not_found"),
            (&admin, "%00/answers/1".to_owned(), "team_not_found"),
        ] {
            let answer = put(&app, token, &path, body.clone()).await;
            assert_eq!(answer.status, 404, "{path} {}", answer.text());
            answer.expect_error(404, word);
            if word == "team_not_found" {
                get(&app, token, &path).send().await.expect_error(404, word);
                let list = path.rsplit_once('/').expect("a path").0;
                get(&app, token, list).send().await.expect_error(404, word);
            }
        }
        // Whoever may not is told so, whatever the team is.
        let judge = app.open_screen(OTHER, View::Judge).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        for token in [&team, &judge, &audience] {
            for path in ["null/answers/1", "99999/answers/1", "2/answers/1", "3/answers/null"] {
                put(&app, token, path, body.clone()).await.expect_error(401, "not_allowed");
                get(&app, token, path).send().await.expect_error(401, "not_allowed");
            }
        }
        for path in ["1/answers/1", "null/answers/1"] {
            let nobody = app.put(&at(path)).json(&body).send().await;
            nobody.expect_error(401, "token_missing");
        }
        let nowhere = app.put("/api/competitions/9/teams/1/answers/1").bearer(&admin).json(&body);
        nowhere.send().await.expect_error(404, "competition_not_found");
        assert_eq!(app.count("answers").await, 0);
    }

    async fn each_type_has_its_form_of_answers(app: TestApp) {
        begin(&app).await;
        let words = ["Volta", "", "1", " ", "\u{1F9F2} <b>&amp;</b>", "rad 1\nrad 2"];
        for free in [TEXT, LONG_TEXT, CLUE] {
            try_each(&app, free, &words, &[]).await;
        }
        for flag in [MULTIPLE, MULTIPLE + 1, SINGLE, SINGLE + 1, TRUE_FALSE] {
            try_each(&app, flag, &["0", "1", ""], &["2", "true", " 1", "a"]).await;
        }
        let pairs = ["Sverige - Stockholm", "Sverige - Oslo", ""];
        let no_pairs = ["Norge - Oslo", "Sverige", "Oslo", "Sverige - Paris", "Sverige-Oslo"];
        try_each(&app, MATCH, &pairs, &no_pairs).await;
        try_each(&app, NUMBER, &["3", "-3,5", "3.50", ""], &["3 m", "NaN", "tre"]).await;
        for by_hand in [PRACTICAL, QUIZ] {
            try_each(&app, by_hand, &[], &["x", "1", ""]).await;
        }
    }

    async fn a_match_is_answered_in_the_texts_that_the_team_is_shown(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let rich = app.get("/api/competitions/1").bearer(&team).send().await.expect(200);
        let rows = &rich["slides"][0]["questions"][4]["alternatives"];
        for row in rows.as_array().expect("a list") {
            let text = |member: &str| row[member].as_str().expect("a text").to_owned();
            let pair = format!("{} - {}", text("alternative"), text("correct"));
            let id = row["id"].as_i64().expect("an id");
            give(&app, &team, 1, id, &pair).await.expect(200);
        }
    }

    async fn an_answer_is_a_text_of_bounded_length(app: TestApp) {
        let admin = begin(&app).await;
        give(&app, &admin, 1, LONG_TEXT, &"å".repeat(4096)).await.expect(200);
        for long in [4_097, 10_000] {
            let answer = give(&app, &admin, 1, LONG_TEXT, &"å".repeat(long)).await;
            expect_field(answer, "answer");
        }
        expect_field(give(&app, &admin, 1, LONG_TEXT, "a\0b").await, "answer");
        for answer in [json!(null), json!(1), json!(1.5), json!(true), json!(["1"]), json!({})] {
            expect_field(put(&app, &admin, "1/answers/3", json!({"answer": answer})).await, "answer");
        }
        expect_field(put(&app, &admin, "1/answers/3", json!({})).await, "answer");
        let unknown = json!({"answer": "1", "team_id": 2});
        expect_field(put(&app, &admin, "1/answers/3", unknown).await, "team_id");
        expect_field(put(&app, &admin, "1/answers/3", json!([])).await, "_schema");
        let broken = app.put(&at("1/answers/3")).bearer(&admin).body("application/json", "{");
        broken.send().await.expect_error(400, "invalid_json");
        assert_eq!(app.count("answers").await, 1);
    }

    async fn the_whole_competition_shows_teams_their_own_answers_and_judges_all(app: TestApp) {
        let admin = begin(&app).await;
        let teams = [app.open_team(FINAL, 0).await, app.open_team(FINAL, 1).await];
        for (number, token) in (1..).zip(&teams) {
            give(&app, token, number, TEXT, &format!("of {number}")).await.expect(200);
        }
        let judge = app.open_screen(FINAL, View::Judge).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        for (token, expected) in [
            (&teams[0], [json!("of 1"), Value::Null]),
            (&teams[1], [Value::Null, json!("of 2")]),
            (&judge, [json!("of 1"), json!("of 2")]),
            (&admin, [json!("of 1"), json!("of 2")]),
            (&audience, [Value::Null, Value::Null]),
        ] {
            let rich = app.get("/api/competitions/1").bearer(token).send().await.expect(200);
            let shown = [0, 1].map(|team: usize| {
                rich["teams"][team]["question_alternative_answers"][0]["answer"].clone()
            });
            assert_eq!(shown, expected);
        }
    }

    async fn an_alternative_that_is_deleted_takes_its_answers_along(app: TestApp) {
        let admin = begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        give(&app, &team, 1, SINGLE, "1").await.expect(200);
        let path = format!("/api/competitions/1/slides/1/questions/4/alternatives/{SINGLE}");
        app.delete(&path).bearer(&admin).send().await.expect_error(409, "has_results");
        app.delete(&format!("{path}?confirm=true")).bearer(&admin).send().await.expect(204);
        let gone = get(&app, &team, &format!("1/answers/{SINGLE}")).send().await;
        gone.expect_error(404, "answer_not_found");
        give(&app, &team, 1, SINGLE, "1").await.expect_error(404, "alternative_not_found");
        assert_eq!(app.count("answers").await, 0);
    }

    async fn an_alternative_that_is_deleted_at_the_same_moment_leaves_no_answer(app: TestApp) {
        let admin = begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let path = at(&format!("1/answers/{SINGLE}"));
        let answers: Vec<_> = (0..8)
            .map(|_| app.put(&path).bearer(&team).json(&json!({"answer": "1"})).send())
            .map(actix_web::rt::spawn)
            .collect();
        let path = "/api/competitions/1/slides/1/questions/4/alternatives";
        let path = format!("{path}/{SINGLE}?confirm=true");
        app.delete(&path).bearer(&admin).send().await.expect(204);
        for answer in answers {
            let answer = answer.await.expect("an answer");
            assert!([200, 404].contains(&answer.status), "{}", answer.text());
        }
        assert_eq!(app.count("answers").await, 0);
    }

    async fn of_answers_at_the_same_moment_one_stays(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let answers: Vec<_> = (0..12)
            .map(|n| app.put(&at("1/answers/1")).bearer(&team).json(&json!({"answer": n.to_string()})))
            .map(|request| actix_web::rt::spawn(request.send()))
            .collect();
        for answer in answers {
            assert_eq!(answer.await.expect("an answer").expect(200)["id"], 1);
        }
        assert_eq!(app.count("answers").await, 1);
    }
}
