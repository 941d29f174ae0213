//! Why something was not done.

use std::time::Duration;

use estrad_auth::{CodeLoginError, TokenError};
use estrad_domain::policy::Denial;
use estrad_domain::presentation::{ChangeError, ChangeRefused, Locked};
use estrad_domain::quota::QuotaExceeded;
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::presentations::AdvanceError;
use estrad_persistence::queries::recording::{Refusal, Refused};
use serde::Serialize;
use thiserror::Error;

use crate::close::Close;

/// Why a use case was refused. [`LiveError::word`] is the stable word of it, the same over REST and
/// sockets.
#[derive(Debug, Error)]
pub enum LiveError {
    #[expect(missing_docs, reason = "says itself")]
    #[error("This is not allowed for you.")]
    NotAllowed,
    #[expect(missing_docs, reason = "says itself")]
    #[error("The competition is not being presented.")]
    NotActive,
    /// Nothing of the kind may be done before the start that the screen waits for.
    #[error("The competition has not started.")]
    NotStarted,
    #[expect(missing_docs, reason = "says itself")]
    #[error("There is no such competition.")]
    NoCompetition,
    #[expect(missing_docs, reason = "says itself")]
    #[error("There is no such team in the competition.")]
    NoTeam,
    #[expect(missing_docs, reason = "says itself")]
    #[error("There is no such alternative in the competition.")]
    NoAlternative,
    #[expect(missing_docs, reason = "says itself")]
    #[error("There is no such question in the competition.")]
    NoQuestion,
    /// It can't be done meanwhile.
    #[error("The competition is being presented: end the presentation first.")]
    Active,
    /// There is nothing to withdraw.
    #[error("The team has no answer there.")]
    NoAnswer,
    /// There is nothing to withdraw.
    #[error("The team has no score for this question.")]
    NoScore,
    /// Answers are not taken now, from teams.
    #[error(transparent)]
    Locked(Locked),
    #[expect(missing_docs, reason = "says itself")]
    #[error("The key is of another answer.")]
    KeyReused,
    #[expect(missing_docs, reason = "says itself")]
    #[error("No competition has this code.")]
    NoCode,
    #[expect(missing_docs, reason = "says itself")]
    #[error("Too many tries: wait before the next one.")]
    TooManyTries,
    /// More than one may do.
    #[error(transparent)]
    Quota(#[from] QuotaExceeded),
    /// Something in it is not as it should be.
    #[error(transparent)]
    Invalid(#[from] ChangeError),
    /// The timer has run out, and starting it again has to be said on purpose.
    #[error("The time of this slide has run out: start it again with `restart`, or reopen it.")]
    TimerOver,
    /// The presentation ended too long ago, or another one was started since.
    #[error("The presentation can't be resumed any more.")]
    NotResumable,
    /// The current slide has no think time, and no timer was started on it.
    #[error("The slide has no timer.")]
    NoTimer,
    /// There is no such event.
    #[error("There is no such event.")]
    UnknownEvent,
    /// The token is not good any more.
    #[error("{}", .0.sentence())]
    Token(Close),
    #[expect(missing_docs, reason = "says itself")]
    #[error("The server can't do this now: try again in a moment.")]
    Storage(#[from] StorageError),
}

impl LiveError {
    /// A field that is not as it should be.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(ChangeError { field: field.into(), message: message.into() })
    }

    /// The stable word of it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::NotActive => "presentation_not_found",
            Self::NotStarted => "competition_not_active",
            Self::NoCompetition => "competition_not_found",
            Self::NoTeam => "team_not_found",
            Self::NoAlternative => "alternative_not_found",
            Self::NoQuestion => "question_not_found",
            Self::Active => "presentation_active",
            Self::NoAnswer => "answer_not_found",
            Self::NoScore => "score_not_found",
            Self::Locked(_) => "answers_locked",
            Self::KeyReused => "key_reused",
            Self::NoCode => "code_not_found",
            Self::TooManyTries => "too_many_tries",
            Self::Quota(_) => "quota_exceeded",
            Self::Invalid(_) => "validation_failed",
            Self::TimerOver => "timer_over",
            Self::NotResumable => "not_resumable",
            Self::NoTimer => "no_timer",
            Self::UnknownEvent => "unknown_event",
            Self::Token(close) => close.word(),
            Self::Storage(StorageError::Busy) => "busy",
            Self::Storage(StorageError::Unavailable(_)) => "database_unavailable",
            Self::Storage(StorageError::Full) => "storage_full",
            Self::Storage(_) => "internal",
        }
    }
}

impl From<Denial> for LiveError {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::NotAllowed => Self::NotAllowed,
            Denial::NotStarted => Self::NotStarted,
        }
    }
}

impl From<AdvanceError<Self>> for LiveError {
    fn from(error: AdvanceError<Self>) -> Self {
        match error {
            AdvanceError::NotActive => Self::NotActive,
            AdvanceError::Refused(error) => error,
            AdvanceError::Storage(error) => error.into(),
        }
    }
}

impl From<ChangeRefused> for LiveError {
    fn from(refused: ChangeRefused) -> Self {
        match refused {
            ChangeRefused::Invalid(error) => Self::Invalid(error),
            ChangeRefused::TimerOver => Self::TimerOver,
            ChangeRefused::NoTimer => Self::NoTimer,
        }
    }
}

impl From<Refused> for LiveError {
    fn from(refused: Refused) -> Self {
        match refused.why {
            Refusal::NoCompetition => Self::NoCompetition,
            Refusal::NoTeam => Self::NoTeam,
            Refusal::NoAlternative => Self::NoAlternative,
            Refusal::NoQuestion => Self::NoQuestion,
            Refusal::NoAnswer => Self::NoAnswer,
            Refusal::NoScore => Self::NoScore,
            Refusal::Locked(why) => Self::Locked(why),
            Refusal::KeyReused => Self::KeyReused,
            Refusal::Answer(error) => Self::field(error.field(), error.to_string()),
            Refusal::Score(error) => Self::field("score", error.to_string()),
            Refusal::Quota(why) => Self::Quota(why),
            Refusal::Storage(error) => error.into(),
        }
    }
}

impl From<CodeLoginError> for LiveError {
    fn from(error: CodeLoginError) -> Self {
        match error {
            CodeLoginError::Malformed => Self::field("code", "A code has six letters and digits."),
            CodeLoginError::Unknown => Self::NoCode,
            CodeLoginError::NotActive => Self::NotActive,
            CodeLoginError::Throttled { .. } => Self::TooManyTries,
            CodeLoginError::Storage(error) => error.into(),
        }
    }
}

impl From<TokenError> for Close {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid => Self::TokenInvalid,
            TokenError::Expired => Self::TokenExpired,
            TokenError::Revoked => Self::TokenRevoked,
            TokenError::Storage(error) => {
                tracing::warn!(%error, "can't look up a token");
                Self::Unavailable
            }
        }
    }
}

/// An error as clients get it, as event `error` and in a negative acknowledgement.
#[derive(Debug, Clone, Serialize)]
pub struct EventError {
    /// A stable word.
    pub code: &'static str,
    /// A sentence.
    pub message: String,
    /// The field at fault, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Why answers are not taken, where that is it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// When it is worth trying again, in milliseconds from now, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl From<LiveError> for EventError {
    fn from(error: LiveError) -> Self {
        if let LiveError::Storage(source) = &error {
            tracing::error!(error = %source, "an event failed");
        }
        let (code, message) = (error.word(), error.to_string());
        let plain = Self { code, message, field: None, reason: None, retry_after_ms: None };
        match error {
            LiveError::Invalid(ChangeError { field, message }) => {
                Self { message, field: Some(field), ..plain }
            }
            LiveError::Locked(why) => Self { reason: Some(why.word()), ..plain },
            LiveError::Quota(why) => {
                let retry_after = match why {
                    QuotaExceeded::Rate { retry_after } => Some(retry_after),
                    QuotaExceeded::Log => None,
                };
                let milliseconds =
                    |wait: Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                let retry_after_ms = retry_after.map(milliseconds);
                Self { reason: Some(why.word()), retry_after_ms, ..plain }
            }
            _ => plain,
        }
    }
}
