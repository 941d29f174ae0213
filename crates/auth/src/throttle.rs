//! The throttle on logins: after so many wrong tries a subject is locked for a while.
//!
//! A subject is an account or an address. An account that does not exist is throttled like one
//! that does, so that being locked tells nothing. What is known of the subjects is in the
//! database: a restart forgives nobody, and all nodes count together.

use std::net::IpAddr;
use std::time::Duration;

use chrono::TimeDelta;
use estrad_domain::clock::Timestamp;
use estrad_domain::user::Email;
use estrad_persistence::queries::login_failures::{self, Failures};
use estrad_persistence::{AnyConnection, Result as StorageResult};
use sha2::{Digest, Sha256};

/// How many wrong tries are one too many, and what they cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The wrong try that locks, at least 1.
    pub attempts: u32,
    /// For how long; after as long without a wrong try, the earlier ones are forgotten.
    pub lock: Duration,
}

/// A locked subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Locked {
    pub(crate) until: Timestamp,
}

impl Locked {
    /// How long to wait, at least a second.
    pub(crate) fn retry_after(self, now: Timestamp) -> Duration {
        (self.until - now).to_std().unwrap_or_default().max(Duration::from_secs(1))
    }
}

/// The subject of an account. Hashed, as people type passwords into the wrong field.
pub fn account_subject(email: &Email) -> String {
    let digest = Sha256::digest(email.as_str());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("account:{hex}")
}

/// The subject of an address: for IPv6 its /64, which is what one household or school has.
pub(crate) fn address_subject(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("address:{address}"),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Whether the subject is locked.
pub(crate) fn check(
    connection: &mut AnyConnection,
    subject: &str,
    now: Timestamp,
) -> StorageResult<Result<(), Locked>> {
    let failures = login_failures::get(connection, subject)?;
    Ok(match failures.and_then(|failures| failures.locked_until) {
        Some(until) if until > now => Err(Locked { until }),
        _ => Ok(()),
    })
}

/// Counts a try as wrong, unless the subject is locked already.
///
/// Tries are counted before they are checked and [forgiven](forgive) when they were right:
/// a thousand tries at once don't slip through before the first is counted.
pub(crate) fn count(
    connection: &mut AnyConnection,
    subject: &str,
    limit: Limit,
    now: Timestamp,
) -> StorageResult<Result<(), Locked>> {
    login_failures::lock(connection, subject)?;
    match next(login_failures::get(connection, subject)?, limit, now) {
        Ok(failures) => {
            login_failures::put(connection, subject, failures)?;
            Ok(Ok(()))
        }
        Err(locked) => Ok(Err(locked)),
    }
}

/// Takes back one counted try, which was right after all.
pub(crate) fn forgive(connection: &mut AnyConnection, subject: &str) -> StorageResult<()> {
    login_failures::lock(connection, subject)?;
    if let Some(failures) = login_failures::get(connection, subject)? {
        if failures.count <= 1 {
            login_failures::forget(connection, subject)?;
        } else {
            let failures = Failures { count: failures.count - 1, locked_until: None, ..failures };
            login_failures::put(connection, subject, failures)?;
        }
    }
    Ok(())
}

/// The rule: what is known after one more wrong try.
fn next(failures: Option<Failures>, limit: Limit, now: Timestamp) -> Result<Failures, Locked> {
    let lock = TimeDelta::from_std(limit.lock).unwrap_or(TimeDelta::MAX);
    let before = match failures {
        Some(Failures { locked_until: Some(until), .. }) if until > now => {
            return Err(Locked { until });
        }
        Some(Failures { locked_until: None, count, last_at }) if last_at + lock > now => count,
        _ => 0,
    };
    let count = before.saturating_add(1);
    let locks = i64::from(count) >= i64::from(limit.attempts);
    Ok(Failures { count, last_at: now, locked_until: locks.then(|| now + lock) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { attempts: 3, lock: Duration::from_secs(60) };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).expect("a time")
    }

    #[test]
    fn the_last_allowed_try_locks_and_the_lock_runs_out() {
        let one = next(None, LIMIT, at(0)).expect("open");
        let two = next(Some(one), LIMIT, at(1)).expect("open");
        assert_eq!(two.locked_until, None);
        let three = next(Some(two), LIMIT, at(2)).expect("open");
        assert_eq!(three.locked_until, Some(at(62)));
        assert_eq!(next(Some(three), LIMIT, at(61)), Err(Locked { until: at(62) }));
        assert_eq!(next(Some(three), LIMIT, at(62)).expect("open again").count, 1);
    }

    #[test]
    fn old_tries_are_forgotten() {
        let one = next(None, LIMIT, at(0)).expect("open");
        assert_eq!(next(Some(one), LIMIT, at(59)).expect("open").count, 2);
        assert_eq!(next(Some(one), LIMIT, at(60)).expect("open").count, 1);
    }

    #[test]
    fn neighbours_in_one_network_are_one_address() {
        let subject = |text: &str| address_subject(text.parse().expect("an address"));
        assert_eq!(subject("2001:db8:1:2::1"), subject("2001:db8:1:2:ffff::9"));
        assert_ne!(subject("2001:db8:1:2::1"), subject("2001:db8:1:3::1"));
        assert_eq!(subject("::ffff:192.0.2.1"), subject("192.0.2.1"));
    }

    #[test]
    fn an_account_is_not_readable_in_its_subject() {
        let email = Email::new("hunter2@example.org").expect("an address");
        assert!(!account_subject(&email).contains("hunter2"));
    }
}
