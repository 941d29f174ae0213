//! What holds for every draft that leaves this crate, for the tests.

use std::collections::HashSet;

use estrad_domain::answer::AnswerText;
use estrad_domain::competition::YEARS;
use estrad_domain::component::{MAX_COMPONENTS, MAX_COORDINATE};
use estrad_domain::draft::{CompetitionDraft, ContentDraft, QuestionDraft, SlideDraft};
use estrad_domain::points::Points;
use estrad_domain::question::{MAX_ALTERNATIVES, MAX_TOTAL_SCORE, kind};
use estrad_domain::slide::{MAX_SLIDES, MAX_TIMER_SECONDS};
use estrad_domain::text::{Html, LongText, Name, Title};
use estrad_domain::types::QuestionType;

/// Panics where the draft breaks a bound of the domain or refers to what there isn't.
pub(crate) fn check(draft: &CompetitionDraft) {
    Name::new(draft.name.as_str()).expect("a name");
    assert!(YEARS.contains(&draft.year));
    assert!(draft.slides.len() <= MAX_SLIDES as usize);
    draft.slides.iter().for_each(check_slide);
    let names: HashSet<_> = draft.teams.iter().map(|team| &team.name).collect();
    assert_eq!(names.len(), draft.teams.len(), "teams have names of their own");
    for team in &draft.teams {
        Name::new(team.name.as_str()).expect("a name");
        let mut answered = HashSet::new();
        for answer in &team.answers {
            let question = &draft.slides[answer.place.slide].questions[answer.place.question];
            assert!(answer.alternative < question.alternatives.len());
            AnswerText::new(answer.answer.as_str()).expect("an answer");
            let place = (answer.place.slide, answer.place.question, answer.alternative);
            assert!(answered.insert(place), "one answer at each alternative");
            let flags = matches!(
                question.question_type,
                QuestionType::Single | QuestionType::Multiple | QuestionType::TrueFalse
            );
            assert!(!flags || answer.answer == "1" || answer.answer == "0");
        }
        let mut scored = HashSet::new();
        for score in &team.scores {
            let _ = &draft.slides[score.place.slide].questions[score.place.question];
            assert!(score.score <= Points::MAX);
            assert!(scored.insert((score.place.slide, score.place.question)));
        }
    }
}

fn check_slide(slide: &SlideDraft) {
    Title::new(slide.title.as_str()).expect("a title");
    assert!(slide.timer.is_none_or(|t| t > 0 && t <= MAX_TIMER_SECONDS));
    assert!(slide.components.len() <= MAX_COMPONENTS as usize);
    for component in &slide.components {
        for number in [component.x, component.y, component.w, component.h] {
            assert!((0..=MAX_COORDINATE).contains(&number));
        }
        assert!(component.x + component.w <= 1280 && component.y + component.h <= 720);
        match &component.content {
            ContentDraft::Text(html) => drop(Html::new(html.as_str()).expect("HTML")),
            ContentDraft::Question(place) => assert!(*place < slide.questions.len()),
            ContentDraft::Image(_) => panic!("there is nothing uploaded"),
        }
    }
    for (place, question) in slide.questions.iter().enumerate() {
        assert!(question.parent.is_none_or(|parent| parent < place), "parents come first");
        check_question(question);
    }
}

fn check_question(question: &QuestionDraft) {
    Name::new(question.name.as_str()).expect("a name");
    assert!((0..=MAX_TOTAL_SCORE).contains(&question.total_score));
    let instructions = question.correcting_instructions.clone().unwrap_or_default();
    LongText::new(instructions).expect("instructions");
    assert!(question.alternatives.len() <= MAX_ALTERNATIVES as usize);
    assert!(question.tolerance.is_none() || question.question_type == QuestionType::Number);
    if kind(question.question_type).starting_alternatives() == 1 {
        assert_eq!(question.alternatives.len(), 1, "{}", question.name);
    }
    let dense: HashSet<i32> = (0..question.alternatives.len() as i32).collect();
    let orders = |of: fn(&_) -> i32| question.alternatives.iter().map(of).collect::<HashSet<_>>();
    assert_eq!(orders(|a| a.alternative_order), dense);
    assert_eq!(orders(|a| a.correct_order), dense);
    for alternative in &question.alternatives {
        LongText::new(alternative.alternative.as_str()).expect("an alternative");
        LongText::new(alternative.correct.as_str()).expect("what is right");
    }
}
