//! `GET /api/competitions/{competition_id}/ledger`

use std::time::Duration;

use estrad_domain::presentation::{Locked, Refused};
use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::json;

use super::*;

fn refused(team: i64, question: i64) -> Event {
    Event::Refused(Refused {
        team_id: team.into(),
        question_id: question.into(),
        question_alternative_id: question.into(),
        answer: "late".to_owned(),
        why: Locked::TimeIsUp,
    })
}

/// Presentation 1 of the final, and 2 ten minutes later; 3 is of the other.
async fn play(app: &TestApp) -> String {
    let admin = begin(app).await;
    app.start_presentation(FINAL).await;
    record(app, FINAL, &[answered(1, 1, "a"), answered(2, 1, "b"), scored(1, 1, 150, None)]).await;
    app.end_presentation(FINAL).await;
    app.clock.advance(Duration::from_secs(600));
    app.start_presentation(FINAL).await;
    record(app, FINAL, &[refused(1, 2), scored(1, 1, 200, Some(150)), scored(2, 2, 100, None)])
        .await;
    app.start_presentation(OTHER).await;
    record(app, OTHER, &[answered(3, 4, "elsewhere")]).await;
    admin
}

/// What is found, as presentation and number.
async fn found(app: &TestApp, token: &str, query: &str) -> Vec<(i64, i64)> {
    let answer = get(app, token, &format!("ledger?page_size=100&{query}")).await.expect(200);
    let number = |entry: &Value, name: &str| entry[name].as_i64().expect("a number");
    let entries = answer.as_array().expect("a list").iter();
    entries.map(|entry| (number(entry, "presentation_id"), number(entry, "seq"))).collect()
}

on_both_databases! {
    async fn all_that_happened_is_in_it_the_newest_last(app: TestApp) {
        let admin = play(&app).await;
        let first: Vec<_> = (1..=5).map(|seq| (1, seq)).collect();
        let second: Vec<_> = (1..=4).map(|seq| (2, seq)).collect();
        assert_eq!(found(&app, &admin, "").await, [&first[..], &second[..]].concat());
        let page = get(&app, &admin, "ledger?page=2&page_size=3").await;
        assert_eq!(page.pagination()["total"], 9);
        let later = "2026-11-22T12:00:00Z";
        assert_eq!(page.expect(200), json!([
            {
                "presentation_id": 1, "seq": 4, "at": later, "actor": {"by": "server"},
                "kind": "scored", "team_id": 1, "question_id": 1, "score": 1.5, "before": null,
            },
            {
                "presentation_id": 1, "seq": 5, "at": later, "actor": {"by": "server"},
                "kind": "ended", "reason": "ended", "resumable_until": 1_795_349_400_000_i64,
            },
            {
                "presentation_id": 2, "seq": 1, "at": "2026-11-22T12:10:00Z",
                "actor": {"by": "server"}, "kind": "started",
                "slide": {"slide_id": 1, "slide_order": 0},
            },
        ]));
        for (query, expected) in [
            ("presentation_id=2", &second[..]),
            ("presentation_id=3", &[]),
            ("team_id=1", &[(1, 2), (1, 4), (2, 2), (2, 3)]),
            ("team_id=1&question_id=1", &[(1, 2), (1, 4), (2, 3)]),
            ("team_id=3", &[]),
            ("kind=scored", &[(1, 4), (2, 3), (2, 4)]),
            ("kind=refused&team_id=1", &[(2, 2)]),
            ("from=2026-11-22T12:10:00Z", &second[..]),
            ("from=2026-11-22T13:10:00+01:00", &second[..]),
            ("from=1795349400000", &second[..]),
            ("to=2026-11-22T12:10:00Z", &first[..]),
            ("from=2026-11-22T12:00:01Z&to=2026-11-22T12:10:00Z", &[]),
        ] {
            assert_eq!(found(&app, &admin, query).await, expected, "{query}");
        }
        for bad in ["kind=x", "from=noon", "to=x", "team_id=x", "format=xml", "page=0"] {
            let refused = get(&app, &admin, &format!("ledger?{bad}")).await;
            refused.expect_error(422, "validation_failed");
        }
    }

    async fn spreadsheets_get_it_whole_and_without_formulas(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        let mut events = vec![answered(1, 1, "=1+1"), answered(1, 1, "a,\"b\"\n")];
        events.extend((0..1_200).map(|points| scored(2, 1, points, None)));
        record(&app, FINAL, &events).await;
        let csv = get(&app, &admin, "ledger?format=csv").await;
        assert_eq!(csv.status, 200);
        assert!(csv.header("content-type").starts_with("text/csv"));
        let text = csv.text();
        let mut lines = text.split("\r\n");
        assert_eq!(
            lines.next(),
            Some(
                "presentation_id,seq,at,kind,by,user_id,view,screen,screen_team_id,team_id,\
                 question_id,question_alternative_id,value,before,reason,details"
            )
        );
        let noon = "2026-11-22T12:00:00+00:00";
        let started = "\"{\"\"slide\"\":{\"\"slide_id\"\":1,\"\"slide_order\"\":0}}\"";
        let expected = [
            format!("1,1,{noon},started,server,,,,,,,,,,,{started}"),
            format!("1,2,{noon},answered,server,,,,,1,1,1,'=1+1,,,"),
            format!("1,3,{noon},answered,server,,,,,1,1,1,\"a,\"\"b\"\"\n\",,,"),
            format!("1,4,{noon},scored,server,,,,,2,1,,0,,,"),
            format!("1,5,{noon},scored,server,,,,,2,1,,0.01,,,"),
        ];
        for line in expected {
            assert_eq!(lines.next(), Some(line.as_str()));
        }
        // To the last entry, and a line break after it.
        let rest: Vec<&str> = lines.collect();
        assert_eq!(rest.len(), 1_199);
        assert!(rest[1_197].starts_with("1,1203,"), "{}", rest[1_197]);
        assert_eq!(rest[1_198], "");
        // By its type too, and filtered.
        let path = at("ledger?kind=answered");
        let csv = app.get(&path).bearer(&admin).header("accept", "text/csv, */*;q=0.1");
        assert_eq!(csv.send().await.text().split("\r\n").count(), 4);
        let json = app.get(&path).bearer(&admin).header("accept", "application/json, text/csv;q=0.5");
        assert_eq!(json.send().await.expect(200).as_array().map(Vec::len), Some(2));
        let none = get(&app, &admin, "ledger?format=csv&kind=ended").await;
        assert_eq!(none.text().split("\r\n").count(), 2);
    }

    async fn it_is_read_by_those_who_judge_and_run_and_changed_by_nobody(app: TestApp) {
        let admin = play(&app).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let operator = app.open_screen(FINAL, View::Operator).await;
        let editor = app.editor("other@test.se", "Kiruna").await;
        for token in [&admin, &judge, &operator, &editor] {
            get(&app, token, "ledger").await.expect(200);
            for method in ["POST", "PUT", "DELETE"] {
                let request = app.request(method, &at("ledger")).bearer(token);
                request.send().await.expect_error(405, "method_not_allowed");
            }
        }
        let team = app.open_team(FINAL, 0).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let foreign_judge = app.open_screen(OTHER, View::Judge).await;
        app.show_scoreboard(FINAL).await;
        for token in [&team, &audience, &foreign_judge] {
            for query in ["ledger", "ledger?format=csv", "ledger?team_id=1"] {
                get(&app, token, query).await.expect_error(401, "not_allowed");
            }
        }
    }
}
