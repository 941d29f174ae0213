//! Clues that all lead to the same word become a clue ladder, a row for each.

use estrad_domain::draft::QuestionDraft;
use estrad_domain::types::QuestionType;

use super::{Entry, Mapped, Placed, Slot, long, note_time_of_each, question_name};
use crate::report::{About, Report};
use crate::t8::documents::Question;
use crate::t8::html::plain;

/// The most characters that a text has that is one word, or a name of a few.
const MAX_WORD: usize = 100;

pub(super) fn map(question: &Question, place: &str, report: &mut Report) -> Mapped {
    let name = question_name(&question.title, place, report);
    note_time_of_each(question, question.hints.len(), "clues", place, report);
    let mut draft = QuestionDraft::new(name, QuestionType::ClueLadder, 0);
    let word = word(&question.answer_text);
    if word.is_empty() {
        let text = "The answer is no plain word; it stands in the correcting instructions only.";
        report.note(About::Changed, place, text);
    }
    for clue in &question.hints {
        draft = draft.with_alternative(long(clue, place, report), word.clone());
    }
    let slots = (0..question.hints.len()).map(|row| Slot { question: 0, entry: Entry::Text(row) });
    Mapped { questions: vec![Placed::main(question, draft)], slots: slots.collect() }
}

/// The word, if it is all that the answer says; pictures around it don't matter.
fn word(answer: &str) -> String {
    let text = plain(answer);
    let is_word = !text.contains('\n') && text.chars().count() <= MAX_WORD;
    if is_word { text } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::t8::testing;

    #[test]
    fn the_word_is_found_among_pictures_only() {
        assert_eq!(word("Kometer"), "Kometer");
        assert_eq!(word("<p><img src=\"uploads/x.jpg\" /></p>\n<p>Skruv</p>"), "Skruv");
        assert_eq!(word("<p>En m&aring;nlandning</p>"), "En månlandning");
        assert_eq!(word("<p>Skruv</p><p>eller bult</p>"), "");
    }

    #[test]
    fn a_row_for_each_clue() {
        let question = testing::question(serde_json::json!({
            "type": "hints", "hints": ["First", "Second"],
            "answer": {"type": "multi", "text": "Comet"},
        }));
        let mapped = map(&question, "Q", &mut Report::default());
        let draft = &mapped.questions[0].draft;
        assert_eq!(draft.question_type, QuestionType::ClueLadder);
        let rows: Vec<_> =
            draft.alternatives.iter().map(|a| (&*a.alternative, &*a.correct)).collect();
        assert_eq!(rows, [("First", "Comet"), ("Second", "Comet")]);
        assert_eq!(mapped.slots[1], Slot { question: 0, entry: Entry::Text(1) });
    }
}
