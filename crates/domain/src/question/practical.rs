//! Done by hand and scored by the judges; also the whole of a form with several fields.
//!
//! It has no digital answer. Front-ends may give it alternatives all the same; nothing asks for them.

use super::error::AnswerError;
use super::grade::{Grade, Sheet};
use super::kind::any_part;
use super::{Alternative, Kind};
use crate::answer::AnswerText;
use crate::types::QuestionType;

pub(super) struct Practical;

impl Kind for Practical {
    fn takes_sub_question(&self, of: QuestionType) -> bool {
        any_part(of)
    }

    fn takes_answers(&self) -> bool {
        false
    }

    fn check_answer(
        &self,
        _row: &Alternative,
        _rows: &[Alternative],
        _answer: &AnswerText,
    ) -> Result<(), AnswerError> {
        Err(AnswerError::NotTaken)
    }

    fn grade(&self, _sheet: &Sheet<'_>) -> Grade {
        Grade::NeedsJudge
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing::{answered, grade_of, rows};

    #[test]
    fn there_is_nothing_to_answer_and_a_judge_scores() {
        let rows = rows(&[("Alternative 0", "Correct 0")]);
        assert_eq!(answered(QuestionType::Practical, &rows, 0, "x"), Err(AnswerError::NotTaken));
        assert_eq!(answered(QuestionType::Practical, &rows, 0, ""), Err(AnswerError::NotTaken));
        assert_eq!(grade_of(QuestionType::Practical, 6, &rows, &[]), Grade::NeedsJudge);
    }
}
