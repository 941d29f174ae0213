//! A backup that is made while teams answer is of one moment.

use std::sync::atomic::{AtomicU64, Ordering};

use estrad_domain::CompetitionId;
use estrad_domain::standings::Results;
use estrad_persistence::queries::ledger::{self, LedgerFilter};
use estrad_persistence::queries::{answers, scores, teams};
use estrad_persistence::{AnyConnection, Database, Error as StorageError, Options};
use serde_json::json;

use super::{COMPETITION, Show, about, other_kind};
use crate::harness::{Home, on_both_databases};

/// How often.
const BACKUPS: usize = 3;

/// The numbers that are a team's answers, one after another.
#[derive(Default)]
struct Count {
    sent: AtomicU64,
    acknowledged: AtomicU64,
}

on_both_databases! {
    async fn what_was_acknowledged_is_in_it_and_the_log_agrees_with_the_answers(home: Home) {
        let show = Show::open(&home).await;
        let counts: Vec<Count> = show.teams.iter().map(|_| Count::default()).collect();
        let made = AtomicU64::new(0);
        let enough = || made.load(Ordering::SeqCst) == BACKUPS as u64;
        let answering = counts.iter().enumerate().map(async |(team, count)| {
            while !enough() {
                let number = count.sent.fetch_add(1, Ordering::SeqCst) + 1;
                show.answer(team, &number.to_string()).await;
                count.acknowledged.store(number, Ordering::SeqCst);
            }
        });
        let judging = async {
            let mut score = 0;
            while !enough() {
                score = (score + 1) % 3;
                let path = format!("{COMPETITION}/teams/{}/scores/{}", show.teams[0].0, show.question);
                let put = show.server.request("PUT", &path).bearer(&show.operator);
                put.json(&json!({"score": score})).send().await;
            }
        };
        let backing_up = async {
            let mut spans = Vec::new();
            for number in 0..BACKUPS {
                let read = |of: fn(&Count) -> &AtomicU64| -> Vec<u64> {
                    counts.iter().map(|count| of(count).load(Ordering::SeqCst)).collect()
                };
                let before = read(|count| &count.acknowledged);
                let mut command = home.command(&format!("backup kept{number}"));
                let output = tokio::task::spawn_blocking(move || command.output());
                let output = output.await.expect("no panic").expect("estrad starts");
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                spans.push((before, read(|count| &count.sent)));
                made.fetch_add(1, Ordering::SeqCst);
            }
            spans
        };
        let answering = futures_util::future::join_all(answering);
        let (spans, _, ()) = tokio::join!(backing_up, answering, judging);
        for (number, (before, after)) in spans.into_iter().enumerate() {
            let other = other_kind(&home);
            other.run(&about("restore", &home, &format!("kept{number}"))).printed();
            for (team, found) in found(&other, &show).await.into_iter().enumerate() {
                let (before, after) = (before[team], after[team]);
                assert!((before..=after).contains(&found), "{before} <= {found} <= {after}");
            }
        }
    }
}

/// What each team's answer is, where the log says the same as the answers and the scores.
async fn found(home: &Home, show: &Show) -> Vec<u64> {
    let options = Options::new(home.location());
    let id = CompetitionId(1);
    let database = tokio::task::spawn_blocking(move || Database::open(&options));
    let database = database.await.expect("no panic").expect("opens");
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
        ledger::replay(c, &LedgerFilter::of(id), None, None, |event| replayed.apply(event))?;
        Ok::<_, StorageError>((stored, replayed))
    };
    let (stored, replayed) = database.snapshot(read).await.expect("both");
    assert_eq!(stored, replayed);
    let answer = |team: i64| {
        let of = stored.answers.iter().find(|((of, _), _)| of.0 == team);
        of.map_or(0, |(_, answer)| answer.parse().expect("a number"))
    };
    show.teams.iter().map(|(team, _)| answer(*team)).collect()
}
