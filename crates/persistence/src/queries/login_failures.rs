//! Tries to log in, by what was tried: an account, an account from an address.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use estrad_domain::clock::Timestamp;

use crate::connection::on_each;
use crate::schema::login_failures;
use crate::{AnyConnection, Result};

/// How often a subject failed lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// Since the last success, or since the last pause that was long enough to forget.
    pub count: i32,
    /// When the last one was.
    pub last_at: Timestamp,
    /// Until when nothing is tried at all.
    pub locked_until: Option<Timestamp>,
}

/// Keeps others from reading or changing what is known of a subject until the transaction ends: what
/// follows from reading it must be stored before it is read again.
///
/// A row that is not there yet can't be locked, hence the lock by name. SQLite has one writer at a
/// time anyway. Whoever locks several subjects does so in the same order as everybody else.
pub fn lock(connection: &mut AnyConnection, subject: &str) -> Result<()> {
    if let AnyConnection::Postgres(inner) = connection {
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind::<diesel::sql_types::Text, _>(subject)
            .execute(inner)?;
    }
    Ok(())
}

/// What is known of a subject.
pub fn get(connection: &mut AnyConnection, subject: &str) -> Result<Option<Failures>> {
    let row = login_failures::table
        .find(subject)
        .select((login_failures::failures, login_failures::last_at, login_failures::locked_until))
        .first::<(i32, NaiveDateTime, Option<NaiveDateTime>)>(connection)
        .optional()?;
    let utc = |naive: NaiveDateTime| DateTime::<Utc>::from_naive_utc_and_offset(naive, Utc);
    Ok(row.map(|(count, last_at, locked_until)| Failures {
        count,
        last_at: utc(last_at),
        locked_until: locked_until.map(utc),
    }))
}

/// Stores what is known of a subject now.
pub fn put(connection: &mut AnyConnection, subject: &str, failures: Failures) -> Result<()> {
    let values = (
        login_failures::failures.eq(failures.count),
        login_failures::last_at.eq(failures.last_at.naive_utc()),
        login_failures::locked_until.eq(failures.locked_until.map(|at| at.naive_utc())),
    );
    on_each!(connection, |inner| diesel::insert_into(login_failures::table)
        .values((login_failures::subject.eq(subject), values))
        .on_conflict(login_failures::subject)
        .do_update()
        .set(values)
        .execute(inner))?;
    Ok(())
}

/// Forgets a subject and says whether there was anything to forget.
pub fn forget(connection: &mut AnyConnection, subject: &str) -> Result<bool> {
    Ok(diesel::delete(login_failures::table.find(subject)).execute(connection)? > 0)
}

/// Forgets what begins so and was last tried before the given time, and says how much there was.
pub fn forget_before(
    connection: &mut AnyConnection,
    beginning: &str,
    time: Timestamp,
) -> Result<usize> {
    let old = login_failures::table
        .filter(login_failures::subject.like(format!("{beginning}%")))
        .filter(login_failures::last_at.lt(time.naive_utc()));
    Ok(diesel::delete(old).execute(connection)?)
}

/// Forgets the subjects of a pattern, in the words of `LIKE`, and says how many there were.
pub fn forget_like(connection: &mut AnyConnection, pattern: &str) -> Result<usize> {
    let like = login_failures::table.filter(login_failures::subject.like(pattern));
    Ok(diesel::delete(like).execute(connection)?)
}

/// Of the subjects that begin so, forgets all but the newest.
pub fn keep_newest(connection: &mut AnyConnection, beginning: &str, most: i64) -> Result<()> {
    let others = login_failures::table
        .filter(login_failures::subject.like(format!("{beginning}%")))
        .order((login_failures::last_at.desc(), login_failures::subject))
        .offset(most)
        .limit(1_000)
        .select(login_failures::subject)
        .load::<String>(connection)?;
    if !others.is_empty() {
        let others = login_failures::table.filter(login_failures::subject.eq_any(others));
        diesel::delete(others).execute(connection)?;
    }
    Ok(())
}
