//! What teams answer and the points that they are given.

mod answers;
mod batches;
mod choices;
mod clock;
mod connections;
mod deleting;
mod grouping;
mod hanging;
mod keys;
mod locks;
mod log;
mod quotas;
mod reset;
mod scores;
mod screens;
mod sockets;
mod versions;
mod withdrawing;

use estrad_domain::draft::{CompetitionDraft, QuestionDraft, SlideDraft, TeamDraft};
use estrad_domain::presentation::{Actor, Change, LogEntry};
use estrad_domain::types::QuestionType;
use estrad_domain::{CityId, CompetitionId, PresentationId};
use estrad_testkit::{Answer, Request, TestApp};
use serde_json::{Value, json};

/// The alternatives of [`store`], by what is asked at them. A question has the id of its type.
const TEXT: i64 = 1;
const PRACTICAL: i64 = 2;
const MULTIPLE: i64 = 3;
const SINGLE: i64 = 5;
const MATCH: i64 = 7;
const NUMBER: i64 = 9;
const LONG_TEXT: i64 = 10;
const TRUE_FALSE: i64 = 11;
const CLUE: i64 = 12;
const QUIZ: i64 = 13;

/// A competition with a question of each type, in the order of the types, and two teams.
async fn store(app: &TestApp, name: &str, city: CityId) -> CompetitionId {
    let rows = |kind| match kind {
        QuestionType::Multiple | QuestionType::Single => vec![("a", "1"), ("b", "0")],
        QuestionType::Match => vec![("Sverige", "Stockholm"), ("Norge", "Oslo")],
        QuestionType::Number => vec![("", "3.5")],
        _ => vec![("", "")],
    };
    let question = |&kind: &QuestionType| {
        let question = QuestionDraft::new(kind.name(), kind, 2);
        rows(kind).into_iter().fold(question, |question, (alternative, correct)| {
            question.with_alternative(alternative, correct)
        })
    };
    let slide = SlideDraft {
        questions: QuestionType::ALL.iter().map(question).collect(),
        ..SlideDraft::default()
    };
    let team = |name: &str| TeamDraft { name: name.to_owned(), ..TeamDraft::default() };
    let draft = CompetitionDraft {
        name: name.to_owned(),
        year: 2026,
        slides: vec![slide],
        teams: vec![team("A"), team("B")],
        ..CompetitionDraft::default()
    };
    app.competition(draft, city).await
}

/// Competition 1 in Linköping with the teams 1 and 2, competition 2 in Kiruna with 3 and 4, and an
/// admin. Both are presented.
async fn begin(app: &TestApp) -> String {
    let admin = app.admin().await;
    for (name, city) in [("Final", "Linköping"), ("Other", "Kiruna")] {
        let id = store(app, name, app.city(city).await).await;
        app.start_presentation(id).await;
    }
    admin
}

const FINAL: CompetitionId = CompetitionId(1);
const OTHER: CompetitionId = CompetitionId(2);

/// The address of results in the final.
fn at(path: &str) -> String {
    format!("/api/competitions/1/teams/{path}")
}

fn get(app: &TestApp, token: &str, path: &str) -> Request {
    app.get(&at(path)).bearer(token)
}

async fn put(app: &TestApp, token: &str, path: &str, body: Value) -> Answer {
    app.put(&at(path)).bearer(token).json(&body).send().await
}

/// Answers for a team of the final, with a reason, as everybody may who may at all.
async fn give(app: &TestApp, token: &str, team: i64, alternative: i64, answer: &str) -> Answer {
    let body = json!({"answer": answer, "reason": "said so"});
    put(app, token, &format!("{team}/answers/{alternative}"), body).await
}

/// A change of what is shown in the final, as an operator makes it.
async fn show(app: &TestApp, change: Value) {
    let change = Change::parse(&change).expect("a change");
    app.live.sync(FINAL, Actor::Server, change).await.expect("shown");
}

/// The log of the first presentation, which is that of the final.
async fn log(app: &TestApp) -> Vec<LogEntry> {
    app.live.log(PresentationId(1), 0, 1_000).await.expect("a log")
}

/// How many entries of a kind the log has.
async fn logged(app: &TestApp, kind: &str) -> usize {
    log(app).await.iter().filter(|entry| entry.event.kind() == kind).count()
}

#[track_caller]
fn expect_locked(answer: Answer, reason: &str) {
    let body = answer.expect_error(409, "answers_locked");
    assert_eq!(body["reason"], reason, "{body}");
}

#[track_caller]
fn expect_field(answer: Answer, field: &str) {
    let text = answer.text();
    let body = answer.expect_error(422, "validation_failed");
    assert_eq!(body["field"], field, "{text}");
    assert!(body["errors"]["json"][field][0].is_string(), "{text}");
}
