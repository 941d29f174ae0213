//! Whether a question, an alternative or an answer may be stored.

use super::error::{AlternativeError, AnswerError, QuestionError};
use super::{Alternative, Decimal, MAX_TOTAL_SCORE, Question, kind};
use crate::answer::AnswerText;
use crate::types::QuestionType;
use crate::{QuestionId, SlideId};

/// What a question shall be, with what there is around it.
#[derive(Debug, Clone, Copy)]
pub struct QuestionShape<'a> {
    /// Its id; none while it is new.
    pub id: Option<QuestionId>,
    #[expect(missing_docs, reason = "says itself")]
    pub slide_id: SlideId,
    #[expect(missing_docs, reason = "says itself")]
    pub question_type: QuestionType,
    #[expect(missing_docs, reason = "says itself")]
    pub total_score: i32,
    #[expect(missing_docs, reason = "says itself")]
    pub tolerance: Option<f64>,
    /// The question that it belongs to, for a sub-question.
    pub parent: Option<&'a Question>,
    /// The types of its own sub-questions; none while it is new.
    pub children: &'a [QuestionType],
    /// Its alternatives; none while it is new.
    pub alternatives: &'a [Alternative],
}

/// Whether a question may be stored in this shape.
///
/// Whoever changes a type takes away the tolerance with it where the new type has none.
///
/// # Errors
/// [`QuestionError`] with the field at fault.
pub fn check_question(shape: &QuestionShape<'_>) -> Result<(), QuestionError> {
    let own = kind(shape.question_type);
    if !(0..=MAX_TOTAL_SCORE).contains(&shape.total_score) {
        return Err(QuestionError::TotalScore);
    }
    if let Some(tolerance) = shape.tolerance {
        if !own.takes_tolerance() {
            return Err(QuestionError::ToleranceNotTaken);
        }
        if Decimal::from_f64(tolerance).is_none_or(Decimal::is_negative) {
            return Err(QuestionError::Tolerance);
        }
    }
    if let Some(parent) = shape.parent {
        check_parent(shape, parent)?;
    }
    if let Some(&part) = shape.children.iter().find(|&&part| !own.takes_sub_question(part)) {
        return Err(QuestionError::SubQuestionsInTheWay(part));
    }
    if shape.alternatives.len() as i64 > own.most_alternatives() {
        return Err(QuestionError::AlternativesInTheWay(own.most_alternatives()));
    }
    shape
        .alternatives
        .iter()
        .try_for_each(|row| own.check_correct(&row.correct))
        .map_err(QuestionError::AlternativeInTheWay)
}

fn check_parent(shape: &QuestionShape<'_>, parent: &Question) -> Result<(), QuestionError> {
    if shape.id == Some(parent.id) {
        return Err(QuestionError::OwnParent);
    }
    if parent.slide_id != shape.slide_id {
        return Err(QuestionError::ParentElsewhere);
    }
    if parent.parent_id.is_some() || !shape.children.is_empty() {
        return Err(QuestionError::TooDeep);
    }
    let (whole, part) = (parent.question_type, shape.question_type);
    if !kind(whole).takes_sub_question(part) {
        return Err(QuestionError::ParentNotTaken { whole, part });
    }
    Ok(())
}

/// Whether an alternative may hold this as what is right. Its text may be any.
///
/// # Errors
/// [`AlternativeError`].
pub fn check_alternative(of: QuestionType, correct: &str) -> Result<(), AlternativeError> {
    kind(of).check_correct(correct)
}

/// Whether a text may be stored as the answer at `row`, one of all `rows` of a question.
///
/// An empty answer takes back what was answered, and is good wherever there is something to answer.
///
/// # Errors
/// [`AnswerError`].
pub fn check_answer(
    of: QuestionType,
    row: &Alternative,
    rows: &[Alternative],
    answer: &AnswerText,
) -> Result<(), AnswerError> {
    let kind = kind(of);
    if !kind.takes_answers() {
        return Err(AnswerError::NotTaken);
    }
    if answer.as_str().is_empty() { Ok(()) } else { kind.check_answer(row, rows, answer) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing;

    fn shape(question_type: QuestionType) -> QuestionShape<'static> {
        QuestionShape {
            id: Some(QuestionId(9)),
            slide_id: SlideId(1),
            question_type,
            total_score: 3,
            tolerance: None,
            parent: None,
            children: &[],
            alternatives: &[],
        }
    }

    fn refused(shape: QuestionShape<'_>) -> (QuestionError, &'static str) {
        let error = check_question(&shape).expect_err("refused");
        (error, error.field())
    }

    #[test]
    fn points_and_tolerance_have_bounds() {
        let number = shape(QuestionType::Number);
        for tolerance in [0.0, 0.01, 1e6] {
            let shape = QuestionShape { tolerance: Some(tolerance), ..number };
            assert_eq!(check_question(&shape), Ok(()));
        }
        for bad in [-0.1, f64::NAN, f64::INFINITY, 1e300, 1e-300] {
            let shape = QuestionShape { tolerance: Some(bad), ..number };
            assert_eq!(refused(shape), (QuestionError::Tolerance, "tolerance"));
        }
        let text = QuestionShape { tolerance: Some(0.1), ..shape(QuestionType::Text) };
        assert_eq!(refused(text), (QuestionError::ToleranceNotTaken, "tolerance"));
        for total_score in [-1, MAX_TOTAL_SCORE + 1] {
            let shape = QuestionShape { total_score, ..number };
            assert_eq!(refused(shape), (QuestionError::TotalScore, "total_score"));
        }
    }

    #[test]
    fn a_sub_question_fits_its_whole() {
        let whole = testing::question(QuestionType::Practical, 0);
        let part = QuestionShape { parent: Some(&whole), ..shape(QuestionType::Number) };
        assert_eq!(check_question(&part), Ok(()));
        let quiz = testing::question(QuestionType::Quiz, 0);
        let item = QuestionShape { parent: Some(&quiz), ..part };
        assert_eq!(refused(item).1, "parent_id");
        let item = QuestionShape { question_type: QuestionType::Single, ..item };
        assert_eq!(check_question(&item), Ok(()));
        let elsewhere = QuestionShape { slide_id: SlideId(2), ..part };
        assert_eq!(refused(elsewhere).0, QuestionError::ParentElsewhere);
        let own = QuestionShape { id: Some(whole.id), ..part };
        assert_eq!(refused(own).0, QuestionError::OwnParent);
    }

    #[test]
    fn there_are_two_levels_only() {
        let whole = Question {
            parent_id: Some(QuestionId(7)),
            ..testing::question(QuestionType::Practical, 0)
        };
        let below = QuestionShape { parent: Some(&whole), ..shape(QuestionType::Text) };
        assert_eq!(refused(below).0, QuestionError::TooDeep);
        let whole = testing::question(QuestionType::Practical, 0);
        let with_parts = QuestionShape {
            parent: Some(&whole),
            children: &[QuestionType::Text],
            ..shape(QuestionType::Text)
        };
        assert_eq!(refused(with_parts).0, QuestionError::TooDeep);
    }

    #[test]
    fn a_new_type_fits_what_there_is() {
        let children = [QuestionType::Single, QuestionType::Text];
        let quiz = QuestionShape { children: &children, ..shape(QuestionType::Quiz) };
        let in_the_way = QuestionError::SubQuestionsInTheWay(QuestionType::Text);
        assert_eq!(refused(quiz), (in_the_way, "type_id"));
        let rows = testing::rows(&[("a", "Correct 0"), ("b", "")]);
        let with_rows = |of| QuestionShape { alternatives: &rows, ..shape(of) };
        for old in &QuestionType::ALL[..5] {
            assert_eq!(check_question(&with_rows(*old)), Ok(()), "{old:?}");
        }
        let many = refused(with_rows(QuestionType::Number));
        assert_eq!(many, (QuestionError::AlternativesInTheWay(1), "type_id"));
        let unfit = QuestionError::AlternativeInTheWay(AlternativeError::NotAFlag);
        assert_eq!(refused(with_rows(QuestionType::TrueFalse)), (unfit, "type_id"));
    }

    #[test]
    fn the_front_end_in_use_stores_any_text_as_right() {
        for old in &QuestionType::ALL[..5] {
            assert_eq!(check_alternative(*old, "Correct 0"), Ok(()));
        }
        assert!(check_alternative(QuestionType::TrueFalse, "Correct 0").is_err());
        assert!(check_alternative(QuestionType::Number, "Correct 0").is_err());
        assert!(check_alternative(QuestionType::Quiz, "").is_err());
    }

    #[test]
    fn messages_name_types_as_the_wire_does() {
        let error = QuestionError::ParentNotTaken {
            whole: QuestionType::Quiz,
            part: QuestionType::LongText,
        };
        let told = "A question of type Quiz takes no sub-questions of type Long text.";
        assert_eq!(error.to_string(), told);
    }
}
