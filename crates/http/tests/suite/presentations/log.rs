//! `GET /api/competitions/{competition_id}/presentation/log`

use estrad_domain::PresentationId;
use estrad_domain::clock::Clock as _;
use estrad_domain::presentation::{Actor, Event};
use estrad_persistence::queries::presentations::{append, get as presentation};
use estrad_persistence::{AnyConnection, Error as StorageError};
use estrad_testkit::on_both_databases;
use serde_json::json;

use super::*;

/// The lines of an answer.
fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    let text = answer.text();
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

async fn read(app: &TestApp, token: &str, query: &str) -> Vec<Value> {
    lines(&super::get(app, token, &format!("presentation/log{query}")).await)
}

on_both_databases! {
    async fn the_log_says_what_happened_and_who_did_it(app: TestApp) {
        let admin = begin(&app).await;
        super::get(&app, &admin, "presentation/log").await
            .expect_error(404, "presentation_not_found");
        app.start_presentation(FINAL).await;
        sync(&app, &admin, json!({"slide_order": 1})).await.expect(200);
        let operator = app.open_screen(FINAL, estrad_domain::types::View::Operator).await;
        post(&app, &operator, "presentation/end", json!({})).await.expect(200);
        let log = read(&app, &admin, "").await;
        let at = "2026-11-22T12:00:00Z";
        assert_eq!(log[0], json!({
            "presentation_id": 1, "seq": 1, "at": at, "actor": {"by": "server"},
            "kind": "started", "slide": {"slide_id": 1, "slide_order": 0},
        }));
        assert_eq!(log[1], json!({
            "presentation_id": 1, "seq": 2, "at": at, "actor": {"by": "user", "user_id": 1},
            "kind": "synced", "step": 0, "slide": {"slide_id": 2, "slide_order": 1},
            "timer": {"value": null, "enabled": false},
        }));
        assert_eq!(log[2]["kind"], "ended");
        assert_eq!(log[2]["actor"]["view"], "Operator");
        assert_eq!(log.len(), 3);
        // The newest, until another one is named.
        app.start_presentation(FINAL).await;
        app.start_presentation(OTHER).await;
        assert_eq!(read(&app, &operator, "").await.len(), 1);
        assert_eq!(read(&app, &operator, "?presentation_id=1").await, log);
        assert_eq!(read(&app, &operator, "?presentation_id=1&since=2").await, log[2..]);
        assert_eq!(read(&app, &operator, "?since=1000").await, [Value::Null; 0]);
        for other in ["3", "99"] {
            let query = format!("presentation/log?presentation_id={other}");
            super::get(&app, &admin, &query).await.expect_error(404, "presentation_not_found");
        }
        let refused = super::get(&app, &admin, "presentation/log?since=-1").await;
        assert_eq!(refused.expect_error(422, "validation_failed")["field"], "since");
    }

    async fn a_log_of_any_length_comes_whole_and_in_order(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        let now = app.clock.now();
        let fill = move |c: &mut AnyConnection| {
            let mut one = presentation(c, PresentationId(1))?;
            let event = Event::Synced {
                slide: None, step: None, timer: None, time_left: None, restart: None, show_scoreboard: None, live_answers: Some(true),
                scoreboard: None,
            };
            append(c, &mut one, vec![(Actor::Server, event); 1_700], now)?;
            Ok::<_, StorageError>(())
        };
        app.database.write(fill).await.expect("a long log");
        let seqs = |log: Vec<Value>| -> Vec<i64> {
            log.iter().map(|entry| entry["seq"].as_i64().expect("a number")).collect()
        };
        assert_eq!(seqs(read(&app, &admin, "").await), (1..=1_701).collect::<Vec<_>>());
        let rest = seqs(read(&app, &admin, "?since=1200").await);
        assert_eq!(rest, (1_201..=1_701).collect::<Vec<_>>());
    }
}
