//! Two columns that belong together become a match question.
//!
//! Texts in the same row make a pair. The old system kept no other order, and the right column
//! would give the pairs away if it stood beside the left one as it is: it is sorted by its letters.

use estrad_domain::draft::QuestionDraft;
use estrad_domain::types::QuestionType;

use super::{Entry, Mapped, Placed, Slot, long, question_name, sub_questions};
use crate::report::{About, Report};
use crate::t8::documents::Question;

pub(super) fn map(question: &Question, place: &str, report: &mut Report) -> Mapped {
    let name = question_name(&question.title, place, report);
    let mut draft = QuestionDraft::new(name, QuestionType::Match, 0);
    let [left, right] = &question.pairs;
    let rows = left.len().max(right.len());
    for row in 0..rows {
        let text = |column: &[String]| column.get(row).cloned().unwrap_or_default();
        draft = draft
            .with_alternative(long(&text(left), place, report), long(&text(right), place, report));
    }
    sort_right_column(&mut draft);
    report.note(
        About::Changed,
        place,
        "Pairs are taken to be what stands in the same row; the right column is sorted by its letters.",
    );
    if left.len() != right.len() {
        let text = format!(
            "{} texts on the left and {} on the right: a side is empty in some rows.",
            left.len(),
            right.len()
        );
        report.note(About::Changed, place, text);
    }
    let slots = (0..rows).map(|row| Slot { question: 0, entry: Entry::Pair(row) }).collect();
    let mut mapped = Mapped { questions: vec![Placed::main(question, draft)], slots };
    // Fields besides the pairs came after them in the form.
    sub_questions::note_unknown_answers(question, place, report);
    sub_questions::add(question, &mut mapped, place, report);
    mapped
}

fn sort_right_column(draft: &mut QuestionDraft) {
    let mut rows: Vec<usize> = (0..draft.alternatives.len()).collect();
    rows.sort_by(|&a, &b| draft.alternatives[a].correct.cmp(&draft.alternatives[b].correct));
    for (order, row) in rows.into_iter().enumerate() {
        draft.alternatives[row].correct_order = order as i32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::t8::testing;

    #[test]
    fn rows_are_pairs_and_the_right_column_is_sorted() {
        let question = testing::question(serde_json::json!({
            "type": "normal",
            "answer": {"type": "multi", "pairs": [["Sweden", "Norway", "Finland"], ["Stockholm", "Oslo"]]},
        }));
        let mut report = Report::default();
        let mapped = map(&question, "Q", &mut report);
        let draft = &mapped.questions[0].draft;
        assert_eq!(draft.question_type, QuestionType::Match);
        let rows: Vec<_> = draft
            .alternatives
            .iter()
            .map(|a| (&*a.alternative, a.alternative_order, &*a.correct, a.correct_order))
            .collect();
        assert_eq!(
            rows,
            [("Sweden", 0, "Stockholm", 2), ("Norway", 1, "Oslo", 1), ("Finland", 2, "", 0)]
        );
        assert_eq!(mapped.slots.len(), 3);
        assert_eq!(report.notes_about(About::Changed), 2);
    }
}
