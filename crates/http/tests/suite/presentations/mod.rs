//! Runs of a competition: stepping through them, what is told of them, and what they leave behind.

mod hooks;
mod listener;
mod log;
mod running;
mod searching;

use estrad_domain::CompetitionId;
use estrad_domain::draft::{CompetitionDraft, QuestionDraft, SlideDraft, TeamDraft};
use estrad_domain::types::QuestionType;
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
