//! What is wrong with a question, an alternative or an answer, and in which field.

use thiserror::Error;

use super::MAX_TOTAL_SCORE;
use super::number::MAX_DIGITS;
use crate::types::QuestionType;

/// Why a question was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum QuestionError {
    /// Points below 0 or above [`MAX_TOTAL_SCORE`].
    #[error("Must be from 0 to {MAX_TOTAL_SCORE}.")]
    TotalScore,
    /// A tolerance at another type than a number.
    #[error("Only a question of type Number has a tolerance.")]
    ToleranceNotTaken,
    /// A tolerance that is no number, below 0, or of too many digits.
    #[error("Must be 0 or more, with at most {MAX_DIGITS} digits on each side of the point.")]
    Tolerance,
    /// A question below itself.
    #[error("A question can't be its own sub-question.")]
    OwnParent,
    /// A question of another slide as the whole.
    #[error("A sub-question is on the same slide as its question.")]
    ParentElsewhere,
    /// A sub-question as the whole, or a whole that would become a sub-question.
    #[error("Sub-questions have none of their own.")]
    TooDeep,
    /// A whole whose type takes no sub-questions of this type.
    #[error("A question of type {} takes no sub-questions of type {}.", .whole.name(), .part.name())]
    ParentNotTaken {
        #[expect(missing_docs, reason = "says itself")]
        whole: QuestionType,
        #[expect(missing_docs, reason = "says itself")]
        part: QuestionType,
    },
    /// A type that takes no sub-questions of a type that there is one of.
    #[error("It has a sub-question of type {}, which this type takes none of.", .0.name())]
    SubQuestionsInTheWay(QuestionType),
    /// A type that has not as many alternatives as there are.
    #[error("It has more alternatives than the {0} that this type has at most.")]
    AlternativesInTheWay(i64),
    /// A type in which one of the alternatives there are would be wrong.
    #[error("It has an alternative that does not fit this type. {0}")]
    AlternativeInTheWay(AlternativeError),
}

impl QuestionError {
    /// The member of the request that is at fault.
    pub fn field(self) -> &'static str {
        match self {
            Self::TotalScore => "total_score",
            Self::ToleranceNotTaken | Self::Tolerance => "tolerance",
            Self::OwnParent
            | Self::ParentElsewhere
            | Self::TooDeep
            | Self::ParentNotTaken { .. } => "parent_id",
            Self::SubQuestionsInTheWay(_)
            | Self::AlternativesInTheWay(_)
            | Self::AlternativeInTheWay(_) => "type_id",
        }
    }
}

/// Why an alternative was refused. The field at fault is always `correct`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AlternativeError {
    /// Neither true, false nor unknown.
    #[error("Must be \"1\", \"0\", or empty while it is not known.")]
    NotAFlag,
    /// No number that answers can be compared with.
    #[error("Must be a number, or empty while it is not known.")]
    NotANumber,
    /// A type whose questions have no alternatives.
    #[error("Questions of this type have no alternatives.")]
    NotTaken,
}

impl AlternativeError {
    /// The member of the request that is at fault.
    pub fn field(self) -> &'static str {
        "correct"
    }
}

/// Why an answer was refused. The field at fault is always `answer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AnswerError {
    /// A question that is answered by hand, or in its sub-questions.
    #[error("This question has no digital answer.")]
    NotTaken,
    /// Neither "1" nor "0".
    #[error("Must be \"1\" or \"0\".")]
    NotAFlag,
    /// Not of the form `<alternative> - <right-hand text>` with texts of the question.
    #[error("Must be the row's alternative, \" - \" and one of the right-hand texts.")]
    NotAPair,
    /// Nothing that can be read as a number.
    #[error("Must be a number, without a unit.")]
    NotANumber,
}

impl AnswerError {
    /// The member of the request that is at fault.
    pub fn field(self) -> &'static str {
        "answer"
    }
}
