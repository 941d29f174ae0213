//! Runs of a competition: stepping through them, what is told of them, and what they leave behind.

mod ended;
mod hooks;
mod ledger;
mod listener;
mod log;
mod running;
mod scoreboard;
mod searching;
mod timers;

use estrad_domain::CompetitionId;
use estrad_domain::clock::Clock as _;
use estrad_domain::draft::{CompetitionDraft, QuestionDraft, SlideDraft, TeamDraft};
use estrad_domain::points::Points;
use estrad_domain::presentation::{Actor, Answered, Event, Scored};
use estrad_domain::types::QuestionType;
use estrad_persistence::queries::{competitions, presentations};
use estrad_persistence::{AnyConnection, Error as StorageError};
use estrad_testkit::{Answer, TestApp};
use serde_json::Value;

/// Three slides: without think time, with 30 seconds, and with 10; a question on each. Two teams.
fn draft(name: &str) -> CompetitionDraft {
    let slide = |timer| SlideDraft {
        timer,
        questions: vec![QuestionDraft::new("Q", QuestionType::Text, 2).with_alternative("", "")],
        ..SlideDraft::default()
    };
    let team = |name: &str| TeamDraft { name: name.to_owned(), ..TeamDraft::default() };
    CompetitionDraft {
        name: name.to_owned(),
        year: 2026,
        slides: vec![slide(None), slide(Some(30)), slide(Some(10))],
        teams: vec![team("A"), team("B")],
        ..CompetitionDraft::default()
    }
}

/// Competition 1 in Linköping with the teams 1 and 2, competition 2 in Kiruna with 3 and 4; gives the
/// token of an admin.
async fn begin(app: &TestApp) -> String {
    let admin = app.admin().await;
    for (name, city) in [("Final", "Linköping"), ("Other", "Kiruna")] {
        app.competition(draft(name), app.city(city).await).await;
    }
    admin
}

const FINAL: CompetitionId = CompetitionId(1);
const OTHER: CompetitionId = CompetitionId(2);

/// The address of something of the final.
fn at(path: &str) -> String {
    format!("/api/competitions/1/{path}")
}

async fn get(app: &TestApp, token: &str, path: &str) -> Answer {
    app.get(&at(path)).bearer(token).send().await
}

async fn post(app: &TestApp, token: &str, path: &str, body: Value) -> Answer {
    app.post(&at(path)).bearer(token).json(&body).send().await
}

async fn sync(app: &TestApp, token: &str, body: Value) -> Answer {
    post(app, token, "presentation/sync", body).await
}

/// Points that a team is given, in hundredths.
fn scored(team: i64, question: i64, hundredths: i64, before: Option<i64>) -> Event {
    Event::Scored(Scored {
        team_id: team.into(),
        question_id: question.into(),
        score: Some(Points::from_hundredths(hundredths)),
        before: before.map(Points::from_hundredths),
        total: None,
        reason: None,
        shown: false,
        hidden: false,
    })
}

/// What a team answers at the one alternative of the question.
fn answered(team: i64, question: i64, answer: &str) -> Event {
    Event::Answered(Answered {
        team_id: team.into(),
        question_id: question.into(),
        question_alternative_id: question.into(),
        answer: Some(answer.to_owned()),
        before: None,
        cleared: Vec::new(),
        reason: None,
        shown: false,
        hidden: false,
    })
}

/// Writes results into the log of the competition and into the tables.
async fn record(app: &TestApp, id: CompetitionId, events: &[Event]) {
    let now = app.clock.now();
    let entries: Vec<_> = events.iter().map(|event| (Actor::Server, event.clone())).collect();
    let write = move |c: &mut AnyConnection| {
        competitions::touch_results(c, id)?;
        let mut desk = match presentations::current(c, id)? {
            Some(current) => current,
            None => presentations::desk(c, id, now)?,
        };
        presentations::append(c, &mut desk, entries, now)?;
        Ok::<_, StorageError>(())
    };
    app.database.write(write).await.expect("a log");
    let at = "'2026-11-22 12:00:00'";
    for event in events {
        let statement = match event {
            Event::Scored(Scored { team_id, question_id, score: Some(score), .. }) => format!(
                "INSERT INTO scores (team_id, question_id, score_hundredths, updated_at) \
                 VALUES ({team_id}, {question_id}, {0}, {at}) ON CONFLICT (team_id, question_id) \
                 DO UPDATE SET score_hundredths = {0}",
                score.hundredths()
            ),
            Event::Answered(Answered {
                team_id,
                question_alternative_id,
                answer: Some(answer),
                ..
            }) => format!(
                "INSERT INTO answers (team_id, alternative_id, answer, updated_at) \
                 VALUES ({team_id}, {question_alternative_id}, '{answer}', {at}) \
                 ON CONFLICT (team_id, alternative_id) DO UPDATE SET answer = '{answer}'"
            ),
            _ => continue,
        };
        app.sql(statement).await;
    }
}
