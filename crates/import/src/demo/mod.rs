//! A small competition of our own, to try everything with: "Demo: Bridges and Batteries".
//!
//! It lives beside the importers because it is one of them: it makes a draft, out of nothing. That
//! way it is stored like any other, and what can't be drafted can't be demonstrated either. Every
//! type of question occurs, every view has something to show, and nothing in it has to be uploaded.

mod choices;
mod closing;
mod opening;
mod parts;
mod writing;

use estrad_domain::draft::{CompetitionDraft, TeamDraft};
use estrad_domain::presentation::TimerRestart;

/// In which year it takes place: it is no competition of a certain year, but it has to have one.
const YEAR: i32 = 2026;

/// The competition, with three teams that have not answered anything yet.
pub fn competition() -> CompetitionDraft {
    let teams = ["The Trusses", "Volta's Heirs", "Counterweight"];
    CompetitionDraft {
        name: "Demo: Bridges and Batteries".to_owned(),
        year: YEAR,
        background_image: None,
        fractions_allowed: false,
        timer_restart: TimerRestart::Allowed,
        views: None,
        negative_allowed: false,
        slides: vec![
            opening::welcome(),
            opening::paper_bridge(),
            choices::best_conductor(),
            choices::stiff_shapes(),
            choices::true_or_false(),
            choices::units(),
            writing::inventor(),
            writing::current(),
            writing::why_it_stands(),
            writing::clues(),
            closing::quiz(),
            closing::thanks(),
        ],
        teams: teams
            .into_iter()
            .map(|name| TeamDraft { name: name.to_owned(), ..TeamDraft::default() })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use estrad_domain::draft::{ContentDraft, QuestionDraft};
    use estrad_domain::types::{QuestionType, View};

    use super::*;
    use crate::checks::check;

    fn questions(draft: &CompetitionDraft) -> impl Iterator<Item = &QuestionDraft> {
        draft.slides.iter().flat_map(|slide| &slide.questions)
    }

    #[test]
    fn it_keeps_every_bound() {
        check(&competition());
    }

    #[test]
    fn every_type_and_every_view_occurs() {
        let draft = competition();
        let types: HashSet<_> = questions(&draft).map(|q| q.question_type).collect();
        assert_eq!(types.len(), QuestionType::ALL.len());
        for slide in &draft.slides {
            for &view in View::ALL {
                assert!(
                    slide.components.iter().any(|c| c.view == view),
                    "nothing for {view:?} on {}",
                    slide.title
                );
            }
            let shown = |view| {
                slide
                    .components
                    .iter()
                    .any(|c| c.view == view && matches!(c.content, ContentDraft::Question(_)))
            };
            assert_eq!(shown(View::Team), !slide.questions.is_empty(), "{}", slide.title);
            assert_eq!(shown(View::Judge), !slide.questions.is_empty(), "{}", slide.title);
        }
        assert!(draft.slides.iter().any(|slide| slide.questions.is_empty()));
        assert!(draft.slides.iter().any(|slide| slide.timer.is_some()));
        assert!(draft.slides.iter().any(|slide| slide.timer.is_none()));
        assert_eq!(draft.teams.len(), 3);
    }

    #[test]
    fn nothing_on_a_screen_covers_something_else() {
        for slide in &competition().slides {
            for (index, a) in slide.components.iter().enumerate() {
                for b in slide.components[index + 1..].iter().filter(|b| b.view == a.view) {
                    let apart = a.x + a.w <= b.x
                        || b.x + b.w <= a.x
                        || a.y + a.h <= b.y
                        || b.y + b.h <= a.y;
                    assert!(apart, "{a:?} and {b:?} on {}", slide.title);
                }
            }
        }
    }

    #[test]
    fn the_pairs_stand_in_different_orders() {
        let draft = competition();
        let pairs = questions(&draft).find(|q| q.question_type == QuestionType::Match);
        let pairs = &pairs.expect("a match question").alternatives;
        assert!(pairs.len() >= 3);
        assert!(pairs.iter().all(|pair| pair.alternative_order != pair.correct_order));
    }

    #[test]
    fn the_quiz_has_items_with_one_right_alternative_each() {
        let draft = competition();
        let slide = draft
            .slides
            .iter()
            .find(|slide| slide.questions.iter().any(|q| q.question_type == QuestionType::Quiz))
            .expect("a quiz");
        let items: Vec<_> = slide.questions.iter().filter(|q| q.parent == Some(0)).collect();
        assert!(items.len() >= 3);
        for item in items {
            assert_eq!(item.alternatives.iter().filter(|a| a.correct == "1").count(), 1);
        }
    }

    #[test]
    fn every_question_tells_judges_what_to_do() {
        let draft = competition();
        for question in questions(&draft).filter(|q| q.parent.is_none()) {
            assert!(question.correcting_instructions.is_some(), "{}", question.name);
        }
    }
}
