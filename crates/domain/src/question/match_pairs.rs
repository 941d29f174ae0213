//! Pairs: each alternative with one of the right-hand texts, written `<alternative> - <text>`.
//!
//! The pair in one row is the right one. Points go by the share of the rows whose pair was found.
//! Where a text stands on the left several times (1-n), it does not matter in which of its rows
//! each of its partners was put; where it stands on the right several times (n-1), the texts are
//! the same anyway. A row with one side empty only adds a text to a column: it is no pair and does
//! not count.
//!
//! A team may put one right-hand text at several rows, as it does on the way from one arrangement to the next,
//! a row at a time: the answers of a team don't displace each other. Each pair counts as often as it is there.

use std::collections::BTreeMap;

use super::error::AnswerError;
use super::grade::{Grade, Sheet};
use super::kind::any_part;
use super::{Alternative, Kind};
use crate::answer::AnswerText;
use crate::types::QuestionType;

/// What stands between the two texts; they may hold it themselves.
const BETWEEN: &str = " - ";

pub(super) struct Match;

/// The right-hand text of an answer at this row: the left one is known, the rest is the right one.
fn partner<'a>(row: &Alternative, answer: &'a str) -> Option<&'a str> {
    answer.strip_prefix(row.alternative.as_str())?.strip_prefix(BETWEEN)
}

impl Kind for Match {
    fn takes_sub_question(&self, of: QuestionType) -> bool {
        any_part(of)
    }

    fn check_answer(
        &self,
        row: &Alternative,
        rows: &[Alternative],
        answer: &AnswerText,
    ) -> Result<(), AnswerError> {
        let known = partner(row, answer.as_str())
            .is_some_and(|right| rows.iter().any(|other| other.correct == right));
        known.then_some(()).ok_or(AnswerError::NotAPair)
    }

    fn grade(&self, sheet: &Sheet<'_>) -> Grade {
        let pairs = || {
            let rows = sheet.alternatives.iter();
            rows.filter(|row| !row.alternative.is_empty() && !row.correct.is_empty())
        };
        // How often each pair is to be found, and was.
        let mut counts: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
        for row in pairs() {
            counts.entry((&row.alternative, &row.correct)).or_default().0 += 1;
            if let Some(right) = partner(row, sheet.answer(row)) {
                counts.entry((&row.alternative, right)).or_default().1 += 1;
            }
        }
        let right = counts.values().map(|&(wanted, found)| wanted.min(found)).sum();
        sheet.share(right, pairs().count())
    }

    /// A match question has to show both of its columns. The pair in one row is the right one, so
    /// the right-hand texts are dealt anew: the row at place *i* of the left column gets the text
    /// at place *i* of the right one. Both columns look the same as before and the pairs are gone.
    fn strip(&self, alternatives: &mut [Alternative]) {
        let mut right: Vec<(i32, String)> = alternatives
            .iter_mut()
            .map(|a| (a.correct_order, std::mem::take(&mut a.correct)))
            .collect();
        right.sort();
        let mut left: Vec<&mut Alternative> = alternatives.iter_mut().collect();
        left.sort_by_key(|a| a.alternative_order);
        for (alternative, (order, text)) in left.into_iter().zip(right) {
            alternative.correct = text;
            alternative.correct_order = order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing::{answered, grade_of, points, rows};

    #[test]
    fn each_right_pair_counts() {
        let rows = rows(&[("Force", "Newton"), ("Voltage", "Volt"), ("Power", "Watt")]);
        let given = |answers: &[&str]| grade_of(QuestionType::Match, 3, &rows, answers);
        assert_eq!(given(&["Force - Newton", "Voltage - Volt", "Power - Watt"]), points(300));
        assert_eq!(given(&["Force - Newton", "Voltage - Watt", "Power - Volt"]), points(100));
        assert_eq!(given(&["", "", ""]), points(0));
    }

    #[test]
    fn one_to_many_and_many_to_one() {
        let one_to_many = rows(&[("Metal", "Iron"), ("Metal", "Gold"), ("Gas", "Neon")]);
        let given = |answers: &[&str]| grade_of(QuestionType::Match, 3, &one_to_many, answers);
        assert_eq!(given(&["Metal - Gold", "Metal - Iron", "Gas - Neon"]), points(300));
        assert_eq!(given(&["Metal - Gold", "Metal - Gold", "Gas - Neon"]), points(200));
        let many_to_one = rows(&[("Iron", "Metal"), ("Gold", "Metal"), ("Neon", "Gas")]);
        let answers = ["Iron - Metal", "Gold - Metal", "Neon - Metal"];
        assert_eq!(grade_of(QuestionType::Match, 3, &many_to_one, &answers), points(200));
    }

    #[test]
    fn a_row_with_an_empty_side_is_no_pair() {
        let rows = rows(&[("Force", "Newton"), ("", "Pascal"), ("Colour", "")]);
        let answers = ["Force - Newton", " - Pascal", "Colour - Pascal"];
        assert_eq!(grade_of(QuestionType::Match, 2, &rows, &answers), points(200));
        for (place, answer) in answers.into_iter().enumerate() {
            assert_eq!(answered(QuestionType::Match, &rows, place, answer), Ok(()), "{answer}");
        }
        assert_eq!(grade_of(QuestionType::Match, 2, &rows[1..], &[]), Grade::NeedsJudge);
    }

    #[test]
    fn texts_may_hold_what_stands_between_them() {
        let rows = rows(&[("A - B", "C"), ("A", "B - C"), ("A", "x")]);
        assert_eq!(answered(QuestionType::Match, &rows, 0, "A - B - C"), Ok(()));
        assert_eq!(answered(QuestionType::Match, &rows, 1, "A - B - C"), Ok(()));
        let given = grade_of(QuestionType::Match, 3, &rows, &["A - B - C", "A - B - C", "A - x"]);
        assert_eq!(given, points(300));
        let wrong = |place, answer| answered(QuestionType::Match, &rows, place, answer);
        for (place, answer) in [(0, "A - x"), (1, "A - C - B"), (1, "A - "), (2, "x"), (2, "A-x")] {
            assert_eq!(wrong(place, answer), Err(AnswerError::NotAPair), "{answer}");
        }
    }
}
