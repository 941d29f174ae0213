//! Any number of alternatives: "1" or "0" for each.
//!
//! Every row is a small yes or no of its own, as in a question of true and false: the share of the
//! rows that are right, ticked or left alone, is the share of the points. It was chosen over all or
//! nothing because there a team that knows three of four gets no more than one that knows none, and
//! over minus points because those punish a guess twice. Leaving everything alone is no answer: it
//! gives nothing, though rows that are rightly not ticked would be worth something.
//!
//! While no alternative is marked as right, a judge has to look.

use super::error::AnswerError;
use super::grade::{Grade, Sheet};
use super::kind::any_part;
use super::{Alternative, Kind, flag};
use crate::answer::AnswerText;
use crate::types::QuestionType;

pub(super) struct Multiple;

impl Kind for Multiple {
    fn takes_sub_question(&self, of: QuestionType) -> bool {
        any_part(of)
    }

    fn check_answer(
        &self,
        _row: &Alternative,
        _rows: &[Alternative],
        answer: &AnswerText,
    ) -> Result<(), AnswerError> {
        flag::check_answer(answer.as_str())
    }

    fn grade(&self, sheet: &Sheet<'_>) -> Grade {
        let rows = sheet.alternatives;
        let Some(marks) = flag::marked(rows.iter().map(|row| row.correct.as_str())) else {
            return Grade::NeedsJudge;
        };
        let ticks: Vec<bool> = rows.iter().map(|row| sheet.answer(row) == "1").collect();
        if !ticks.contains(&true) {
            return sheet.all_if(false);
        }
        let right = ticks.iter().zip(&marks).filter(|(tick, mark)| tick == mark).count();
        sheet.share(right, rows.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing::{grade_of, points, rows};

    #[test]
    fn each_row_counts_alike() {
        let rows = rows(&[("a", "1"), ("b", "0"), ("c", "1"), ("d", "")]);
        let given = |answers: &[&str]| grade_of(QuestionType::Multiple, 4, &rows, answers);
        assert_eq!(given(&["1", "0", "1", "0"]), points(400));
        assert_eq!(given(&["1", "", "1", ""]), points(400));
        assert_eq!(given(&["1", "0", "0", "0"]), points(300));
        assert_eq!(given(&["1", "1", "1", "1"]), points(200));
        assert_eq!(given(&["0", "1", "0", "1"]), points(0));
    }

    #[test]
    fn ticking_nothing_gives_nothing() {
        let rows = rows(&[("a", "1"), ("b", "0"), ("c", "0")]);
        for answers in [["", "", ""], ["0", "0", "0"]] {
            assert_eq!(grade_of(QuestionType::Multiple, 3, &rows, &answers), points(0));
        }
    }

    #[test]
    fn what_nobody_marked_is_judged() {
        for correct in ["", "0", "Correct 0"] {
            let rows = rows(&[("a", correct), ("b", correct)]);
            let given = grade_of(QuestionType::Multiple, 1, &rows, &["1", "0"]);
            assert_eq!(given, Grade::NeedsJudge, "{correct:?}");
        }
    }
}
