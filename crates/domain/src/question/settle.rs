//! Which answers, and which right alternatives, can stand together: what has to give way to a later one.
//!
//! Each type says it of two texts, see [`Kind::displaced`]; here it is asked of whole questions.
//!
//! [`Kind::displaced`]: super::Kind::displaced

use super::{Alternative, kind};
use crate::AlternativeId;
use crate::types::QuestionType;

/// The alternatives whose answers give way once `later` is answered at `row`, each with what stands there
/// from then on. `answers` tells what the team has at an alternative.
pub fn displaced<'a>(
    of: QuestionType,
    row: AlternativeId,
    rows: &[Alternative],
    later: &str,
    answers: impl Fn(AlternativeId) -> Option<&'a str>,
) -> Vec<(AlternativeId, &'static str)> {
    let others = rows.iter().map(|other| other.id).filter(|&other| other != row);
    others.filter_map(|other| Some((other, kind(of).displaced(later, answers(other)?)?))).collect()
}

/// The alternatives that are right no more once `later` is what is right at `row`, each with what stands
/// there from then on.
pub fn displaced_correct(
    of: QuestionType,
    row: AlternativeId,
    rows: &[Alternative],
    later: &str,
) -> Vec<(AlternativeId, &'static str)> {
    let others = rows.iter().filter(|other| other.id != row);
    others
        .filter_map(|other| Some((other.id, kind(of).displaced_correct(later, &other.correct)?)))
        .collect()
}

/// Whether two of the alternatives can't be right together, as they may come with an import: then nobody
/// but a judge can say what an answer is worth.
pub fn contradicts_itself<'a>(
    of: QuestionType,
    correct: impl IntoIterator<Item = &'a str, IntoIter: Clone>,
) -> bool {
    let mut rest = correct.into_iter();
    while let Some(one) = rest.next() {
        if rest.clone().any(|other| kind(of).displaced_correct(one, other).is_some()) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::question::testing::{points, question, rows};
    use crate::question::{Grade, Question, grade};

    /// What a team has after it wrote these answers, one after the other.
    fn written(
        of: QuestionType,
        rows: &[Alternative],
        writes: &[(usize, String)],
    ) -> BTreeMap<AlternativeId, String> {
        let mut cells: BTreeMap<AlternativeId, String> = BTreeMap::new();
        for (place, answer) in writes {
            let row = rows[place % rows.len()].id;
            let at = |id: AlternativeId| cells.get(&id).map(String::as_str);
            let gone = displaced(of, row, rows, answer, at);
            cells.extend(gone.into_iter().map(|(id, text)| (id, text.to_owned())));
            cells.insert(row, answer.clone());
        }
        cells
    }

    fn chosen(cells: &BTreeMap<AlternativeId, String>) -> Vec<i64> {
        cells.iter().filter(|(_, answer)| *answer == "1").map(|(id, _)| id.0).collect()
    }

    #[test]
    fn the_last_choice_counts_however_the_calls_of_the_front_end_interleave() {
        let rows = rows(&[("a", "0"), ("b", "1"), ("c", "0")]);
        let write = |writes: &[(usize, &str)]| {
            let writes: Vec<_> =
                writes.iter().map(|(at, text)| (*at, (*text).to_owned())).collect();
            chosen(&written(QuestionType::Single, &rows, &writes))
        };
        // All "0", then "1" at the chosen one: for each choice.
        let one = [(0, "0"), (1, "0"), (2, "0"), (0, "1")];
        assert_eq!(write(&one), [10]);
        assert_eq!(write(&[one, [(0, "0"), (1, "0"), (2, "0"), (2, "1")]].concat()), [12]);
        // The zeros of the second choice are under way when its "1" comes, or were lost.
        assert_eq!(write(&[(0, "1"), (1, "1"), (0, "0"), (2, "0")]), [11]);
        assert_eq!(write(&[(0, "1"), (1, "1"), (2, "1")]), [12]);
        // Sent again, and taken back.
        assert_eq!(write(&[(0, "1"), (0, "1"), (1, "1"), (1, "1")]), [11]);
        assert_eq!(write(&[(0, "1"), (0, "")]), [0; 0]);
    }

    proptest! {
        /// Any writes in any order leave one chosen at most, and that is the last that was chosen and not
        /// taken back since.
        #[test]
        fn at_most_one_is_chosen(
            count in 1usize..6,
            writes in prop::collection::vec((0usize..6, "[01]?"), 0..30),
        ) {
            let texts: Vec<_> = (0..count).map(|_| ("x", "0")).collect();
            let rows = rows(&texts);
            let cells = written(QuestionType::Single, &rows, &writes);
            let mut expected = None;
            for (place, answer) in &writes {
                let id = rows[place % count].id.0;
                if answer == "1" {
                    expected = Some(id);
                } else if expected == Some(id) {
                    expected = None;
                }
            }
            prop_assert_eq!(chosen(&cells), expected.into_iter().collect::<Vec<_>>());
        }

        /// What is left is graded as one choice: all points for the right one, none for another.
        #[test]
        fn what_is_left_is_graded_as_one_choice(
            writes in prop::collection::vec((0usize..4, "[01]?"), 0..20),
            right in 0usize..4,
        ) {
            let texts: Vec<_> = (0..4).map(|at| ("x", if at == right { "1" } else { "0" })).collect();
            let rows = rows(&texts);
            let cells = written(QuestionType::Single, &rows, &writes);
            let at = |id: AlternativeId| cells.get(&id).map(String::as_str);
            let given = grade(&question(QuestionType::Single, 3), &rows, &at);
            let found = chosen(&cells) == [rows[right].id.0];
            prop_assert_eq!(given, points(if found { 300 } else { 0 }));
        }

        /// However editors mark, one is right at most, and the question never contradicts itself.
        #[test]
        fn at_most_one_is_right(marks in prop::collection::vec((0usize..4, "[01x]?"), 0..20)) {
            let mut rows = rows(&[("a", "0"), ("b", ""), ("c", "x"), ("d", "0")]);
            for (place, mark) in &marks {
                let row = rows[*place].id;
                for (id, text) in displaced_correct(QuestionType::Single, row, &rows, mark) {
                    let other = rows.iter_mut().find(|other| other.id == id).expect("a row");
                    other.correct = text.to_owned();
                }
                rows[*place].correct.clone_from(mark);
                prop_assert!(rows.iter().filter(|row| row.correct == "1").count() <= 1);
                let correct = rows.iter().map(|row| row.correct.as_str());
                prop_assert!(!contradicts_itself(QuestionType::Single, correct));
            }
        }

        /// In all other types each place is of its own: what a team answers at one of them leaves the
        /// others as they are.
        #[test]
        fn answers_of_other_types_leave_each_other_alone(
            of in prop::sample::select(QuestionType::ALL),
            writes in prop::collection::vec((0usize..4, "[01]|[ab] - [xy]|"), 0..20),
        ) {
            prop_assume!(of != QuestionType::Single);
            let rows = rows(&[("a", "x"), ("b", "y"), ("a", "y"), ("b", "x")]);
            let last: BTreeMap<_, _> =
                writes.iter().map(|(at, text)| (rows[*at].id, text.clone())).collect();
            prop_assert_eq!(written(of, &rows, &writes), last);
        }
    }

    #[test]
    fn several_right_alternatives_of_one_choice_contradict_each_other() {
        let single = |correct: &[&'static str]| {
            contradicts_itself(QuestionType::Single, correct.iter().copied())
        };
        assert!(single(&["1", "0", "1"]));
        assert!(!single(&["1", "0", "Correct 0", ""]) && !single(&[]));
        assert!(!contradicts_itself(QuestionType::Multiple, ["1", "1"]));
        assert!(!contradicts_itself(QuestionType::Match, ["a", "a"]));
    }

    #[test]
    fn a_question_that_contradicts_itself_is_graded_by_a_judge() {
        let rows = rows(&[("a", "1"), ("b", "0")]);
        let question = question(QuestionType::Single, 2);
        let at = |id: AlternativeId| (id.0 == 10).then_some("1");
        assert_eq!(grade(&question, &rows, &at), points(200));
        let judged = Question { manual_grading: true, ..question.clone() };
        assert_eq!(grade(&judged, &rows, &at), Grade::NeedsJudge);
    }
}
