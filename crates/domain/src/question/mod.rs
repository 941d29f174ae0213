//! Questions, their alternatives, and a module for each way of answering.
//!
//! What differs from type to type is asked of its [`Kind`], see [`kind`]. A new type is a row in
//! [`crate::types::QuestionType`], a module here, and a row in the table of [`kind`], without which
//! nothing compiles. It needs no other place.

mod clue_ladder;
mod error;
mod flag;
mod grade;
mod kind;
mod long_text;
mod match_pairs;
mod multiple;
mod number;
mod practical;
mod quiz;
mod settle;
mod shape;
mod single;
#[cfg(test)]
mod testing;
mod text;
mod true_false;
mod words;

pub use error::{AlternativeError, AnswerError, QuestionError};
pub use flag::NO as CLEARED;
pub use grade::{Grade, grade};
pub use kind::{Kind, kind};
pub use number::Decimal;
pub use settle::{contradicts_itself, displaced, displaced_correct};
pub use shape::{QuestionShape, check_alternative, check_answer, check_question};

use serde::Serialize;
use utoipa::ToSchema;

use crate::types::QuestionType;
use crate::{AlternativeId, QuestionId, SlideId};

/// The most points that a question is worth.
pub const MAX_TOTAL_SCORE: i32 = 1_000_000;
/// The most questions that a slide has.
pub const MAX_QUESTIONS: i64 = 200;
/// The most alternatives that a question has.
pub const MAX_ALTERNATIVES: i64 = 200;

/// A question on a slide, without its alternatives.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Question {
    #[expect(missing_docs, reason = "says itself")]
    pub id: QuestionId,
    #[expect(missing_docs, reason = "says itself")]
    pub slide_id: SlideId,
    #[expect(missing_docs, reason = "says itself")]
    #[schema(example = "Klimatberäkning")]
    pub name: String,
    /// How many points it is worth; 0 is allowed.
    #[schema(example = 4)]
    pub total_score: i32,
    #[expect(missing_docs, reason = "says itself")]
    #[serde(rename = "type_id")]
    #[schema(rename = "type_id")]
    pub question_type: QuestionType,
    /// For the judges.
    pub correcting_instructions: Option<String>,
    /// The question that this one is a sub-question of; absent for the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<QuestionId>,
    /// How far from the right number an answer may be, for questions of type Number; absent else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// Whether a judge grades it whatever is answered, as what is right contradicts itself: so it is with
    /// several right alternatives of type Single that came with an import. An editor who sets it right
    /// takes this away. Only there where it is so, and for those who may know what is right.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub manual_grading: bool,
}

/// One alternative of a question: also a row, a statement, a clue, or the place of the answer.
///
/// `alternative_order` and `correct_order` are independent: for a Match question they place the
/// left and the right column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Alternative {
    #[expect(missing_docs, reason = "says itself")]
    pub id: AlternativeId,
    #[expect(missing_docs, reason = "says itself")]
    pub question_id: QuestionId,
    #[expect(missing_docs, reason = "says itself")]
    #[schema(example = "Stockholm")]
    pub alternative: String,
    /// From 0, without gaps within the question.
    pub alternative_order: i32,
    /// What is right, in the form of the question's type. Empty for those who must not know.
    #[schema(example = "1")]
    pub correct: String,
    /// From 0, without gaps within the question.
    pub correct_order: i32,
}
