//! Many results at once, and a database that does not answer.

use std::sync::mpsc;
use std::time::Duration;

use estrad_domain::answer::{AnswerText, AnsweredBy};
use estrad_domain::clock::Clock as _;
use estrad_domain::{AlternativeId, TeamId};
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::recording::{GivenAnswer, Refusal, Refused, TakenAnswer};
use estrad_realtime::Giving;
use estrad_testkit::{Backend, TestApp, TestSettings, on_both_databases, run};
use serde_json::json;

use super::*;

fn answer(
    app: &TestApp,
    team: i64,
    text: String,
) -> impl Future<Output = Result<TakenAnswer, Refused>> + use<> {
    let live = app.live.clone();
    let arrived = app.clock.moment();
    async move {
        let giving =
            Giving { competition_id: FINAL, team_id: TeamId(team), actor: Actor::Server, arrived };
        let answer = AnswerText::new(text).expect("short enough");
        let given = GivenAnswer {
            alternative_id: AlternativeId(TEXT),
            question_id: None,
            answer,
            key: None,
        };
        live.answer(giving, given, AnsweredBy::Team).await
    }
}

/// Keeps everybody from writing to the final until the sender is dropped.
async fn hold(app: &TestApp) -> (mpsc::Sender<()>, actix_web::rt::task::JoinHandle<()>) {
    let (release, released) = mpsc::channel::<()>();
    let (held, holding) = tokio::sync::oneshot::channel();
    let database = app.database.clone();
    let task = actix_web::rt::spawn(async move {
        let hold = move |c: &mut estrad_persistence::AnyConnection| {
            estrad_persistence::queries::competitions::lock(c, FINAL)?;
            let _ = held.send(());
            let _ = released.recv();
            Ok::<_, StorageError>(())
        };
        database.write(hold).await.expect("held");
    });
    holding.await.expect("held");
    (release, task)
}

on_both_databases! {
    async fn many_answers_at_once_need_few_transactions(app: TestApp) {
        begin(&app).await;
        let before = app.live.recorded();
        let (release, held) = hold(&app).await;
        let answers: Vec<_> = (0..500)
            .map(|n| actix_web::rt::spawn(answer(&app, 1 + n % 2, format!("answer {n}"))))
            .collect();
        // All of them are under way before the database goes on.
        tokio::task::yield_now().await;
        drop(release);
        held.await.expect("released");
        let mut seqs = Vec::new();
        for answer in answers {
            seqs.push(answer.await.expect("an outcome").expect("taken").seq);
        }
        let counts = app.live.recorded();
        assert_eq!(counts.jobs - before.jobs, 500);
        assert!(counts.transactions - before.transactions <= 10, "{counts:?}");
        // Each has its own place in the log, in the order in which they came.
        assert_eq!(seqs, (2..=501).collect::<Vec<i64>>());
        assert_eq!(logged(&app, "answered").await, 500);
        assert_eq!(app.count("answers").await, 2);
    }

    async fn what_is_wrong_with_one_is_no_concern_of_the_others(app: TestApp) {
        let admin = begin(&app).await;
        let (release, held) = hold(&app).await;
        let good: Vec<_> = (0..20)
            .map(|n| actix_web::rt::spawn(answer(&app, 1, n.to_string())))
            .collect();
        let bad: Vec<_> = (0..5)
            .map(|_| actix_web::rt::spawn(answer(&app, 3, "of another competition".to_owned())))
            .collect();
        tokio::task::yield_now().await;
        drop(release);
        held.await.expect("released");
        for answer in good {
            answer.await.expect("an outcome").expect("taken");
        }
        for answer in bad {
            let refused = answer.await.expect("an outcome").expect_err("refused");
            assert!(matches!(refused.why, Refusal::NoTeam), "{refused}");
        }
        let kept = get(&app, &admin, "1/answers/1").send().await.expect(200);
        assert_eq!(kept["answer"], "19");
    }
}

fn impatient() -> TestSettings {
    let mut settings = TestSettings::default();
    settings.live.recording.patience = Duration::from_millis(50);
    settings.live.recording.queue = 2;
    settings
}

#[test]
fn a_stalled_database_turns_results_away_and_loses_none() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        run(backend, impatient(), async |app| {
            begin(&app).await;
            let (release, held) = hold(&app).await;
            let sent: Vec<_> = (0..6)
                .map(|n| actix_web::rt::spawn(answer(&app, 1, format!("stalled {n}"))))
                .collect();
            let mut busy = 0;
            for answer in sent {
                let refused = answer.await.expect("an outcome").expect_err("not acknowledged");
                match refused.why {
                    Refusal::Storage(StorageError::Busy) => busy += 1,
                    // The one that was in a transaction already: what became of it is not known.
                    Refusal::Storage(StorageError::Unavailable(_)) => {}
                    why => panic!("{why}"),
                }
            }
            assert!(busy >= 3, "{busy}");
            assert_eq!(app.live.recorded().busy, busy);
            drop(release);
            held.await.expect("released");
            // It goes on; of what was called busy nothing is there.
            let mut taken = answer(&app, 2, "after".to_owned()).await;
            for _ in 0..100 {
                if taken.is_ok() {
                    break;
                }
                taken = answer(&app, 2, "after".to_owned()).await;
            }
            let taken = taken.expect("taken");
            let answered = logged(&app, "answered").await;
            assert!(answered as u64 <= 1 + 6 - busy, "{answered}");
            assert!(taken.seq >= 2);
        });
    }
}

#[test]
fn a_database_that_is_gone_is_a_503_and_nothing_acknowledged_is_lost() {
    run(Backend::Postgres, TestSettings::default(), async |app| {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let keyed = json!({"answer": "kept", "key": "k"});
        let first = put(&app, &team, "1/answers/1", keyed.clone()).await.expect(200);
        app.cut_off_database(true).await;
        let gone = answer(&app, 1, "lost".to_owned()).await.expect_err("not acknowledged");
        assert!(matches!(gone.why, Refusal::Storage(StorageError::Unavailable(_))), "{gone}");
        let gone = put(&app, &team, "1/answers/1", json!({"answer": "lost"})).await;
        assert_eq!(gone.status, 503);
        assert!(!gone.header("retry-after").is_empty());
        app.cut_off_database(false).await;
        // Connections that were cut are found out one by one; a client with a key sends until it is
        // heard.
        let mut again = put(&app, &team, "1/answers/1", keyed.clone()).await;
        for _ in 0..400 {
            if again.status == 200 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
            again.expect_error(503, "database_unavailable");
            again = put(&app, &team, "1/answers/1", keyed.clone()).await;
        }
        assert_eq!(again.expect(200), first);
        // The writer comes upon one of them, too.
        let mut after = answer(&app, 2, "after".to_owned()).await;
        for _ in 0..400 {
            if after.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
            after = answer(&app, 2, "after".to_owned()).await;
        }
        after.expect("taken");
        let kept = get(&app, &team, "1/answers/1").send().await.expect(200);
        assert_eq!(kept["answer"], "kept");
        assert_eq!(logged(&app, "answered").await, 2);
    });
}

#[test]
fn a_full_disk_is_a_507_and_nothing_acknowledged_is_lost() {
    run(Backend::Sqlite, TestSettings::default(), async |app| {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        // Not a page more than it has: SQLite says the same as when the disk is full.
        app.sql("PRAGMA max_page_count = 1".to_owned()).await;
        let text = |number: usize| json!({"answer": format!("{number} {}", "x".repeat(4_000))});
        let mut taken = 0;
        let refused = loop {
            let answer = put(&app, &team, "1/answers/1", text(taken)).await;
            if answer.status != 200 {
                break answer;
            }
            taken += 1;
            assert!(taken < 1_000, "the disk is never full");
        };
        refused.expect_error(507, "storage_full");
        let kept = get(&app, &team, "1/answers/1").send().await;
        if taken > 0 {
            assert_eq!(kept.expect(200)["answer"], text(taken - 1)["answer"]);
        }
        assert_eq!(logged(&app, "answered").await, taken);
        app.sql("PRAGMA max_page_count = 1000000".to_owned()).await;
        put(&app, &team, "1/answers/1", text(taken)).await.expect(200);
        assert_eq!(logged(&app, "answered").await, taken + 1);
    });
}
