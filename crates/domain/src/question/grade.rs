//! What answers give without a judge.

use super::{Alternative, Question, kind};
use crate::AlternativeId;
use crate::points::Points;

/// What a team's answers to one question give. It is a proposal: judges may always score otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// So many points, beyond doubt: from 0 to the question's points.
    Points(Points),
    /// A person has to look: free text, work by hand, or nobody has said what is right.
    NeedsJudge,
    /// There is nothing to score: the points are those of the sub-questions.
    NotGraded,
}

/// Grades one question by the rule of its type.
///
/// `alternatives` are all of its own, in any order, and `answers` tells what the team answered at
/// one of them; an empty answer is none. The outcome depends on nothing else.
pub fn grade<'a>(
    question: &'a Question,
    alternatives: &'a [Alternative],
    answers: &'a dyn Fn(AlternativeId) -> Option<&'a str>,
) -> Grade {
    if question.manual_grading {
        return Grade::NeedsJudge;
    }
    kind(question.question_type).grade(&Sheet { question, alternatives, answers })
}

/// A question as one team has filled it in.
pub struct Sheet<'a> {
    /// The question.
    pub question: &'a Question,
    /// All of its alternatives.
    pub alternatives: &'a [Alternative],
    answers: &'a dyn Fn(AlternativeId) -> Option<&'a str>,
}

impl<'a> Sheet<'a> {
    /// What was answered at an alternative; empty where nothing was.
    pub fn answer(&self, row: &Alternative) -> &'a str {
        (self.answers)(row.id).unwrap_or_default()
    }

    /// The place of the answer, where there is but one: the first alternative, as front-ends have
    /// it.
    pub fn only_row(&self) -> Option<&'a Alternative> {
        self.alternatives.iter().min_by_key(|row| row.id)
    }

    /// All points or none.
    pub fn all_if(&self, right: bool) -> Grade {
        self.share(usize::from(right), 1)
    }

    /// The share of the points that `right` out of `rows` is worth, rounded half up to hundredths.
    /// Without any rows there is nothing to go by, and a judge has to look.
    pub fn share(&self, right: usize, rows: usize) -> Grade {
        if rows == 0 {
            return Grade::NeedsJudge;
        }
        let total = i128::from(self.question.total_score.max(0)) * 100;
        let (right, rows) = (right.min(rows) as i128, rows as i128);
        let hundredths = (2 * total * right + rows) / (2 * rows);
        // At most `total`, which is far below what an i64 holds.
        Grade::Points(Points::from_hundredths(hundredths as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing;
    use crate::types::QuestionType;

    #[test]
    fn shares_are_rounded_half_up_to_hundredths() {
        let share = |total, right, rows| {
            let question = testing::question(QuestionType::TrueFalse, total);
            let sheet = Sheet { question: &question, alternatives: &[], answers: &|_| None };
            match sheet.share(right, rows) {
                Grade::Points(points) => points.hundredths(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(share(1, 1, 3), 33);
        assert_eq!(share(1, 2, 3), 67);
        assert_eq!(share(1, 1, 8), 13);
        assert_eq!(share(5, 4, 5), 400);
        assert_eq!(share(i32::MAX, 200, 200), i64::from(i32::MAX) * 100);
        assert_eq!(share(-1, 1, 1), 0);
    }
}
