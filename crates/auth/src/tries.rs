//! How often the password of an account may be tried.
//!
//! Two things are counted, in the database, so that a restart forgives nobody and all servers count together:
//!
//! - The wrong tries of an account **from one address** lengthen the pause before the next one, up to a
//!   minute ([`pause`]). Somebody else at another address is not held up by that.
//! - The wrong tries of an account **from all addresses** are taken from a budget that fills up again by
//!   one a minute ([`BUDGET`]), which is as fast as one address can try: it takes several to use it up.
//!   When it is, only addresses are served that the right password has come from before.
//!
//! A try is counted before it is evaluated and taken back when it was right, or was not evaluated at all.
//! An account that does not exist is treated like one that does, so that nothing is told by it.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use chrono::TimeDelta;
use estrad_domain::clock::Timestamp;
use estrad_domain::user::Email;
use estrad_persistence::queries::login_failures::{self, Failures};
use estrad_persistence::{AnyConnection, Result as StorageResult};
use sha2::{Digest, Sha256};

/// Wrong tries from one address that cost no pause: people mistype.
pub(crate) const FREE: i32 = 5;
/// The longest pause after a wrong try.
const LONGEST: TimeDelta = TimeDelta::seconds(60);
/// Wrong tries of an account from all addresses, before only known addresses are served.
pub(crate) const BUDGET: i32 = 100;
/// How long it takes until one more of them is forgotten.
const REFILL: TimeDelta = TimeDelta::seconds(60);
/// After so long without a wrong try from the address, the earlier ones are forgotten.
const FORGOTTEN: TimeDelta = TimeDelta::hours(24);
/// How long it is remembered that the right password came from an address.
const KNOWN_FOR: TimeDelta = TimeDelta::days(180);
/// The most addresses that are remembered of an account.
const MOST_KNOWN: i64 = 50;

/// Whoever tries too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooEarly {
    /// When the next try is evaluated.
    pub(crate) retry_after: Duration,
}

/// What came of counting a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Whether the account's budget is used up by it.
    pub(crate) is_last: bool,
}

/// An account as it is tried from an address: what is counted.
#[derive(Debug, Clone)]
pub(crate) struct Tried {
    account: String,
    address: IpAddr,
}

impl Tried {
    pub(crate) fn new(email: &Email, address: IpAddr) -> Self {
        Self { account: account_of(email), address: network(address) }
    }

    /// From one address.
    pub(crate) fn here(&self) -> String {
        format!("try:{}:{}", self.address, self.account)
    }

    /// From all addresses.
    fn everywhere(&self) -> String {
        format!("account:{}", self.account)
    }

    fn known(&self) -> String {
        format!("known:{}:{}", self.account, hex(self.address.to_string().as_bytes()))
    }
}

/// An account, hashed: people type passwords into the wrong field.
fn account_of(email: &Email) -> String {
    hex(email.as_str().as_bytes())
}

fn hex(text: &[u8]) -> String {
    Sha256::digest(text)[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Who counts as one address wherever clients are counted: for IPv6 a /64, which is what one household or
/// school has.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

/// How long after the last of so many wrong tries the next one is evaluated.
fn pause(wrong: i32) -> TimeDelta {
    match wrong - FREE {
        ..0 => TimeDelta::zero(),
        over @ 0..6 => TimeDelta::seconds(1 << over),
        _ => LONGEST,
    }
}

/// What is left of wrong tries after a while: one is forgotten after each [`REFILL`].
fn drained(failures: Failures, now: Timestamp) -> Failures {
    let passed = (now - failures.last_at).num_seconds().max(0) / REFILL.num_seconds();
    let drained = i32::try_from(passed).unwrap_or(i32::MAX).min(failures.count);
    let last_at = if drained == failures.count { now } else { failures.last_at + REFILL * drained };
    Failures { count: failures.count - drained, last_at, ..failures }
}

/// Counts a try as wrong, or says that it is too early for one.
pub(crate) fn count(
    connection: &mut AnyConnection,
    tried: &Tried,
    now: Timestamp,
) -> StorageResult<Result<Counted, TooEarly>> {
    let (here, everywhere) = (tried.here(), tried.everywhere());
    // Both are looked at before either is counted. Nobody may count in between: the account is always
    // locked before the address.
    login_failures::lock(connection, &everywhere)?;
    login_failures::lock(connection, &here)?;
    let before = login_failures::get(connection, &here)?;
    let before = before.filter(|failures| failures.last_at + FORGOTTEN > now);
    let wrong = before.map_or(0, |failures| failures.count);
    if let Some(failures) = before
        && let Some(early) = left(failures.last_at + pause(wrong), now)
    {
        return Ok(Err(early));
    }
    let all = login_failures::get(connection, &everywhere)?.map(|all| drained(all, now));
    let all = all.unwrap_or(Failures { count: 0, last_at: now, locked_until: None });
    if all.count >= BUDGET && !is_known(connection, tried, now)? {
        return Ok(Err(left(all.last_at + REFILL, now).unwrap_or(TooEarly::SECOND)));
    }
    let here_now = Failures { count: wrong.saturating_add(1), last_at: now, locked_until: None };
    login_failures::put(connection, &here, here_now)?;
    // Beyond the budget nothing is counted: who is known there must not put off its end.
    if all.count < BUDGET {
        let more = Failures { count: all.count + 1, ..all };
        login_failures::put(connection, &everywhere, more)?;
    }
    Ok(Ok(Counted { is_last: all.count + 1 == BUDGET }))
}

impl TooEarly {
    const SECOND: Self = Self { retry_after: Duration::from_secs(1) };
}

/// How long to wait until then, at least a second, if it is still to come.
fn left(until: Timestamp, now: Timestamp) -> Option<TooEarly> {
    let left = (until - now).to_std().ok().filter(|left| !left.is_zero())?;
    Some(TooEarly { retry_after: left.max(Duration::from_secs(1)) })
}

fn is_known(connection: &mut AnyConnection, tried: &Tried, now: Timestamp) -> StorageResult<bool> {
    let known = login_failures::get(connection, &tried.known())?;
    Ok(known.is_some_and(|known| known.last_at + KNOWN_FOR > now))
}

/// Takes back one counted try, which was not evaluated.
pub(crate) fn take_back(connection: &mut AnyConnection, tried: &Tried) -> StorageResult<()> {
    for subject in [tried.everywhere(), tried.here()] {
        login_failures::lock(connection, &subject)?;
        take_one(connection, &subject)?;
    }
    Ok(())
}

fn take_one(connection: &mut AnyConnection, subject: &str) -> StorageResult<()> {
    match login_failures::get(connection, subject)? {
        Some(failures) if failures.count > 1 => {
            let fewer = Failures { count: failures.count - 1, ..failures };
            login_failures::put(connection, subject, fewer)
        }
        Some(_) => login_failures::forget(connection, subject).map(drop),
        None => Ok(()),
    }
}

/// The password was right: what was tried from there before was its owner's, who is known there now.
pub(crate) fn was_right(
    connection: &mut AnyConnection,
    tried: &Tried,
    now: Timestamp,
) -> StorageResult<()> {
    let (here, everywhere, known) = (tried.here(), tried.everywhere(), tried.known());
    login_failures::lock(connection, &everywhere)?;
    login_failures::lock(connection, &here)?;
    login_failures::forget(connection, &here)?;
    take_one(connection, &everywhere)?;
    let seen = Failures { count: 0, last_at: now, locked_until: None };
    login_failures::put(connection, &known, seen)?;
    login_failures::keep_newest(connection, &format!("known:{}:", tried.account), MOST_KNOWN)
}

/// Forgets the wrong tries of an account, from wherever, and says whether there were any.
///
/// # Errors
/// Of the database.
pub fn unlock_account(connection: &mut AnyConnection, email: &Email) -> StorageResult<bool> {
    let account = account_of(email);
    let everywhere = login_failures::forget(connection, &format!("account:{account}"))?;
    let tries = login_failures::forget_like(connection, &format!("try:%:{account}"))?;
    Ok(everywhere || tries > 0)
}

/// Forgets the wrong tries from an address, for whichever account, and says whether there were any.
///
/// # Errors
/// Of the database.
pub fn unlock_address(connection: &mut AnyConnection, address: IpAddr) -> StorageResult<bool> {
    let tries = format!("try:{}:%", network(address));
    Ok(login_failures::forget_like(connection, &tries)? > 0)
}

/// Forgets what counts no more.
pub(crate) fn sweep(connection: &mut AnyConnection, now: Timestamp) -> StorageResult<()> {
    login_failures::forget_before(connection, "known:", now - KNOWN_FOR)?;
    for what in ["try:", "account:", "address:"] {
        login_failures::forget_before(connection, what, now - FORGOTTEN)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).expect("a time")
    }

    #[test]
    fn pauses_grow_up_to_a_minute() {
        let pauses: Vec<i64> = (0..14).map(|wrong| pause(wrong).num_seconds()).collect();
        assert_eq!(pauses, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn one_address_can_not_use_up_the_budget_of_an_account() {
        let mut all = Failures { count: 0, last_at: at(0), locked_until: None };
        let (mut now, mut most) = (0, 0);
        for wrong in 0..10_000 {
            now += pause(wrong).num_seconds();
            all = drained(all, at(now));
            all.count += 1;
            most = most.max(all.count);
        }
        assert!(most < BUDGET / 2, "{most}");
    }

    #[test]
    fn a_budget_fills_up_by_one_a_minute() {
        let full = Failures { count: BUDGET, last_at: at(0), locked_until: None };
        assert_eq!(drained(full, at(59)), full);
        let one = drained(full, at(90));
        assert_eq!((one.count, one.last_at), (BUDGET - 1, at(60)), "half a minute is not lost");
        assert_eq!(drained(one, at(120)).count, BUDGET - 2);
        assert_eq!(drained(full, at(1_000_000)).count, 0);
        assert_eq!(drained(full, at(-1_000)), full, "the clock may have been set");
    }

    #[test]
    fn neighbours_in_one_network_are_one_address() {
        let one = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(one("2001:db8:1:2::1"), one("2001:db8:1:2:ffff::9"));
        assert_ne!(one("2001:db8:1:2::1"), one("2001:db8:1:3::1"));
        assert_eq!(one("::ffff:192.0.2.1"), one("192.0.2.1"));
    }

    #[test]
    fn an_account_is_not_readable_in_what_is_counted() {
        let email = Email::new("hunter2@example.org").expect("an address");
        let tried = Tried::new(&email, [192, 0, 2, 1].into());
        for subject in [tried.here(), tried.everywhere(), tried.known()] {
            assert!(!subject.contains("hunter2"), "{subject}");
        }
    }
}
