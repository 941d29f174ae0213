//! A series of short items in order, each a sub-question with one right alternative.
//!
//! The quiz itself is not answered. As a rule the points are those of its items, and there is
//! nothing to score at the quiz itself. Where it has points of its own, they are given by a scale
//! that is written for people ("4 points for all right"), and a judge gives them.

use super::error::{AlternativeError, AnswerError};
use super::grade::{Grade, Sheet};
use super::{Alternative, Kind};
use crate::answer::AnswerText;
use crate::types::QuestionType;

pub(super) struct Quiz;

impl Kind for Quiz {
    fn most_alternatives(&self) -> i64 {
        0
    }

    fn takes_sub_question(&self, of: QuestionType) -> bool {
        of == QuestionType::Single
    }

    fn check_correct(&self, _correct: &str) -> Result<(), AlternativeError> {
        Err(AlternativeError::NotTaken)
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

    fn grade(&self, sheet: &Sheet<'_>) -> Grade {
        if sheet.question.total_score > 0 { Grade::NeedsJudge } else { Grade::NotGraded }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing::grade_of;

    #[test]
    fn the_points_are_those_of_the_items_unless_it_has_its_own() {
        assert_eq!(grade_of(QuestionType::Quiz, 0, &[], &[]), Grade::NotGraded);
        assert_eq!(grade_of(QuestionType::Quiz, 4, &[], &[]), Grade::NeedsJudge);
    }
}
