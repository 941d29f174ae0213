//! Clues, one an alternative, that all lead to the same word: a guess at each of them.
//!
//! A row is right when its guess is the word, see [`super::words`]; `correct` may hold several that
//! are, with `|` between them. Points go by the share of the right rows: with as many points as
//! clues it is one for each. While the word of any row is unknown, a judge has to look.

use super::error::AnswerError;
use super::grade::{Grade, Sheet};
use super::{Alternative, Kind, words};
use crate::answer::AnswerText;

pub(super) struct ClueLadder;

impl Kind for ClueLadder {
    fn check_answer(
        &self,
        _row: &Alternative,
        _rows: &[Alternative],
        _answer: &AnswerText,
    ) -> Result<(), AnswerError> {
        Ok(())
    }

    /// What is guessed at a clue stands once the next one is shown.
    fn comes_in_steps(&self) -> bool {
        true
    }

    /// A guess at an early clue gives away the word to whoever may still guess at a later one, and a
    /// ladder may be shown again, slide by slide.
    fn is_fair_to_show(&self) -> bool {
        false
    }

    fn grade(&self, sheet: &Sheet<'_>) -> Grade {
        let rows = sheet.alternatives;
        let right: Option<Vec<bool>> =
            rows.iter().map(|row| words::is_accepted(sheet.answer(row), &row.correct)).collect();
        match right {
            Some(right) => sheet.share(right.iter().filter(|&&right| right).count(), rows.len()),
            None => Grade::NeedsJudge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing::{grade_of, points, rows};
    use crate::types::QuestionType;

    #[test]
    fn each_row_with_the_word_counts() {
        let rows =
            rows(&[("clue 1", "Magnet"), ("clue 2", "Magnet"), ("clue 3", "Magnet|Magneter")]);
        let given = |answers: &[&str]| grade_of(QuestionType::ClueLadder, 3, &rows, answers);
        assert_eq!(given(&["Motor", "magnet", "MAGNETER"]), points(200));
        assert_eq!(given(&["", "", ""]), points(0));
        assert_eq!(given(&["magnet", "magnet", "magnet"]), points(300));
    }

    #[test]
    fn without_a_word_it_is_judged() {
        let rows = rows(&[("clue 1", "Magnet"), ("clue 2", "")]);
        let given = grade_of(QuestionType::ClueLadder, 2, &rows, &["magnet", "magnet"]);
        assert_eq!(given, Grade::NeedsJudge);
    }
}
