//! Whether a draft that came from outside may be stored: the bounds and rules that the routes hold
//! every single part to.

use std::collections::HashSet;
use std::fmt::Display;

use thiserror::Error;

use super::{
    CompetitionDraft, ComponentDraft, ContentDraft, QuestionDraft, QuestionPlace, SlideDraft,
    TeamDraft,
};
use crate::answer::{AnswerText, ScoreRules};
use crate::competition::YEARS;
use crate::component::{MAX_COMPONENTS, MAX_COORDINATE};
use crate::name::key;
use crate::question::{Alternative, MAX_QUESTIONS, Question, QuestionShape, check_question, kind};
use crate::slide::{MAX_SLIDES, MAX_TIMER_SECONDS};
use crate::team::MAX_TEAMS;
use crate::text::{Html, LongText, Name, Title};
use crate::types::QuestionType;
use crate::{AlternativeId, QuestionId, SlideId};

/// What is wrong with a draft, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{at}: {problem}")]
pub struct DraftError {
    /// The place, like `slides[3].questions[0].tolerance`.
    pub at: String,
    /// A sentence.
    pub problem: String,
}

type Checked = Result<(), DraftError>;

fn wrong(at: impl Display, problem: impl Display) -> DraftError {
    DraftError { at: at.to_string(), problem: problem.to_string() }
}

/// Holds a text to the bounds of its kind.
macro_rules! bounded {
    ($kind:ty, $at:expr, $given:expr) => {
        <$kind>::new($given).map(|_| ()).map_err(|error| wrong($at, error))
    };
}

fn at_most(at: impl Display, count: usize, most: i64) -> Checked {
    if count as i64 <= most {
        Ok(())
    } else {
        Err(wrong(at, format!("There are more than {most}.")))
    }
}

fn within(at: impl Display, number: i32, range: std::ops::RangeInclusive<i32>) -> Checked {
    if range.contains(&number) {
        Ok(())
    } else {
        Err(wrong(at, format!("Must be from {} to {}.", range.start(), range.end())))
    }
}

/// Checks a whole draft. References to media are for whoever knows the media.
///
/// # Errors
/// The first [`DraftError`] that is found.
pub fn check(draft: &CompetitionDraft) -> Checked {
    bounded!(Name, "name", draft.name.as_str())?;
    within("year", draft.year, YEARS)?;
    at_most("slides", draft.slides.len(), MAX_SLIDES)?;
    for (place, slide) in draft.slides.iter().enumerate() {
        check_slide(&format!("slides[{place}]"), slide)?;
    }
    at_most("teams", draft.teams.len(), MAX_TEAMS)?;
    let mut names = HashSet::new();
    for (place, team) in draft.teams.iter().enumerate() {
        let at = format!("teams[{place}]");
        if !names.insert(key(&team.name)) {
            return Err(wrong(format!("{at}.name"), "There is a team of that name already."));
        }
        check_team(&at, team, &draft.slides)?;
    }
    Ok(())
}

fn check_slide(at: &str, slide: &SlideDraft) -> Checked {
    bounded!(Title, format!("{at}.title"), slide.title.as_str())?;
    if let Some(timer) = slide.timer {
        within(format!("{at}.timer"), timer, 0..=MAX_TIMER_SECONDS)?;
    }
    at_most(format!("{at}.questions"), slide.questions.len(), MAX_QUESTIONS)?;
    for place in 0..slide.questions.len() {
        check_question_draft(&format!("{at}.questions[{place}]"), &slide.questions, place)?;
    }
    at_most(format!("{at}.components"), slide.components.len(), MAX_COMPONENTS)?;
    for (place, component) in slide.components.iter().enumerate() {
        check_component(&format!("{at}.components[{place}]"), component, slide)?;
    }
    Ok(())
}

fn check_question_draft(at: &str, all: &[QuestionDraft], place: usize) -> Checked {
    let draft = &all[place];
    bounded!(Title, format!("{at}.name"), draft.name.as_str())?;
    if let Some(instructions) = &draft.correcting_instructions {
        bounded!(LongText, format!("{at}.correcting_instructions"), instructions.as_str())?;
    }
    for (row, alternative) in draft.alternatives.iter().enumerate() {
        let at = format!("{at}.alternatives[{row}]");
        bounded!(LongText, format!("{at}.alternative"), alternative.alternative.as_str())?;
        bounded!(LongText, format!("{at}.correct"), alternative.correct.as_str())?;
    }
    dense(
        &format!("{at}.alternative_order"),
        draft.alternatives.iter().map(|a| a.alternative_order),
    )?;
    dense(&format!("{at}.correct_order"), draft.alternatives.iter().map(|a| a.correct_order))?;
    if draft.parent.is_some_and(|parent| parent >= place) {
        return Err(wrong(format!("{at}.parent"), "A sub-question comes after its question."));
    }
    let parent = draft.parent.map(|parent| stand_in(all, parent));
    let children: Vec<QuestionType> =
        all.iter().filter(|q| q.parent == Some(place)).map(|q| q.question_type).collect();
    let alternatives: Vec<Alternative> = draft
        .alternatives
        .iter()
        .map(|a| Alternative {
            id: AlternativeId(0),
            question_id: QuestionId(0),
            alternative: a.alternative.clone(),
            alternative_order: a.alternative_order,
            correct: a.correct.clone(),
            correct_order: a.correct_order,
        })
        .collect();
    at_most(
        format!("{at}.alternatives"),
        alternatives.len(),
        kind(draft.question_type).most_alternatives(),
    )?;
    check_question(&QuestionShape {
        id: None,
        slide_id: SlideId(0),
        question_type: draft.question_type,
        total_score: draft.total_score,
        tolerance: draft.tolerance,
        parent: parent.as_ref(),
        children: &children,
        alternatives: &alternatives,
    })
    .map_err(|error| wrong(format!("{at}.{}", error.field()), error))
}

/// A question with the place for an id, as the rules about parents look at it.
fn stand_in(all: &[QuestionDraft], place: usize) -> Question {
    let draft = &all[place];
    Question {
        id: QuestionId(place as i64 + 1),
        slide_id: SlideId(0),
        name: String::new(),
        total_score: draft.total_score,
        question_type: draft.question_type,
        correcting_instructions: None,
        parent_id: draft.parent.map(|parent| QuestionId(parent as i64 + 1)),
        tolerance: draft.tolerance,
        manual_grading: false,
    }
}

fn dense(at: &str, orders: impl Iterator<Item = i32>) -> Checked {
    let mut orders: Vec<i32> = orders.collect();
    orders.sort_unstable();
    if orders.iter().zip(0..).all(|(order, place)| *order == place) {
        Ok(())
    } else {
        Err(wrong(at, "The orders must be 0, 1, 2 and so on."))
    }
}

fn check_component(at: &str, component: &ComponentDraft, slide: &SlideDraft) -> Checked {
    for (name, value) in [("x", component.x), ("y", component.y)] {
        within(format!("{at}.{name}"), value, -MAX_COORDINATE..=MAX_COORDINATE)?;
    }
    for (name, value) in [("w", component.w), ("h", component.h)] {
        within(format!("{at}.{name}"), value, 0..=MAX_COORDINATE)?;
    }
    match &component.content {
        ContentDraft::Text(html) => bounded!(Html, format!("{at}.text"), html.as_str()),
        ContentDraft::Question(place) if *place >= slide.questions.len() => {
            Err(wrong(format!("{at}.question"), "There is no such question on the slide."))
        }
        ContentDraft::Question(_) | ContentDraft::Image(_) => Ok(()),
    }
}

fn check_team(at: &str, team: &TeamDraft, slides: &[SlideDraft]) -> Checked {
    bounded!(Name, format!("{at}.name"), team.name.as_str())?;
    let question = |place: QuestionPlace| slides.get(place.slide)?.questions.get(place.question);
    let mut answered = HashSet::new();
    for (number, answer) in team.answers.iter().enumerate() {
        let at = format!("{at}.answers[{number}]");
        let there = question(answer.place)
            .is_some_and(|question| answer.alternative < question.alternatives.len());
        let place = (answer.place.slide, answer.place.question, answer.alternative);
        if !there || !answered.insert(place) {
            return Err(wrong(at, "There is no such alternative, or it was answered twice."));
        }
        bounded!(AnswerText, format!("{at}.answer"), answer.answer.as_str())?;
    }
    let mut scored = HashSet::new();
    for (number, score) in team.scores.iter().enumerate() {
        let at = format!("{at}.scores[{number}]");
        let place = (score.place.slide, score.place.question);
        let Some(scored_question) = question(score.place).filter(|_| scored.insert(place)) else {
            return Err(wrong(at, "There is no such question, or it was scored twice."));
        };
        // What stands below 0 was given where that was allowed.
        let rules = ScoreRules { fractions_allowed: true, negative_allowed: true };
        rules.check(score.score, scored_question.total_score).map_err(|error| wrong(at, error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::{AnswerDraft, ScoreDraft};
    use crate::points::Points;
    use crate::types::View;

    fn draft() -> CompetitionDraft {
        let question = QuestionDraft::new("Q", QuestionType::Single, 1)
            .with_alternative("a", "1")
            .with_alternative("b", "0");
        let part = QuestionDraft { parent: Some(0), ..question.clone() };
        let component = ComponentDraft {
            view: View::Team,
            x: 0,
            y: 0,
            w: 10,
            h: 10,
            content: ContentDraft::Question(1),
        };
        let place = QuestionPlace { slide: 0, question: 1 };
        CompetitionDraft {
            name: "Final".to_owned(),
            year: 2026,
            slides: vec![SlideDraft {
                questions: vec![question, part],
                components: vec![component],
                ..SlideDraft::default()
            }],
            teams: vec![TeamDraft {
                name: "Team".to_owned(),
                answers: vec![AnswerDraft { place, alternative: 1, answer: "1".to_owned() }],
                scores: vec![ScoreDraft { place, score: Points::whole(1) }],
            }],
            ..CompetitionDraft::default()
        }
    }

    #[test]
    fn a_sound_draft_passes() {
        assert_eq!(check(&draft()), Ok(()));
    }

    #[test]
    fn each_fault_is_named_with_its_place() {
        type Spoil = fn(&mut CompetitionDraft);
        let faults: [(&str, Spoil); 14] = [
            ("name", |d| d.name.clear()),
            ("year", |d| d.year = 0),
            ("slides[0].title", |d| d.slides[0].title = "x".repeat(255)),
            ("slides[0].timer", |d| d.slides[0].timer = Some(-1)),
            ("slides[0].questions[0].total_score", |d| d.slides[0].questions[0].total_score = -1),
            ("slides[0].questions[0].tolerance", |d| {
                d.slides[0].questions[0].tolerance = Some(1.0);
            }),
            ("slides[0].questions[0].parent", |d| d.slides[0].questions[0].parent = Some(1)),
            ("slides[0].questions[1].correct_order", |d| {
                d.slides[0].questions[1].alternatives[0].correct_order = 1;
            }),
            ("slides[0].components[0].question", |d| {
                d.slides[0].components[0].content = ContentDraft::Question(2);
            }),
            ("slides[0].components[0].w", |d| d.slides[0].components[0].w = -1),
            ("teams[1].name", |d| {
                let name = "ＴＥＡＭ\u{200b}".to_owned();
                d.teams.push(TeamDraft { name, ..d.teams[0].clone() });
            }),
            ("teams[0].answers[0]", |d| d.teams[0].answers[0].alternative = 2),
            ("teams[0].answers[1]", |d| {
                let answer = d.teams[0].answers[0].clone();
                d.teams[0].answers.push(answer);
            }),
            ("teams[0].scores[0]", |d| {
                d.teams[0].scores[0].score = Points::from_hundredths(i64::MIN);
            }),
        ];
        for (at, spoil) in faults {
            let mut spoilt = draft();
            spoil(&mut spoilt);
            assert_eq!(check(&spoilt).expect_err(at).at, at);
        }
    }
}
