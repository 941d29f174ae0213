//! Exactly one alternative: "1" for it, "0" for the others. Choosing one takes back the choice before, and
//! marking one as right unmarks the other: whatever comes in which order, there is one at most.
//!
//! All points for ticking the right one and no other. While not exactly one is marked as right, a
//! judge has to look.

use super::error::AnswerError;
use super::grade::{Grade, Sheet};
use super::kind::any_part;
use super::{Alternative, Kind, flag};
use crate::answer::AnswerText;
use crate::types::QuestionType;

pub(super) struct Single;

impl Kind for Single {
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

    /// One is chosen at a time.
    fn displaced(&self, later: &str, other: &str) -> Option<&'static str> {
        (flag::read(later) == Some(true) && flag::read(other) == Some(true)).then_some(flag::NO)
    }

    /// One is right.
    fn displaced_correct(&self, later: &str, other: &str) -> Option<&'static str> {
        self.displaced(later, other)
    }

    fn grade(&self, sheet: &Sheet<'_>) -> Grade {
        let marks = flag::marked(sheet.alternatives.iter().map(|row| row.correct.as_str()));
        let Some(marks) = marks.filter(|marks| marks.iter().filter(|&&mark| mark).count() == 1)
        else {
            return Grade::NeedsJudge;
        };
        let as_marked = |(row, mark): (&Alternative, bool)| (sheet.answer(row) == "1") == mark;
        sheet.all_if(sheet.alternatives.iter().zip(marks).all(as_marked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing::{answered, grade_of, points, rows};

    #[test]
    fn the_right_one_alone_gives_all() {
        let rows = rows(&[("Gold", "0"), ("Silver", "1"), ("Iron", "")]);
        let given = |answers: &[&str]| grade_of(QuestionType::Single, 2, &rows, answers);
        assert_eq!(given(&["0", "1", "0"]), points(200));
        assert_eq!(given(&["", "1", ""]), points(200));
        assert_eq!(given(&["1", "0", "0"]), points(0));
        assert_eq!(given(&["1", "1", "0"]), points(0));
        assert_eq!(given(&["", "", ""]), points(0));
    }

    #[test]
    fn what_nobody_marked_is_judged() {
        for correct in [["", ""], ["0", "0"], ["1", "1"], ["Correct 0", "1"]] {
            let rows = rows(&[("a", correct[0]), ("b", correct[1])]);
            let given = grade_of(QuestionType::Single, 1, &rows, &["1", "0"]);
            assert_eq!(given, Grade::NeedsJudge, "{correct:?}");
        }
    }

    #[test]
    fn answers_are_flags() {
        let rows = rows(&[("a", "1")]);
        assert_eq!(answered(QuestionType::Single, &rows, 0, "1"), Ok(()));
        assert_eq!(answered(QuestionType::Single, &rows, 0, ""), Ok(()));
        assert_eq!(answered(QuestionType::Single, &rows, 0, "a"), Err(AnswerError::NotAFlag));
    }
}
