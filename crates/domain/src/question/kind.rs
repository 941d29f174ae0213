//! What the types of questions differ in, and the table of them.

use super::error::{AlternativeError, AnswerError};
use super::grade::{Grade, Sheet};
use super::{
    Alternative, MAX_ALTERNATIVES, clue_ladder, long_text, match_pairs, multiple, number,
    practical, quiz, single, text, true_false,
};
use crate::answer::AnswerText;
use crate::types::QuestionType;

/// A way of answering. What most types have in common is the default.
pub trait Kind: Sync {
    /// How many blank alternatives a new question has: one where the answer is given at the only
    /// one, else none.
    fn starting_alternatives(&self) -> usize {
        0
    }

    /// The most alternatives that a question has.
    fn most_alternatives(&self) -> i64 {
        MAX_ALTERNATIVES
    }

    /// Whether its questions have a tolerance.
    fn takes_tolerance(&self) -> bool {
        false
    }

    /// Whether a sub-question of this type may belong to its questions; none may by default.
    fn takes_sub_question(&self, _of: QuestionType) -> bool {
        false
    }

    /// Whether `correct` may stand in an alternative.
    ///
    /// Anything may in the types of the front-end in use, which stores free text in all of them.
    ///
    /// # Errors
    /// [`AlternativeError`] says what it should be.
    fn check_correct(&self, _correct: &str) -> Result<(), AlternativeError> {
        Ok(())
    }

    /// Whether a text is an answer at `row`, one of the `rows` of the question. An empty one takes
    /// the answer back; it does not come here.
    ///
    /// # Errors
    /// [`AnswerError`] says what it should be.
    fn check_answer(
        &self,
        row: &Alternative,
        rows: &[Alternative],
        answer: &AnswerText,
    ) -> Result<(), AnswerError>;

    /// Whether its alternatives are shown one after another, as an operator steps through them, and
    /// each takes answers only until the next is shown.
    fn comes_in_steps(&self) -> bool {
        false
    }

    /// What becomes of another answer of the same team, at another alternative of the question, once
    /// `later` is taken: the text in its place, where the two can't stand together.
    ///
    /// Whatever the order in which a team's answers come, this keeps them in the shape of the type.
    fn displaced(&self, _later: &str, _other: &str) -> Option<&'static str> {
        None
    }

    /// What becomes of `correct` at another alternative once `later` says what is right: the text in its
    /// place, where the two can't be right together.
    fn displaced_correct(&self, _later: &str, _other: &str) -> Option<&'static str> {
        None
    }

    /// Whether there is anything to answer at all.
    fn takes_answers(&self) -> bool {
        true
    }

    /// Whether the audience may see an answer once its slide is closed.
    ///
    /// So it is for what is answered in one go: choices, pairs, statements, numbers and texts. It is
    /// not for answers whose rows build on each other, and there is nothing to show where nothing is
    /// answered.
    fn is_fair_to_show(&self) -> bool {
        self.takes_answers()
    }

    /// What a team's answers give: never below 0 nor above the question's points.
    fn grade(&self, sheet: &Sheet<'_>) -> Grade;

    /// Takes what is right from all alternatives of a question, which come in any order.
    fn strip(&self, alternatives: &mut [Alternative]) {
        for alternative in alternatives {
            alternative.correct.clear();
            alternative.correct_order = alternative.alternative_order;
        }
    }
}

/// The table of the types.
pub fn kind(question_type: QuestionType) -> &'static dyn Kind {
    match question_type {
        QuestionType::Text => &text::Text,
        QuestionType::Practical => &practical::Practical,
        QuestionType::Multiple => &multiple::Multiple,
        QuestionType::Single => &single::Single,
        QuestionType::Match => &match_pairs::Match,
        QuestionType::Number => &number::Number,
        QuestionType::LongText => &long_text::LongText,
        QuestionType::TrueFalse => &true_false::TrueFalse,
        QuestionType::ClueLadder => &clue_ladder::ClueLadder,
        QuestionType::Quiz => &quiz::Quiz,
    }
}

/// What a question whose parts may be answered in any way takes: all but a quiz, as that has
/// sub-questions of its own, and there are none below those.
pub(super) fn any_part(of: QuestionType) -> bool {
    of != QuestionType::Quiz
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_that_are_answered_at_one_place_start_with_it() {
        let with_one: Vec<_> = QuestionType::ALL
            .iter()
            .copied()
            .filter(|&of| kind(of).starting_alternatives() > 0)
            .collect();
        assert_eq!(with_one, [QuestionType::Text, QuestionType::Number, QuestionType::LongText]);
        for &of in QuestionType::ALL {
            assert!(kind(of).starting_alternatives() as i64 <= kind(of).most_alternatives());
        }
    }

    #[test]
    fn sub_questions_have_none_of_their_own_in_a_quiz() {
        use QuestionType::*;
        for &of in QuestionType::ALL {
            assert_eq!(kind(Quiz).takes_sub_question(of), of == Single, "{of:?}");
            assert!(!kind(of).takes_sub_question(Quiz), "{of:?}");
        }
        for none in [TrueFalse, ClueLadder] {
            assert!(!QuestionType::ALL.iter().any(|&of| kind(none).takes_sub_question(of)));
        }
        for whole in [Practical, Text, Number, LongText, Single, Multiple, Match] {
            assert!(kind(whole).takes_sub_question(Text), "{whole:?}");
        }
    }
}
