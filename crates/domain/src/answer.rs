//! What teams answered and which points they got for it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::points::Points;
use crate::text::BoundedText;
use crate::{AlternativeId, AnswerId, QuestionId, ScoreId, TeamId};

/// The text of an answer: at most 4,096 characters.
pub type AnswerText = BoundedText<0, 4_096>;

/// A team's answer at one alternative of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Answer {
    #[expect(missing_docs, reason = "says itself")]
    pub id: AnswerId,
    #[expect(missing_docs, reason = "says itself")]
    pub team_id: TeamId,
    #[expect(missing_docs, reason = "says itself")]
    pub question_alternative_id: AlternativeId,
    /// In the form of the question's type, see [`crate::types::QuestionType`].
    pub answer: String,
}

/// A team's points for one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Score {
    #[expect(missing_docs, reason = "says itself")]
    pub id: ScoreId,
    #[expect(missing_docs, reason = "says itself")]
    pub team_id: TeamId,
    #[expect(missing_docs, reason = "says itself")]
    pub question_id: QuestionId,
    #[expect(missing_docs, reason = "says itself")]
    pub score: Points,
}
