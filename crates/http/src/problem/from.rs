//! Which answer each failure of the layers below gets.

use std::time::Duration;

use estrad_auth::{CodeLoginError, LoginError, PasswordError, TokenError};
use estrad_bundle::{ReadError, WriteError};
use estrad_domain::answer::{ReasonMissing, ScoreError};
use estrad_domain::presentation::ChangeError;
use estrad_domain::question::{AlternativeError, AnswerError, QuestionError};
use estrad_domain::quota::QuotaExceeded;
use estrad_exchange::ExchangeError;
use estrad_markup::MarkupError;
use estrad_media::MediaError;
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::recording::{Refusal, Refused};
use estrad_realtime::{Close, LiveError};

use super::{ErrorWord, Problem};

/// After how long to try again when the server is busy.
const BUSY_RETRY: Duration = Duration::from_secs(1);

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match &error {
            StorageError::NotFound => ErrorWord::NotFound.into(),
            StorageError::Duplicate => ErrorWord::Conflict.into(),
            StorageError::InUse => ErrorWord::InUse.into(),
            StorageError::LastAdmin => ErrorWord::LastAdmin.into(),
            StorageError::TooMany { .. } => {
                Self::from(ErrorWord::TooMany).with_message(error.to_string())
            }
            StorageError::MissingReference(field) => {
                Self::body_field(field, "There is no such thing.")
            }
            StorageError::OtherVersion => ErrorWord::OtherVersion.into(),
            StorageError::Order(field, error) => Self::from(ErrorWord::OrderOutOfRange)
                .with_field(field)
                .with_message(format!("{field}: {error}")),
            StorageError::Busy => {
                Self::from(ErrorWord::Busy).with_retry_after(BUSY_RETRY).with_cause(&error)
            }
            StorageError::Unavailable(_) => Self::from(ErrorWord::DatabaseUnavailable)
                .with_retry_after(BUSY_RETRY)
                .with_cause(&error),
            StorageError::Full => Self::from(ErrorWord::StorageFull).with_cause(&error),
            StorageError::UnknownValue(_) | StorageError::Query(_) | StorageError::Interrupted => {
                Self::from(ErrorWord::Internal).with_cause(&error)
            }
        }
    }
}

impl From<MediaError> for Problem {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::TooLarge => ErrorWord::FileTooLarge.into(),
            MediaError::TooManyPixels => ErrorWord::ImageTooLarge.into(),
            MediaError::Unsupported => ErrorWord::UnsupportedFile.into(),
            MediaError::NotFound => ErrorWord::MediaNotFound.into(),
            MediaError::Busy => {
                Self::from(ErrorWord::Busy).with_retry_after(BUSY_RETRY).with_cause(&error)
            }
            MediaError::DiskFull(_) => Self::from(ErrorWord::StorageFull).with_cause(&error),
            MediaError::Io(_) | MediaError::Interrupted => {
                Self::from(ErrorWord::Internal).with_cause(&error)
            }
            MediaError::Storage(error) => error.into(),
        }
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match &error {
            PasswordError::Busy => {
                Self::from(ErrorWord::Busy).with_retry_after(BUSY_RETRY).with_cause(&error)
            }
            PasswordError::OfOwner => Self::body_field("password", error.to_string()),
            PasswordError::Fault(_) => Self::from(ErrorWord::Internal).with_cause(&error),
        }
    }
}

impl From<LoginError> for Problem {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::WrongCredentials => ErrorWord::WrongCredentials.into(),
            LoginError::Throttled { retry_after } => {
                Self::from(ErrorWord::TooManyTries).with_retry_after(retry_after)
            }
            LoginError::Password(error) => error.into(),
            LoginError::Storage(error) => error.into(),
        }
    }
}

impl From<CodeLoginError> for Problem {
    fn from(error: CodeLoginError) -> Self {
        match error {
            CodeLoginError::Malformed => Self::from(ErrorWord::MalformedCode).with_field("code"),
            CodeLoginError::Unknown => Self::from(ErrorWord::CodeNotFound).with_field("code"),
            CodeLoginError::NotActive => ErrorWord::CompetitionNotActive.into(),
            CodeLoginError::Throttled { retry_after } => {
                Self::from(ErrorWord::TooManyTries).with_retry_after(retry_after)
            }
            CodeLoginError::Storage(error) => error.into(),
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid => ErrorWord::TokenInvalid.into(),
            TokenError::Expired => ErrorWord::TokenExpired.into(),
            TokenError::Revoked => ErrorWord::TokenRevoked.into(),
            TokenError::Storage(error) => error.into(),
        }
    }
}

impl From<QuestionError> for Problem {
    fn from(error: QuestionError) -> Self {
        Self::body_field(error.field(), error.to_string())
    }
}

impl From<ExchangeError> for Problem {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Storage(error) => error.into(),
            ExchangeError::Busy => Self::from(ErrorWord::Busy).with_retry_after(BUSY_RETRY),
            // As an upload for which there is no room.
            ExchangeError::Bundle(ReadError::Io(error))
            | ExchangeError::Write(WriteError::Io(error)) => MediaError::from(error).into(),
            ExchangeError::Bundle(error) => {
                Self::from(ErrorWord::InvalidBundle).with_message(error.to_string())
            }
            ExchangeError::Text(error) => Self::from(ErrorWord::InvalidBundle)
                .with_message(format!("{error}: {}", error.source)),
            ExchangeError::Media { name, source } => {
                let problem = Self::from(source);
                // What is wrong with an upload is wrong with a bundle that has it.
                if problem.word.status().is_client_error() {
                    let sentence = problem.word.sentence();
                    Self::from(ErrorWord::InvalidBundle).with_message(format!("{name}: {sentence}"))
                } else {
                    problem
                }
            }
            ExchangeError::Write(_) | ExchangeError::Interrupted => {
                Self::from(ErrorWord::Internal).with_cause(&error)
            }
        }
    }
}

impl From<MarkupError> for Problem {
    fn from(error: MarkupError) -> Self {
        Self::body_field("text", error.to_string())
    }
}

impl From<AlternativeError> for Problem {
    fn from(error: AlternativeError) -> Self {
        Self::body_field(error.field(), error.to_string())
    }
}

impl From<AnswerError> for Problem {
    fn from(error: AnswerError) -> Self {
        Self::body_field(error.field(), error.to_string())
    }
}

impl From<ReasonMissing> for Problem {
    fn from(error: ReasonMissing) -> Self {
        Self::body_field("reason", error.to_string())
    }
}

impl From<ScoreError> for Problem {
    fn from(error: ScoreError) -> Self {
        Self::body_field("score", error.to_string())
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoCompetition => ErrorWord::CompetitionNotFound.into(),
            Refusal::NoTeam => ErrorWord::TeamNotFound.into(),
            Refusal::NoAlternative => ErrorWord::AlternativeNotFound.into(),
            Refusal::NoQuestion => ErrorWord::QuestionNotFound.into(),
            Refusal::NoAnswer => ErrorWord::AnswerNotFound.into(),
            Refusal::NoScore => ErrorWord::ScoreNotFound.into(),
            Refusal::Locked(why) => Self::from(ErrorWord::AnswersLocked)
                .with_reason(why.word())
                .with_message(why.to_string()),
            Refusal::KeyReused => Self::from(ErrorWord::KeyReused).with_field("key"),
            Refusal::Answer(error) => error.into(),
            Refusal::Score(error) => error.into(),
            Refusal::Quota(why) => why.into(),
            Refusal::Storage(error) => error.into(),
        }
    }
}

impl From<QuotaExceeded> for Problem {
    fn from(why: QuotaExceeded) -> Self {
        let problem = Self::from(ErrorWord::QuotaExceeded)
            .with_reason(why.word())
            .with_message(why.to_string());
        match why {
            QuotaExceeded::Rate { retry_after } => problem.with_retry_after(retry_after),
            QuotaExceeded::Log => problem,
        }
    }
}

/// In the same words as over sockets: see [`LiveError::word`].
impl From<LiveError> for Problem {
    fn from(error: LiveError) -> Self {
        match error {
            LiveError::NotAllowed => ErrorWord::NotAllowed.into(),
            LiveError::NotActive => ErrorWord::PresentationNotFound.into(),
            LiveError::NotStarted => ErrorWord::CompetitionNotActive.into(),
            LiveError::NoCompetition => ErrorWord::CompetitionNotFound.into(),
            LiveError::NoTeam => ErrorWord::TeamNotFound.into(),
            LiveError::NoAlternative => ErrorWord::AlternativeNotFound.into(),
            LiveError::NoQuestion => ErrorWord::QuestionNotFound.into(),
            LiveError::Active => ErrorWord::PresentationActive.into(),
            LiveError::NoAnswer => ErrorWord::AnswerNotFound.into(),
            LiveError::NoScore => ErrorWord::ScoreNotFound.into(),
            LiveError::Locked(why) => Refusal::Locked(why).into(),
            LiveError::KeyReused => Refusal::KeyReused.into(),
            LiveError::NoCode => ErrorWord::CodeNotFound.into(),
            LiveError::TooManyTries => ErrorWord::TooManyTries.into(),
            LiveError::Quota(why) => why.into(),
            LiveError::UnknownEvent => ErrorWord::UnknownEvent.into(),
            LiveError::TimerOver => ErrorWord::TimerOver.into(),
            LiveError::NoTimer => ErrorWord::NoTimer.into(),
            LiveError::NotResumable => ErrorWord::NotResumable.into(),
            LiveError::Invalid(ChangeError { field, message }) => Self::body_field(&field, message),
            LiveError::Token(close) => match close {
                Close::TokenMissing => ErrorWord::TokenMissing.into(),
                Close::TokenExpired => ErrorWord::TokenExpired.into(),
                Close::TokenRevoked => ErrorWord::TokenRevoked.into(),
                // Other reasons to end a connection are none to refuse a request.
                _ => ErrorWord::TokenInvalid.into(),
            },
            LiveError::Storage(error) => error.into(),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        refused.why.into()
    }
}

/// What the plain failures of storage mean in a particular place.
pub(crate) trait OnConflict<T>: Sized {
    /// Something that must be unique was taken: by the field, in this word.
    fn on_duplicate(self, word: ErrorWord, field: &str) -> Result<T, Problem>;
    /// The thing itself is not there.
    fn on_missing(self, word: ErrorWord) -> Result<T, Problem>;
    /// The thing is still in use.
    fn on_use(self, word: ErrorWord) -> Result<T, Problem>;
}

impl<T, E: Into<Problem>> OnConflict<T> for Result<T, E> {
    fn on_duplicate(self, word: ErrorWord, field: &str) -> Result<T, Problem> {
        replace(self, ErrorWord::Conflict, || Problem::from(word).with_field(field))
    }

    fn on_missing(self, word: ErrorWord) -> Result<T, Problem> {
        replace(self, ErrorWord::NotFound, || word.into())
    }

    fn on_use(self, word: ErrorWord) -> Result<T, Problem> {
        replace(self, ErrorWord::InUse, || word.into())
    }
}

fn replace<T, E: Into<Problem>>(
    result: Result<T, E>,
    from: ErrorWord,
    to: impl FnOnce() -> Problem,
) -> Result<T, Problem> {
    result.map_err(|error| {
        let problem = error.into();
        if problem.word == from { to() } else { problem }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_wrong_live_has_the_same_word_over_rest_and_sockets() {
        let errors = [
            LiveError::NotAllowed,
            LiveError::NotActive,
            LiveError::NotStarted,
            LiveError::NoCompetition,
            LiveError::NoTeam,
            LiveError::Active,
            LiveError::NoAnswer,
            LiveError::NoScore,
            LiveError::NoCode,
            LiveError::TooManyTries,
            LiveError::UnknownEvent,
            LiveError::TimerOver,
            LiveError::NoTimer,
            LiveError::NotResumable,
            LiveError::field("slide_order", "Must be a whole number."),
            LiveError::Token(Close::TokenMissing),
            LiveError::Token(Close::TokenInvalid),
            LiveError::Token(Close::TokenExpired),
            LiveError::Token(Close::TokenRevoked),
            LiveError::Storage(StorageError::Busy),
            LiveError::Storage(StorageError::Unavailable("gone".into())),
            LiveError::Storage(StorageError::Full),
            LiveError::Storage(StorageError::Interrupted),
        ];
        for error in errors {
            let word = error.word();
            assert_eq!(Problem::from(error).word.as_str(), word);
        }
    }
}
