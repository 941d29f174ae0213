//! A quiz: a sub-question with one right alternative for each item.
//!
//! The points are given for the quiz as a whole, by a scale that is written for people; the items
//! have none of their own.

use estrad_domain::draft::QuestionDraft;
use estrad_domain::types::QuestionType;

use super::{Entry, Mapped, Placed, Slot, long, main_slide, note_time_of_each, question_name};
use crate::report::{About, Report};
use crate::t8::documents::Question;
use crate::t8::html::plain;
use crate::t8::source::QuizItem;

const LETTERS: [char; 4] = ['A', 'B', 'C', 'D'];

pub(super) fn map(question: &Question, place: &str, report: &mut Report) -> Mapped {
    let name = question_name(&question.title, place, report);
    note_time_of_each(question, question.quiz.len(), "items", place, report);
    let whole = QuestionDraft::new(name, QuestionType::Quiz, 0);
    let mut mapped = Mapped { questions: vec![Placed::main(question, whole)], slots: Vec::new() };
    for (index, item) in question.quiz.iter().enumerate() {
        let (draft, letters) = map_item(item, index + 1, place, report);
        mapped.slots.push(Slot { question: index + 1, entry: Entry::Letter(letters) });
        mapped.questions.push(Placed { slide: main_slide(question), draft, caption: None });
    }
    mapped
}

fn map_item(
    item: &QuizItem,
    number: usize,
    place: &str,
    report: &mut Report,
) -> (QuestionDraft, Vec<char>) {
    // A name is shown as it is, while the old system showed these as HTML.
    let text = plain(&item.question).replace('\n', " ");
    let text = if text.is_empty() { format!("{place} {number}") } else { text };
    let name = question_name(&text, place, report);
    let mut draft =
        QuestionDraft { parent: Some(0), ..QuestionDraft::new(name, QuestionType::Single, 0) };
    let right = item.correct.trim().to_ascii_uppercase();
    let mut letters = Vec::new();
    for (letter, option) in LETTERS.into_iter().zip(&item.options) {
        // Three alternatives, as in 1/X/2, leave the fourth empty.
        if option.is_empty() {
            continue;
        }
        let correct = if right == letter.to_string() { "1" } else { "0" };
        draft = draft.with_alternative(long(option, place, report), correct);
        letters.push(letter);
    }
    if draft.alternatives.iter().filter(|a| a.correct == "1").count() != 1 {
        draft.alternatives.iter_mut().for_each(|a| a.correct.clear());
        let given = &item.correct;
        let text =
            format!("Item {number} has no alternative \"{given}\", which is said to be right.");
        report.note(About::Changed, place, text);
    }
    (draft, letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::t8::testing;

    #[test]
    fn each_item_is_a_sub_question_with_one_right_alternative() {
        let question = testing::question(serde_json::json!({
            "type": "quiz", "answer": {"type": "multi"}, "quiz": [
                {"question": "Gas?", "A": "Oxygen", "B": "Iron", "C": "Wood", "D": "Salt", "correct": "A"},
                {"question": "1, X or 2?", "A": "1", "B": "X", "C": "2", "D": "", "correct": "D"},
            ],
        }));
        let mut report = Report::default();
        let mapped = map(&question, "Q", &mut report);
        let types: Vec<_> =
            mapped.questions.iter().map(|q| (q.draft.question_type, q.draft.parent)).collect();
        assert_eq!(
            types,
            [
                (QuestionType::Quiz, None),
                (QuestionType::Single, Some(0)),
                (QuestionType::Single, Some(0))
            ]
        );
        let correct = |q: usize| -> Vec<String> {
            mapped.questions[q].draft.alternatives.iter().map(|a| a.correct.clone()).collect()
        };
        assert_eq!(correct(1), ["1", "0", "0", "0"]);
        assert_eq!(correct(2), ["", "", ""]);
        assert_eq!(
            mapped.slots[1],
            Slot { question: 2, entry: Entry::Letter(vec!['A', 'B', 'C']) }
        );
        assert_eq!(report.notes_about(About::Changed), 1);
    }
}
