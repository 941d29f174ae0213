//! A short text at the question's one alternative.
//!
//! `correct` holds what is right, several words with `|` between them. An answer that is one of them
//! gives all points; any other is for a judge: it may be misspelt, or say the same in other words.
//! So is none at all, as it may stand on paper.

use super::error::AnswerError;
use super::grade::{Grade, Sheet};
use super::kind::any_part;
use super::{Alternative, Kind, words};
use crate::answer::AnswerText;
use crate::types::QuestionType;

pub(super) struct Text;

impl Kind for Text {
    fn starting_alternatives(&self) -> usize {
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

    fn grade(&self, sheet: &Sheet<'_>) -> Grade {
        let accepted = sheet.only_row().and_then(|row| {
            let answer = sheet.answer(row);
            words::is_accepted(answer, &row.correct)
        });
        if accepted == Some(true) { sheet.all_if(true) } else { Grade::NeedsJudge }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing::{self, grade_of, points};

    #[test]
    fn the_right_word_gives_all_and_the_rest_is_judged() {
        let rows = testing::rows(&[("", "Volta|Alessandro Volta")]);
        let given = |answer| grade_of(QuestionType::Text, 2, &rows, &[answer]);
        assert_eq!(given("volta"), points(200));
        assert_eq!(given("Alessandro  Volta."), points(200));
        assert_eq!(given("Galvani"), Grade::NeedsJudge);
        assert_eq!(given(""), Grade::NeedsJudge);
        assert_eq!(grade_of(QuestionType::Text, 2, &[], &[]), Grade::NeedsJudge);
    }
}
