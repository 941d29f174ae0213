//! Why somebody was not let in.

use std::time::Duration;

use estrad_persistence::Error as StorageError;
use thiserror::Error;

/// Why a login with a password failed.
#[derive(Debug, Error)]
pub enum LoginError {
    /// Unknown address or wrong password: the two are never told apart.
    #[error("the email or the password is wrong")]
    WrongCredentials,
    /// It was not evaluated: after wrong tries of this account, or because too many of this address wait.
    #[error("tried too early")]
    Throttled {
        /// When it may be tried again.
        retry_after: Duration,
    },
    #[expect(missing_docs, reason = "says itself")]
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[expect(missing_docs, reason = "says itself")]
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a login with a code failed.
#[derive(Debug, Error)]
pub enum CodeLoginError {
    /// Not six letters and digits.
    #[error("a code has six characters of A-Z and 0-9")]
    Malformed,
    /// No competition has it.
    #[error("no competition has this code")]
    Unknown,
    /// The competition is not being presented, and only its operator may come in.
    #[error("the competition has not started")]
    NotActive,
    /// It was not evaluated: too many tries of this address wait.
    #[error("too many tries wait")]
    Throttled {
        /// When it may be tried again.
        retry_after: Duration,
    },
    #[expect(missing_docs, reason = "says itself")]
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a token is not good.
#[derive(Debug, Error)]
pub enum TokenError {
    /// Not a token of ours: malformed, forged, of another key or another algorithm.
    #[error("the token is not valid")]
    Invalid,
    /// Past its time.
    #[error("the token has expired")]
    Expired,
    /// Given up, or its user or code is no longer what it was.
    #[error("the token has been revoked")]
    Revoked,
    #[expect(missing_docs, reason = "says itself")]
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a password could not be hashed or checked.
#[derive(Debug, Error)]
pub enum PasswordError {
    /// Too many are waiting to be hashed or checked; it can be tried again.
    #[error("too many passwords are being checked")]
    Busy,
    /// It is the email or the name of whose it is to be.
    #[error("It is the email or the name of the account: choose another one.")]
    OfOwner,
    /// A fault of ours.
    #[error("the password could not be hashed")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}
