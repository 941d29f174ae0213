//! A longer text at the question's one alternative. Only a judge can say what it is worth.

use super::error::AnswerError;
use super::grade::{Grade, Sheet};
use super::kind::any_part;
use super::{Alternative, Kind};
use crate::answer::AnswerText;
use crate::types::QuestionType;

pub(super) struct LongText;

impl Kind for LongText {
    fn starting_alternatives(&self) -> usize {
        1
    }

    fn most_alternatives(&self) -> i64 {
        1
    }

    fn takes_sub_question(&self, of: QuestionType) -> bool {
        any_part(of)
    }

    fn check_answer(
        &self,
        _row: &Alternative,
        _rows: &[Alternative],
        _answer: &AnswerText,
    ) -> Result<(), AnswerError> {
        Ok(())
    }

    fn grade(&self, _sheet: &Sheet<'_>) -> Grade {
        Grade::NeedsJudge
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing::{self, grade_of};

    #[test]
    fn a_judge_reads_it_even_where_it_says_what_is_expected() {
        let rows = testing::rows(&[("", "It is pressed.")]);
        let given = grade_of(QuestionType::LongText, 4, &rows, &["It is pressed."]);
        assert_eq!(given, Grade::NeedsJudge);
    }
}
