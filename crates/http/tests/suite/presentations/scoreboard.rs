//! `GET /api/competitions/{competition_id}/scoreboard`, and that the log alone tells how it came about.

use estrad_domain::draft::{AnswerDraft, QuestionPlace, ScoreDraft};
use estrad_domain::standings::Results;
use estrad_domain::types::View;
use estrad_persistence::queries::ledger::{self as logs, LedgerFilter};
use estrad_persistence::queries::{answers, scores, teams};
use estrad_testkit::on_both_databases;
use serde_json::json;

use super::*;

async fn board(app: &TestApp, token: &str, query: &str) -> Value {
    get(app, token, &format!("scoreboard{query}")).await.expect(200)
}

/// Team, rank and total of each row.
fn ranks(board: &Value) -> Value {
    let rows = board["teams"].as_array().expect("rows").iter();
    rows.map(|row| json!([row["team_id"], row["rank"], row["total"]])).collect()
}

/// What the tables have, and what the logs give.
async fn stored_and_replayed(app: &TestApp, id: CompetitionId) -> (Results, Results) {
    let read = move |c: &mut AnyConnection| {
        let mut stored = Results::default();
        for team in teams::all(c, id)? {
            for answer in answers::all(c, team.id)? {
                stored.answers.insert((team.id, answer.question_alternative_id), answer.answer);
            }
            for score in scores::all(c, team.id)? {
                stored.scores.insert((team.id, score.question_id), score.score);
            }
        }
        let mut replayed = Results::default();
        logs::replay(c, &LedgerFilter::of(id), None, None, |event| replayed.apply(event))?;
        Ok::<_, StorageError>((stored, replayed))
    };
    app.database.snapshot(read).await.expect("both")
}

/// A draft with as many answers and scores as it has teams.
fn with_results(name: &str, teams: usize) -> CompetitionDraft {
    let mut draft = draft(name);
    let place = QuestionPlace { slide: 1, question: 0 };
    draft.teams = (0..teams)
        .map(|number| TeamDraft {
            name: format!("Team {number}"),
            answers: vec![AnswerDraft { place, alternative: 0, answer: format!("a{number}") }],
            scores: vec![ScoreDraft { place, score: Points::whole(number as i32 % 3) }],
        })
        .collect();
    draft
}

on_both_databases! {
    async fn teams_are_ranked_by_what_they_were_given(app: TestApp) {
        let admin = begin(&app).await;
        let empty = json!({
            "presentation_id": null, "seq": 0, "question_ids": [1, 2, 3], "teams": [
                {"team_id": 1, "name": "A", "rank": 1, "total": 0, "scores": []},
                {"team_id": 2, "name": "B", "rank": 1, "total": 0, "scores": []},
            ],
        });
        assert_eq!(board(&app, &admin, "").await, empty);
        app.start_presentation(FINAL).await;
        for name in ["C", "D"] {
            app.post(&at("teams")).bearer(&admin).json(&json!({"name": name})).send().await.expect(200);
        }
        let given =
            [scored(1, 2, 50, None), scored(2, 1, 200, None), scored(5, 2, 150, None), scored(1, 1, 150, None)];
        record(&app, FINAL, &given).await;
        let all = board(&app, &admin, "").await;
        assert_eq!(ranks(&all), json!([[1, 1, 2], [2, 1, 2], [5, 3, 1.5], [6, 4, 0]]));
        assert_eq!([&all["presentation_id"], &all["seq"]], [1, 5]);
        assert_eq!(all["teams"][0]["scores"], json!([
            {"question_id": 1, "score": 1.5}, {"question_id": 2, "score": 0.5},
        ]));
        // In the order of the slides, wherever they are moved.
        app.put(&at("slides/2")).bearer(&admin).json(&json!({"order": 0})).send().await.expect(200);
        let moved = board(&app, &admin, "").await;
        assert_eq!(moved["question_ids"], json!([2, 1, 3]));
        assert_eq!(moved["teams"][0]["scores"][0]["question_id"], 2);
    }

    async fn what_changed_since_is_marked(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        record(&app, FINAL, &[scored(1, 1, 100, None), scored(2, 1, 100, None)]).await;
        // Another one, the same again, and there and back.
        record(&app, FINAL, &[
            scored(1, 1, 200, Some(100)),
            scored(2, 1, 100, Some(100)),
            scored(2, 2, 100, None),
            scored(1, 2, 100, None),
            scored(1, 2, 0, Some(100)),
        ]).await;
        let marked = async |query: &str| {
            let board = board(&app, &admin, query).await;
            let mut marked = Vec::new();
            for row in board["teams"].as_array().expect("rows") {
                for cell in row["scores"].as_array().expect("cells") {
                    if cell["changed"].as_bool().expect("is asked for") {
                        marked.push((row["team_id"].clone(), cell["question_id"].clone()));
                    }
                }
            }
            marked.sort_by_key(|(team, question)| (team.as_i64(), question.as_i64()));
            marked
        };
        let cell = |team: i64, question: i64| (json!(team), json!(question));
        assert_eq!(marked("?since=3").await, [cell(1, 1), cell(1, 2), cell(2, 2)]);
        assert_eq!(marked("?since=6").await, [cell(1, 2)]);
        assert_eq!(marked("?since=8").await, []);
        assert_eq!(marked("?since=999").await, []);
        assert_eq!(marked("?since=0&at=3").await, [cell(1, 1), cell(2, 1)]);
        for bad in ["since=-1", "at=x", "presentation_id=x"] {
            get(&app, &admin, &format!("scoreboard?{bad}")).await
                .expect_error(422, "validation_failed");
        }
    }

    async fn the_standings_of_any_moment_are_found_again(app: TestApp) {
        let admin = begin(&app).await;
        get(&app, &admin, "scoreboard?at=1").await.expect_error(404, "presentation_not_found");
        // Before any presentation, at the desk: that is 1.
        record(&app, FINAL, &[scored(2, 3, 50, None)]).await;
        app.start_presentation(FINAL).await;
        record(&app, FINAL, &[scored(1, 1, 100, None), answered(1, 1, "x")]).await;
        record(&app, FINAL, &[scored(2, 1, 300, None)]).await;
        app.end_presentation(FINAL).await;
        record(&app, FINAL, &[scored(2, 1, 100, Some(300))]).await;
        app.start_presentation(FINAL).await;
        record(&app, FINAL, &[scored(1, 2, 500, None)]).await;
        app.start_presentation(OTHER).await;
        record(&app, OTHER, &[scored(3, 4, 900, None)]).await;
        for (query, expected) in [
            ("?presentation_id=1", json!([[2, 1, 0.5], [1, 2, 0]])),
            ("?presentation_id=2&at=0", json!([[2, 1, 0.5], [1, 2, 0]])),
            ("?presentation_id=2&at=2", json!([[1, 1, 1], [2, 2, 0.5]])),
            ("?presentation_id=2&at=4", json!([[2, 1, 3.5], [1, 2, 1]])),
            ("?presentation_id=2&at=5", json!([[2, 1, 3.5], [1, 2, 1]])),
            ("?presentation_id=2", json!([[2, 1, 1.5], [1, 2, 1]])),
            ("?at=1", json!([[2, 1, 1.5], [1, 2, 1]])),
            ("?at=2", json!([[1, 1, 6], [2, 2, 1.5]])),
            ("?at=999", json!([[1, 1, 6], [2, 2, 1.5]])),
            ("", json!([[1, 1, 6], [2, 2, 1.5]])),
        ] {
            assert_eq!(ranks(&board(&app, &admin, query).await), expected, "{query}");
        }
        let last = board(&app, &admin, "?at=999").await;
        assert_eq!(last, board(&app, &admin, "").await);
        for other in [4, 99] {
            let query = format!("scoreboard?presentation_id={other}");
            get(&app, &admin, &query).await.expect_error(404, "presentation_not_found");
        }
        // What is deleted is on no scoreboard any more, of now or of then.
        app.delete(&at("slides/2/questions/2?confirm=true")).bearer(&admin).send().await.expect(204);
        for query in ["", "?at=2"] {
            let ranks = ranks(&board(&app, &admin, query).await);
            assert_eq!(ranks, json!([[2, 1, 1.5], [1, 2, 1]]), "{query}");
        }
    }

    async fn teams_and_the_audience_see_it_while_it_is_shown(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        app.start_presentation(OTHER).await;
        app.show_scoreboard(OTHER).await;
        let foreign = app.open_team(OTHER, 0).await;
        let screens = [
            app.open_team(FINAL, 0).await,
            app.open_screen(FINAL, View::Audience).await,
        ];
        let always = [
            admin.clone(),
            app.open_screen(FINAL, View::Judge).await,
            app.open_screen(FINAL, View::Operator).await,
            app.editor("other@test.se", "Kiruna").await,
        ];
        for shown in [false, true, false] {
            sync(&app, &admin, json!({"show_scoreboard": shown})).await.expect(200);
            for token in &screens {
                // What was never shown to them is not shown while something else is.
                let earlier = get(&app, token, "scoreboard?presentation_id=1").await;
                earlier.expect_error(401, "not_allowed");
                for query in ["scoreboard", "scoreboard?at=1"] {
                    let answer = get(&app, token, query).await;
                    if shown {
                        answer.expect(200);
                    } else {
                        answer.expect_error(401, "not_allowed");
                    }
                }
            }
            for token in &always {
                get(&app, token, "scoreboard").await.expect(200);
            }
            get(&app, &foreign, "scoreboard").await.expect_error(401, "not_allowed");
        }
        // Nor once it is over.
        sync(&app, &admin, json!({"show_scoreboard": true})).await.expect(200);
        app.end_presentation(FINAL).await;
        get(&app, &screens[0], "scoreboard").await.expect_error(401, "not_allowed");
    }

    async fn it_is_not_sent_again_until_something_changed(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        let tag = get(&app, &admin, "scoreboard").await.header("etag").to_owned();
        let again = async || {
            app.get(&at("scoreboard")).bearer(&admin).header("if-none-match", &tag).send().await
        };
        assert_eq!(again().await.status, 304);
        record(&app, FINAL, &[scored(1, 1, 100, None)]).await;
        assert_eq!(again().await.status, 200);
    }

    async fn replaying_the_log_gives_the_tables(app: TestApp) {
        begin(&app).await;
        let city = app.city("Lund").await;
        // Imported, at the desk, and in two presentations.
        let imported = app.competition(with_results("Imported", 5), city).await;
        let (stored, replayed) = stored_and_replayed(&app, imported).await;
        assert_eq!([stored.answers.len(), stored.scores.len()], [5, 5]);
        assert_eq!(stored, replayed);
        for round in 0..2 {
            app.start_presentation(FINAL).await;
            let points = 100 * round;
            record(&app, FINAL, &[
                answered(1, 1, "a"), answered(1, 1, ""), answered(2, 3, "b"),
                scored(1, 1, points, None), scored(1, 1, points + 50, Some(points)),
            ]).await;
            app.end_presentation(FINAL).await;
            record(&app, FINAL, &[scored(2, 2, points, None)]).await;
        }
        let (stored, replayed) = stored_and_replayed(&app, FINAL).await;
        assert_eq!([stored.answers.len(), stored.scores.len()], [2, 2]);
        assert_eq!(stored, replayed);
    }

    async fn the_demo_can_be_replayed_too(app: TestApp) {
        let city = app.city("Lund").await;
        let id = app.competition(estrad_import::demo::competition(), city).await;
        let (stored, replayed) = stored_and_replayed(&app, id).await;
        assert_eq!(stored, replayed);
    }

    async fn logging_what_is_imported_takes_no_statement_for_each_row(app: TestApp) {
        const QUESTIONS: usize = 40;
        let city = app.city("Lund").await;
        let import = async |name: &str, results: usize| {
            let mut draft = with_results(name, 1);
            let question = draft.slides[0].questions[0].clone();
            draft.slides[0].questions = vec![question; QUESTIONS];
            let places = (0..results).map(|question| QuestionPlace { slide: 0, question });
            let team = &mut draft.teams[0];
            (team.answers, team.scores) = places
                .map(|place| {
                    let answer = AnswerDraft { place, alternative: 0, answer: "a".to_owned() };
                    (answer, ScoreDraft { place, score: Points::whole(1) })
                })
                .unzip();
            let before = app.database.queries_sent();
            let id = app.competition(draft, city).await;
            let sent = app.database.queries_sent() - before;
            let (stored, replayed) = stored_and_replayed(&app, id).await;
            assert_eq!([stored.answers.len(), stored.scores.len()], [results, results]);
            assert_eq!(stored, replayed);
            sent
        };
        let (without, with) = (import("Without", 0).await, import("With", QUESTIONS).await);
        // Some for the log as a whole, and now and then one of the connection's own.
        assert!(with < without + 15, "{with} after {without}");
    }
}
