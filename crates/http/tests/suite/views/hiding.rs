//! With `as_shown`, what was not shown is for teams and the audience as if it were not there.

use estrad_testkit::on_both_databases;

use super::*;

const FIRST: [&str; 3] = ["question-1", "text-1", "title-1"];

on_both_databases! {
    async fn slides_come_with_the_presentation_and_stay(app: TestApp) {
        store(&app, Views::AsShown).await;
        app.start_presentation(FINAL).await;
        let team = app.open_team(FINAL, 0).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        for token in [&team, &audience] {
            let first = get(&app, token, "").await;
            assert_eq!(markers(&first.text()), FIRST);
            assert_eq!(orders(&first.expect(200)), [0]);
        }
        // The order is that of the competition, whatever is left out before it.
        show(&app, 2).await;
        for token in [&team, &audience] {
            let more = get(&app, token, "").await.expect(200);
            assert_eq!(orders(&more), [0, 2]);
            assert_eq!(markers(&more["slides"][1].to_string()), [
                "left-3", "question-3", "right-3", "text-3", "title-3",
            ]);
        }
        show(&app, 0).await;
        assert_eq!(orders(&get(&app, &team, "").await.expect(200)), [0, 2]);
        // After the end there is no more than before it.
        app.end_presentation(FINAL).await;
        assert_eq!(orders(&get(&app, &team, "").await.expect(200)), [0, 2]);
        // The next presentation begins anew.
        app.start_presentation(FINAL).await;
        assert_eq!(markers(&get(&app, &team, "").await.text()), FIRST);
    }

    async fn with_legacy_all_is_there_from_the_start(app: TestApp) {
        store(&app, Views::Legacy).await;
        app.start_presentation(FINAL).await;
        for token in [app.open_team(FINAL, 0).await, app.open_screen(FINAL, View::Audience).await] {
            assert_eq!(orders(&get(&app, &token, "").await.expect(200)), [0, 1, 2]);
            let clues = get(&app, &token, "/slides/2/questions/2/alternatives").await.text();
            assert_eq!(markers(&clues), ["clue-1", "clue-2", "clue-3"]);
        }
    }

    async fn judges_operators_and_users_see_all_of_it(app: TestApp) {
        store(&app, Views::AsShown).await;
        let admin = app.admin().await;
        app.start_presentation(FINAL).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let operator = app.open_screen(FINAL, View::Operator).await;
        for token in [admin, judge, operator] {
            assert_eq!(orders(&get(&app, &token, "").await.expect(200)), [0, 1, 2]);
            get(&app, &token, "/slides/3/components/3").await.expect(200);
            let clues = get(&app, &token, "/slides/2/questions/2/alternatives").await.expect(200);
            assert_eq!(clues.as_array().map(Vec::len), Some(3));
        }
    }

    async fn what_was_not_shown_can_not_be_told_from_what_is_not_there(app: TestApp) {
        store(&app, Views::AsShown).await;
        app.start_presentation(FINAL).await;
        let team = app.open_team(FINAL, 0).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        // A judge gives answers and points on the slide before it is shown.
        answer(&app, &judge, 5, "MARK-left-3 - MARK-right-3").await.expect(200);
        let score = app.put(&format!("{PATH}/teams/1/scores/3")).bearer(&judge);
        score.json(&json!({"score": 2})).send().await.expect(200);
        let hidden = [
            ("/slides/3/components", "/slides/999/components"),
            ("/slides/3/components/3", "/slides/999/components/3"),
            ("/slides/3/questions/3/alternatives", "/slides/999/questions/3/alternatives"),
            ("/slides/3/questions/3/alternatives/5", "/slides/999/questions/3/alternatives/5"),
            ("/slides/2/questions/2/alternatives/2", "/slides/999/questions/2/alternatives/2"),
        ];
        let of_teams =
            [("/teams/1/answers/5", "/teams/1/answers/999"), ("/teams/1/scores/3", "/teams/1/scores/999")];
        let all = hidden.iter().flat_map(|paths| [(&team, paths), (&audience, paths)]);
        for (token, (hidden, absent)) in all.chain(of_teams.iter().map(|paths| (&team, paths))) {
            let (hidden, absent) = (get(&app, token, hidden).await, get(&app, token, absent).await);
            assert_eq!(hidden.status, 404, "{}", hidden.text());
            assert_eq!(hidden.json(), absent.json());
        }
        // The same for what is sent, in any form and with any key.
        for body in [json!({"answer": "a"}), json!({"answer": "a", "key": "k"}), json!({"answer": ""})] {
            let put = |id: i64| {
                let path = format!("{PATH}/teams/1/answers/{id}");
                app.put(&path).bearer(&team).json(&body).send()
            };
            let (hidden, absent) = (put(5).await, put(999).await);
            assert_eq!(hidden.json(), absent.json());
            hidden.expect_error(404, "alternative_not_found");
        }
        let log = get(&app, &judge, "/ledger?kind=refused").await.expect(200);
        assert_eq!(log.as_array().map(Vec::len), Some(0), "nothing tells that there is something");
        // Nor is it among the others.
        for path in ["", "/teams/1/answers", "/teams/1/scores"] {
            assert!(!get(&app, &team, path).await.text().contains("-3"), "{path}");
        }
        let rich = get(&app, &team, "").await.expect(200);
        assert_eq!(rich["teams"][0]["question_alternative_answers"], json!([]));
        assert_eq!(rich["teams"][0]["question_scores"], json!([]));
        // Once it is shown it is all there.
        show(&app, 2).await;
        for (path, _) in &hidden[..4] {
            get(&app, &team, path).await.expect(200);
            get(&app, &audience, path).await.expect(200);
        }
        for (path, _) in of_teams {
            get(&app, &team, path).await.expect(200);
        }
        let rich = get(&app, &team, "").await.expect(200);
        assert_eq!(rich["teams"][0]["question_scores"][0]["score"], 2);
    }

    async fn the_scoreboard_names_no_question_before_it_is_shown(app: TestApp) {
        store(&app, Views::AsShown).await;
        app.start_presentation(FINAL).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        for (question, score) in [(1, 1), (3, 2)] {
            let put = app.put(&format!("{PATH}/teams/1/scores/{question}")).bearer(&judge);
            put.json(&json!({"score": score})).send().await.expect(200);
        }
        app.show_scoreboard(FINAL).await;
        let board = get(&app, &audience, "/scoreboard").await.expect(200);
        assert_eq!(board["question_ids"], json!([1]));
        assert_eq!(board["teams"][0]["scores"], json!([{"question_id": 1, "score": 1}]));
        assert_eq!(board["teams"][0]["total"], 3, "the points count all the same");
        let whole = get(&app, &judge, "/scoreboard").await.expect(200);
        assert_eq!(whole["question_ids"], json!([1, 2, 3]));
        let scores = get(&app, &audience, "/teams/1/scores").await.expect(200);
        assert_eq!(scores.as_array().map(Vec::len), Some(1));
        let rich = get(&app, &audience, "").await.expect(200);
        assert_eq!(rich["teams"][0]["question_scores"].as_array().map(Vec::len), Some(1));
    }

    async fn an_edit_shows_no_slide_but_the_one_that_takes_the_place_of_the_current(app: TestApp) {
        store(&app, Views::AsShown).await;
        let admin = app.admin().await;
        app.start_presentation(FINAL).await;
        let team = app.open_team(FINAL, 0).await;
        let copy = app.post(&format!("{PATH}/slides/1/copy")).bearer(&admin).send().await;
        assert_eq!(copy.expect(200)["id"], 4);
        let moved = app.put(&format!("{PATH}/slides/3")).bearer(&admin).json(&json!({"order": 0}));
        moved.send().await.expect(200);
        assert_eq!(orders(&get(&app, &team, "").await.expect(200)), [1]);
        app.delete(&format!("{PATH}/slides/1")).bearer(&admin).send().await.expect(204);
        let rich = get(&app, &team, "").await.expect(200);
        let ids: Vec<&Value> =
            rich["slides"].as_array().expect("a list").iter().map(|slide| &slide["id"]).collect();
        assert_eq!(ids, [4]);
    }
}
