//! What is to be recorded, and what comes of it.

use estrad_domain::answer::{Answer, AnswerKey, AnswerText, AnsweredBy, Reason, Score, ScoreError};
use estrad_domain::clock::Timestamp;
use estrad_domain::points::Points;
use estrad_domain::presentation::{Actor, Locked};
use estrad_domain::question::AnswerError;
use estrad_domain::quota::QuotaExceeded;
use estrad_domain::{AlternativeId, CompetitionId, QuestionId, TeamId};
use thiserror::Error;

use crate::Error as StorageError;

/// Something to record: all of it, or nothing.
#[derive(Debug, Clone)]
pub struct Job {
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: CompetitionId,
    /// Whose result it is, whoever gives it.
    pub team_id: TeamId,
    /// Who gives it, for the log.
    pub actor: Actor,
    /// When it was all there, by the server's clock.
    pub arrived: Timestamp,
    #[expect(missing_docs, reason = "says itself")]
    pub work: Work,
}

/// What is to be recorded.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "says itself")]
pub enum Work {
    /// Answers, in place of those that there were.
    Answers { given: Vec<GivenAnswer>, by: AnsweredBy },
    /// Points for a question, in place of those that there were.
    Score { question_id: QuestionId, score: Points, reason: Option<Reason> },
    /// An answer is taken away: of the question, where the client says which.
    WithdrawAnswer {
        alternative_id: AlternativeId,
        question_id: Option<QuestionId>,
        by: AnsweredBy,
    },
    /// Points are taken away.
    WithdrawScore { question_id: QuestionId, reason: Option<Reason> },
}

impl Work {
    /// How much there is to do.
    pub fn size(&self) -> usize {
        match self {
            Self::Answers { given, .. } => given.len(),
            Self::Score { .. } | Self::WithdrawAnswer { .. } | Self::WithdrawScore { .. } => 1,
        }
    }
}

/// An answer at an alternative.
///
/// One that is taken back stays as an empty one, and keeps its id: front-ends read it so.
#[derive(Debug, Clone)]
pub struct GivenAnswer {
    #[expect(missing_docs, reason = "says itself")]
    pub alternative_id: AlternativeId,
    /// The question of the alternative, where the client says which: it is refused for any other.
    pub question_id: Option<QuestionId>,
    /// Empty to take back what was answered.
    pub answer: AnswerText,
    /// What the client calls it: given the same again, it is not taken twice.
    pub key: Option<AnswerKey>,
}

/// An answer that is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenAnswer {
    #[expect(missing_docs, reason = "says itself")]
    pub answer: Answer,
    /// Of its entry in the log; of the newest entry for one that changed nothing; 0 without a log.
    pub seq: i64,
}

/// A score that is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenScore {
    #[expect(missing_docs, reason = "says itself")]
    pub score: Score,
    /// The team's sum with it.
    pub total: Points,
    /// Of its entry in the log.
    pub seq: i64,
}

/// Something that was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawn {
    /// Of its entry in the log.
    pub seq: i64,
    /// The team's sum without it, for a score.
    pub total: Option<Points>,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// In the order in which they were given.
    Answers(Vec<TakenAnswer>),
    #[expect(missing_docs, reason = "says itself")]
    Score(TakenScore),
    /// It is gone from the results, and in the log.
    Withdrawn(Withdrawn),
}

/// What came of a job.
pub type Outcome = Result<Done, Refused>;

/// Nothing of the job was recorded.
#[derive(Debug, Error)]
#[error("{why}")]
pub struct Refused {
    /// The place of the answer at fault, from 0.
    pub item: usize,
    #[expect(missing_docs, reason = "says itself")]
    #[source]
    pub why: Refusal,
}

impl From<Refusal> for Refused {
    fn from(why: Refusal) -> Self {
        Self { item: 0, why }
    }
}

impl From<StorageError> for Refused {
    fn from(error: StorageError) -> Self {
        Refusal::from(error).into()
    }
}

/// Why an answer or a score was not recorded.
#[derive(Debug, Error)]
pub enum Refusal {
    #[expect(missing_docs, reason = "says itself")]
    #[error("there is no such competition")]
    NoCompetition,
    /// None of the competition.
    #[error("there is no such team")]
    NoTeam,
    /// None of a question of the competition, or of another question than the client says.
    #[error("there is no such alternative")]
    NoAlternative,
    /// None of the competition.
    #[error("there is no such question")]
    NoQuestion,
    /// There is nothing to withdraw.
    #[error("the team has no answer there")]
    NoAnswer,
    /// There is nothing to withdraw.
    #[error("the team has no score there")]
    NoScore,
    /// Not at this moment.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// The client called another answer so.
    #[error("the key is of another answer")]
    KeyReused,
    /// Not in the form of the question's type.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// Not what can be given.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// More than one may do.
    #[error(transparent)]
    Quota(#[from] QuotaExceeded),
    /// Not recorded for a reason that has nothing to do with it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
