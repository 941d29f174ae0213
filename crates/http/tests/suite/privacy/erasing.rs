//! What `estrad erase` and the server's own sweep do.

use std::time::Duration;

use estrad_domain::audit::Author;
use estrad_domain::clock::{Clock as _, Timestamp};
use estrad_exchange::{Erased, Erasure, ExchangeError};
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::erasing::BATCH;
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use super::{FINAL, begin, exchange, play, put, read};

const DAY: u64 = 24 * 3600;

/// What each entry of the ledger is, without what is personal in it.
async fn skeleton(app: &TestApp, admin: &str) -> Vec<[Value; 5]> {
    let ledger = read(app, admin, "/ledger?page_size=100").await;
    let entries = ledger.as_array().expect("a list").iter();
    entries
        .map(|entry| {
            ["presentation_id", "seq", "at", "kind", "team_id"].map(|name| entry[name].clone())
        })
        .collect()
}

/// Everything that an admin reads of the competition, as one text.
async fn everything(app: &TestApp, admin: &str) -> String {
    let mut all = String::new();
    for path in ["", "/teams", "/ledger?page_size=100", "/ledger?format=csv", "/scoreboard"] {
        let path = format!("/api/competitions/{FINAL}{path}");
        all += &app.get(&path).bearer(admin).send().await.text();
    }
    all
}

fn ago(app: &TestApp, days: u64) -> Timestamp {
    app.clock.now() - Duration::from_secs(days * DAY)
}

on_both_databases! {
    async fn a_team_goes_and_the_order_and_the_standings_stay(app: TestApp) {
        let admin = begin(&app).await;
        play(&app, &admin).await;
        let token = app.open_team(FINAL, 0).await;
        let before = everything(&app, &admin).await;
        for marker in ["Anna Andersson", "anna says first", "anna was ill", "anna came late"] {
            assert!(before.contains(marker), "{marker}");
        }
        let (order, state) =
            (skeleton(&app, &admin).await, read(&app, &admin, "/presentation").await);
        let totals = |board: Value| {
            let lines = board["teams"].as_array().expect("teams").clone();
            lines.into_iter().map(|line| (line["team_id"].clone(), line["total"].clone()))
                .collect::<Vec<_>>()
        };
        let standings = totals(read(&app, &admin, "/scoreboard").await);

        let exchange = exchange(&app);
        let found = exchange.erasable(Erasure::Team(1.into())).await.expect("counted");
        // Two answers, a score and a reopening, and the scoreboard that was shown; the answer that stands.
        let expected = Erased { teams: 1, entries: 5, answers: 1, ..Erased::default() };
        assert_eq!(found, expected);
        assert_eq!(everything(&app, &admin).await, before, "counting changes nothing");
        let erased = exchange.erase(Erasure::Team(1.into()), Author::Command).await;
        assert_eq!(erased.expect("erased"), expected);

        let after = everything(&app, &admin).await;
        for marker in ["Anna", "anna"] {
            assert!(!after.contains(marker), "{after}");
        }
        for marker in ["Bo Berg", "bo says first", "bo was ill", "bo came late", "Erased team 1"] {
            assert!(after.contains(marker), "{marker}: {after}");
        }
        assert_eq!(skeleton(&app, &admin).await, order);
        assert_eq!(totals(read(&app, &admin, "/scoreboard").await), standings);
        let mut now = read(&app, &admin, "/presentation").await;
        now["server_time"] = state["server_time"].clone();
        assert_eq!(now, state);
        let ledger = read(&app, &admin, "/ledger?page_size=100").await;
        let said: Vec<bool> = ledger.as_array().expect("a list").iter()
            .map(|entry| entry["erased"] == true).collect();
        let own = |entry: &Value| entry["team_id"] == 1 || entry["kind"] == "synced";
        let expected: Vec<bool> = ledger.as_array().expect("a list").iter().map(own).collect();
        assert_eq!(said, expected, "{ledger}");

        // What came before still adds up, and the tablet of the team is out.
        let past = read(&app, &admin, "/scoreboard?seq=5").await;
        assert!(past["teams"].is_array(), "{past}");
        app.get("/api/auth/test").bearer(&token).send().await.expect_error(401, "token_revoked");
        let log = app.get("/api/audit?action=erase").bearer(&admin).send().await.expect(200);
        assert_eq!((&log[0]["by"], &log[0]["target"]), (&json!("command"), &json!("team")));
        assert_eq!((&log[0]["target_ids"], &log[0]["competition_id"]), (&json!([1]), &json!(1)));
        // Once more: there is nothing left but the team itself.
        let again = exchange.erase(Erasure::Team(1.into()), Author::Command).await;
        assert_eq!(again.expect("erased"), Erased { teams: 1, ..Erased::default() });
    }

    async fn what_the_logs_say_of_a_deleted_team_goes_too(app: TestApp) {
        let admin = begin(&app).await;
        play(&app, &admin).await;
        let path = format!("/api/competitions/{FINAL}/teams/1?confirm=true");
        app.delete(&path).bearer(&admin).send().await.expect(204);
        assert!(everything(&app, &admin).await.contains("anna says first"));
        let erased = exchange(&app).erase(Erasure::Team(1.into()), Author::Command).await;
        assert_eq!(erased.expect("erased").entries, 5);
        let after = everything(&app, &admin).await;
        assert!(!after.contains("anna") && !after.contains("Anna"), "{after}");
    }

    async fn a_competition_goes_with_all_that_only_it_has(app: TestApp) {
        let admin = begin(&app).await;
        play(&app, &admin).await;
        let operator = app.codes(FINAL).await[0].code.clone();
        let exchange = exchange(&app);
        let found = exchange.erasable(Erasure::Competition(FINAL)).await.expect("counted");
        assert_eq!(
            (found.competitions, found.teams, found.presentations, found.answers, found.scores),
            (1, 2, 1, 2, 2)
        );
        assert_eq!(found.media, 1, "the other picture is shown elsewhere");
        assert_eq!(found.entries, app.count("presentation_events").await as u64);
        let erased = exchange.erase(Erasure::Competition(FINAL), Author::Command).await;
        assert_eq!(erased.expect("erased"), found);

        let path = format!("/api/competitions/{FINAL}");
        app.get(&path).bearer(&admin).send().await.expect_error(404, "competition_not_found");
        for table in ["presentations", "presentation_events", "answers", "scores", "answer_keys"] {
            assert_eq!(app.count(table).await, 0, "{table}");
        }
        assert_eq!(app.count("competitions").await, 1);
        assert_eq!(app.count("teams").await, 2, "those of the other one");
        let media = app.get("/api/media/images?page_size=100").bearer(&admin).send().await;
        let media = media.text();
        assert!(!media.contains("own.png") && media.contains("shared.png"), "{media}");
        app.get("/static/images/own.png").send().await.expect(404);
        assert_eq!(app.get("/static/images/shared.png").send().await.status, 200);
        let code = json!({"code": operator.as_str()});
        app.post("/api/auth/code").json(&code).send().await.expect_error(404, "code_not_found");
        let gone = exchange.erase(Erasure::Competition(FINAL), Author::Command).await;
        assert!(matches!(gone, Err(ExchangeError::Storage(StorageError::NotFound))), "{gone:?}");
    }

    async fn what_nobody_used_for_long_goes_and_the_rest_loses_its_words(app: TestApp) {
        let admin = begin(&app).await;
        play(&app, &admin).await;
        app.end_presentation(FINAL).await;
        app.clock.advance(Duration::from_secs(400 * DAY));
        // The final is edited and presented again: it stays. The other one was left alone.
        let admin = {
            drop(admin);
            app.log_in("admin@test.se").await
        };
        app.start_presentation(FINAL).await;
        let token = app.open_team(FINAL, 1).await;
        put(&app, &token, "2/answers/1", json!({"answer": "bo says later"})).await;
        app.end_presentation(FINAL).await;

        let exchange = exchange(&app);
        let none = exchange.erase(Erasure::OlderThan(ago(&app, 401)), Author::Server).await;
        assert!(none.expect("erased").is_nothing(), "nothing is so old");
        let what = Erasure::OlderThan(ago(&app, 365));
        let found = exchange.erasable(what).await.expect("counted");
        assert_eq!((found.competitions, found.media), (1, 1));
        // Of each team two answers, a score and a reopening; and the scoreboard.
        assert_eq!((found.entries, found.answers), (9, 1));
        let order = skeleton(&app, &admin).await;
        assert_eq!(exchange.erase(what, Author::Server).await.expect("erased"), found);
        assert_eq!(exchange.erase(what, Author::Server).await.expect("erased"), Erased::default());

        app.get("/api/competitions/2").bearer(&admin).send().await.expect(404);
        assert_eq!(skeleton(&app, &admin).await, order);
        let ledger = read(&app, &admin, "/ledger?page_size=100").await.to_string();
        assert!(ledger.contains("bo says later"), "what is new stays: {ledger}");
        for marker in ["anna", "Anna", "bo says first", "Bo Berg", "was ill", "came late"] {
            assert!(!ledger.contains(marker), "{marker}: {ledger}");
        }
        // The teams are those of today, with their names and points.
        let teams = read(&app, &admin, "/teams").await.to_string();
        assert!(teams.contains("Anna Andersson"), "{teams}");
        let points = read(&app, &admin, "/teams/1/scores").await;
        assert_eq!(points[0]["score"], 2);
    }

    async fn what_goes_on_is_not_old(app: TestApp) {
        let admin = begin(&app).await;
        app.start_presentation(FINAL).await;
        app.sql("UPDATE competitions SET updated_at = '2020-01-01 00:00:00' WHERE id = 1".into())
            .await;
        drop(admin);
        let exchange = exchange(&app);
        let what = Erasure::OlderThan(ago(&app, 365));
        assert!(exchange.erase(what, Author::Server).await.expect("erased").is_nothing());
        assert_eq!(app.count("competitions").await, 2);
    }

    async fn more_than_a_piece_goes_in_pieces(app: TestApp) {
        begin(&app).await;
        app.start_presentation(FINAL).await;
        let more = 2 * BATCH + 7;
        let event = r#"{"kind":"refused","team_id":1,"question_id":1,"question_alternative_id":1,"answer":"anna","why":"time_is_up"}"#;
        let values: Vec<String> = (2..2 + more)
            .map(|seq| format!("(1, {seq}, '2026-11-22 12:00:00', '{{\"by\":\"server\"}}', 'refused', 1, 1, '{event}')"))
            .collect();
        for values in values.chunks(500) {
            app.sql(format!(
                "INSERT INTO presentation_events \
                 (presentation_id, seq, at, actor, kind, team_id, question_id, event) VALUES {}",
                values.join(", ")
            )).await;
        }
        app.sql(format!("UPDATE presentations SET seq = {}", more + 1)).await;
        let exchange = exchange(&app);
        let team = Erasure::Team(1.into());
        assert_eq!(exchange.erasable(team).await.expect("counted").entries, more as u64);
        let erased = exchange.erase(team, Author::Command).await.expect("erased");
        assert_eq!(erased.entries, more as u64);
        let left = "presentation_events WHERE event LIKE '%anna%'";
        assert_eq!(app.count(left).await, 0);
        exchange.erase(Erasure::Competition(FINAL), Author::Command).await.expect("erased");
        assert_eq!(app.count("presentation_events").await, 0);
    }

    async fn the_audit_log_is_kept_for_a_time(app: TestApp) {
        let admin = begin(&app).await;
        let before = app.count("audit_log").await;
        app.clock.advance(Duration::from_secs(10 * DAY));
        let admin_again = app.log_in("admin@test.se").await;
        drop(admin);
        let name = json!({"name": "Kiruna"});
        app.post("/api/misc/cities").bearer(&admin_again).json(&name).send().await.expect(200);
        let forgotten = exchange(&app).forget_audit(ago(&app, 5)).await.expect("forgotten");
        assert_eq!((forgotten, app.count("audit_log").await), (before as u64, 1));
    }
}
