//! `/api/competitions`: competitions as a whole, and each kind of their parts.

mod alternatives;
mod bad_input;
mod choices;
mod codes;
mod components;
mod copies;
mod desk;
mod editing;
mod nesting;
mod paging;
mod questions;
mod reading;
mod search;
mod slides;
mod statements;
mod teams;

use estrad_domain::code::CompetitionCode;
use estrad_domain::draft::{
    AnswerDraft, CompetitionDraft, ComponentDraft, ContentDraft, QuestionDraft, QuestionPlace,
    ScoreDraft, SlideDraft, TeamDraft,
};
use estrad_domain::points::Points;
use estrad_domain::presentation::TimerRestart;
use estrad_domain::types::{QuestionType, View};
use estrad_domain::{CompetitionId, MediaId};
use estrad_testkit::TestApp;

/// A competition with a slide and nothing on it.
fn empty(name: &str, year: i32) -> CompetitionDraft {
    let slides = vec![SlideDraft::default()];
    CompetitionDraft { name: name.into(), year, slides, ..CompetitionDraft::default() }
}

/// A competition that has some of everything. What is not for every view has a marker in its text.
fn full(images: [MediaId; 3]) -> CompetitionDraft {
    let mut single = QuestionDraft::new("Single", QuestionType::Single, 2)
        .with_alternative("Rätt", "MARK-correct-1")
        .with_alternative("Fel", "MARK-correct-0");
    single.correcting_instructions = Some("MARK-instructions".into());
    single.alternatives[0].correct_order = 1;
    single.alternatives[1].correct_order = 0;
    let mut number = QuestionDraft::new("Number", QuestionType::Number, 3)
        .with_alternative("", "MARK-correct-number");
    number.tolerance = Some(0.125);
    number.parent = Some(0);
    let mut pairs = QuestionDraft::new("Match", QuestionType::Match, 3)
        .with_alternative("Sverige", "Stockholm")
        .with_alternative("Norge", "Oslo")
        .with_alternative("Finland", "Helsingfors");
    for (alternative, place) in pairs.alternatives.iter_mut().zip([2, 0, 1]) {
        alternative.correct_order = place;
    }
    let component = |view, content| ComponentDraft { view, x: 1, y: 2, w: 30, h: 40, content };
    let text =
        |view: View| component(view, ContentDraft::Text(format!("MARK-component-{}", view.name())));
    let mut components: Vec<ComponentDraft> = View::ALL.iter().map(|view| text(*view)).collect();
    components.push(component(View::Team, ContentDraft::Question(1)));
    components.push(component(View::Audience, ContentDraft::Image(images[2])));
    CompetitionDraft {
        name: "Final".into(),
        year: 2026,
        background_image: Some(images[0]),
        fractions_allowed: true,
        timer_restart: TimerRestart::Confirm,
        views: None,
        negative_allowed: true,
        slides: vec![
            SlideDraft {
                title: "Ett".into(),
                timer: Some(60),
                background_image: Some(images[1]),
                questions: vec![single, number],
                components,
            },
            SlideDraft { title: "Två".into(), questions: vec![pairs], ..SlideDraft::default() },
        ],
        teams: vec![team("A", 1), team("B", 2)],
    }
}

fn team(name: &str, points: i32) -> TeamDraft {
    let place = QuestionPlace { slide: 0, question: 0 };
    let answer = format!("MARK-answer-{name}");
    TeamDraft {
        name: name.into(),
        answers: vec![AnswerDraft { place, alternative: 0, answer }],
        scores: vec![ScoreDraft {
            place,
            score: Points::from_hundredths(i64::from(points) * 100 + 25),
        }],
    }
}

/// Stores the full competition in Linköping.
async fn store_full(app: &TestApp) -> CompetitionId {
    let city = app.city("Linköping").await;
    let images = [app.image("a.png").await, app.image("b.png").await, app.image("c.png").await];
    app.competition(full(images), city).await
}

/// The code of the team at that place.
async fn code_of_team(app: &TestApp, id: CompetitionId, place: usize) -> CompetitionCode {
    let codes = app.codes(id).await.into_iter();
    codes.filter(|code| code.view == View::Team).nth(place).expect("a code of the team")
}
