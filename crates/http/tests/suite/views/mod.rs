//! When teams and the audience may read what: `views` of a competition, and the clues that an operator
//! shows one by one.

mod events;
mod files;
mod hiding;
mod setting;
mod steps;
mod tags;

use estrad_domain::CompetitionId;
use estrad_domain::draft::{
    CompetitionDraft, ComponentDraft, ContentDraft, QuestionDraft, SlideDraft, TeamDraft,
};
use estrad_domain::presentation::{Actor, Change};
use estrad_domain::types::{QuestionType, View};
use estrad_domain::views::Views;
use estrad_testkit::{Answer, TestApp};
use serde_json::{Value, json};

const FINAL: CompetitionId = CompetitionId(1);
/// The address of the competition.
const PATH: &str = "/api/competitions/1";

/// A competition of two teams. Its slides have the ids 1 to 3, and each a question of the same id: a
/// text with the alternative 1, a ladder of three clues with the alternatives 2 to 4, and a match with
/// the alternatives 5 and 6. On each is a text, the component of the same id.
async fn store(app: &TestApp, views: Views) {
    let questions = [
        QuestionDraft::new("MARK-question-1", QuestionType::Text, 1).with_alternative("", ""),
        QuestionDraft::new("MARK-question-2", QuestionType::ClueLadder, 3)
            .with_alternative("MARK-clue-1", "Magnet")
            .with_alternative("MARK-clue-2", "Magnet")
            .with_alternative("MARK-clue-3", "Magnet"),
        QuestionDraft::new("MARK-question-3", QuestionType::Match, 2)
            .with_alternative("MARK-left-3", "MARK-right-3")
            .with_alternative("Norge", "Oslo"),
    ];
    let slide = |(place, question)| {
        let content = ContentDraft::Text(format!("<p>MARK-text-{}</p>", place + 1));
        let text = ComponentDraft { view: View::Team, x: 0, y: 0, w: 1, h: 1, content };
        SlideDraft {
            title: format!("MARK-title-{}", place + 1),
            questions: vec![question],
            components: vec![text],
            ..SlideDraft::default()
        }
    };
    let team = |name: &str| TeamDraft { name: name.to_owned(), ..TeamDraft::default() };
    let draft = CompetitionDraft {
        name: "Final".to_owned(),
        year: 2026,
        views: Some(views),
        slides: questions.into_iter().enumerate().map(slide).collect(),
        teams: vec![team("A"), team("B")],
        ..CompetitionDraft::default()
    };
    let id = app.competition(draft, app.city("Linköping").await).await;
    assert_eq!(id, FINAL);
}

/// Shows the slide at that place, as an operator would.
async fn show(app: &TestApp, place: i64) {
    let change = Change { slide_order: Some(place), ..Change::default() };
    app.live.sync(FINAL, Actor::Server, change).await.expect("a presentation");
}

async fn get(app: &TestApp, token: &str, path: &str) -> Answer {
    app.get(&format!("{PATH}{path}")).bearer(token).send().await
}

/// Shows so many clues, as the operator does.
async fn step(app: &TestApp, operator: &str, step: i64) -> Answer {
    let path = format!("{PATH}/presentation/step");
    app.post(&path).bearer(operator).json(&json!({"step": step})).send().await
}

/// Answers for the first team.
async fn answer(app: &TestApp, token: &str, alternative: i64, answer: &str) -> Answer {
    let path = format!("{PATH}/teams/1/answers/{alternative}");
    app.put(&path).bearer(token).json(&json!({"answer": answer, "reason": "r"})).send().await
}

/// The markers in a text, sorted, each once.
fn markers(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .match_indices("MARK-")
        .map(|(at, _)| {
            let word = text[at + 5..].chars();
            word.take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn orders(rich: &Value) -> Vec<i64> {
    let slides = rich["slides"].as_array().expect("a list");
    slides.iter().map(|slide| slide["order"].as_i64().expect("an order")).collect()
}
