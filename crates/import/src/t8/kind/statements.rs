//! Statements that are true or false. The export doesn't say which.

use estrad_domain::draft::QuestionDraft;
use estrad_domain::types::QuestionType;

use super::{Entry, Mapped, Placed, Slot, long, note_time_of_each, question_name};
use crate::report::{About, Report};
use crate::t8::documents::Question;

pub(super) fn map(question: &Question, place: &str, report: &mut Report) -> Mapped {
    let name = question_name(&question.title, place, report);
    note_time_of_each(question, question.statements.len(), "statements", place, report);
    let mut draft = QuestionDraft::new(name, QuestionType::TrueFalse, 0);
    for statement in &question.statements {
        draft = draft.with_alternative(long(statement, place, report), "");
    }
    let text = "The export doesn't say which statements are true; they have to be marked by hand.";
    report.note(About::Changed, place, text);
    let slots =
        (0..question.statements.len()).map(|row| Slot { question: 0, entry: Entry::Truth(row) });
    Mapped { questions: vec![Placed::main(question, draft)], slots: slots.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::t8::testing;

    #[test]
    fn a_row_for_each_statement_and_nothing_is_made_up() {
        let question = testing::question(serde_json::json!({
            "type": "truefalse", "statements": ["31 is prime", "32 is prime"],
            "answer": {"type": "multi"},
        }));
        let mut report = Report::default();
        let mapped = map(&question, "Q", &mut report);
        let draft = &mapped.questions[0].draft;
        assert_eq!(draft.question_type, QuestionType::TrueFalse);
        assert!(draft.alternatives.iter().all(|a| a.correct.is_empty()));
        assert_eq!(draft.alternatives.len(), 2);
        assert_eq!(mapped.slots[1].entry, Entry::Truth(1));
        assert_eq!(report.notes_about(About::Changed), 1);
    }
}
