//! Statements, one an alternative: "1" for true, "0" for false.
//!
//! Points go by the share of the statements that were told right; one that was left alone is not.
//! While it is unknown of any of them whether it is true, a judge has to look.

use super::error::{AlternativeError, AnswerError};
use super::grade::{Grade, Sheet};
use super::{Alternative, Kind, flag};
use crate::answer::AnswerText;

pub(super) struct TrueFalse;

impl Kind for TrueFalse {
    fn check_correct(&self, correct: &str) -> Result<(), AlternativeError> {
        let known = correct.is_empty() || flag::read(correct).is_some();
        known.then_some(()).ok_or(AlternativeError::NotAFlag)
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
        if rows.iter().any(|row| flag::read(&row.correct).is_none()) {
            return Grade::NeedsJudge;
        }
        let right = rows.iter().filter(|row| sheet.answer(row) == row.correct).count();
        sheet.share(right, rows.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing::{grade_of, points, rows};
    use crate::types::QuestionType;

    #[test]
    fn each_statement_counts_alike_and_silence_does_not_count() {
        let rows = rows(&[("a", "1"), ("b", "0"), ("c", "0")]);
        let given = |answers: &[&str]| grade_of(QuestionType::TrueFalse, 3, &rows, answers);
        assert_eq!(given(&["1", "0", "0"]), points(300));
        assert_eq!(given(&["1", "0", ""]), points(200));
        assert_eq!(given(&["", "", ""]), points(0));
    }

    #[test]
    fn one_unknown_statement_makes_it_a_matter_for_judges() {
        let rows = rows(&[("a", "1"), ("b", "")]);
        let given = grade_of(QuestionType::TrueFalse, 2, &rows, &["1", "0"]);
        assert_eq!(given, Grade::NeedsJudge);
    }

    #[test]
    fn what_is_right_is_a_flag_or_unknown() {
        for good in ["0", "1", ""] {
            assert_eq!(TrueFalse.check_correct(good), Ok(()));
        }
        assert_eq!(TrueFalse.check_correct("true"), Err(AlternativeError::NotAFlag));
    }
}
