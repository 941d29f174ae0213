//! Tokens that were given up before their time.

use diesel::prelude::*;
use estrad_domain::clock::Timestamp;

use crate::connection::on_each;
use crate::schema::revoked_tokens;
use crate::{AnyConnection, Result};

/// Rows of one statement, at most.
const CHUNK: usize = 500;

/// Revokes a token for good; it is remembered until it would have expired anyway.
pub fn insert(connection: &mut AnyConnection, jti: &str, expires_at: Timestamp) -> Result<()> {
    let row = (revoked_tokens::jti.eq(jti), revoked_tokens::expires_at.eq(expires_at.naive_utc()));
    on_each!(connection, |inner| diesel::insert_into(revoked_tokens::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    Ok(())
}

/// Revokes several tokens for good.
pub fn insert_all(connection: &mut AnyConnection, tokens: &[(String, Timestamp)]) -> Result<()> {
    let row = |(jti, expires_at): &(String, Timestamp)| {
        (revoked_tokens::jti.eq(jti.clone()), revoked_tokens::expires_at.eq(expires_at.naive_utc()))
    };
    let rows: Vec<_> = tokens.iter().map(row).collect();
    for chunk in rows.chunks(CHUNK) {
        on_each!(connection, |inner| diesel::insert_into(revoked_tokens::table)
            .values(chunk)
            .on_conflict_do_nothing()
            .execute(inner))?;
    }
    Ok(())
}

/// Whether a token was revoked.
pub fn contains(connection: &mut AnyConnection, jti: &str) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(revoked_tokens::table.find(jti)))
        .get_result(connection)?)
}

/// Forgets the tokens that have expired and says how many there were.
pub fn forget_expired(connection: &mut AnyConnection, now: Timestamp) -> Result<usize> {
    let expired = revoked_tokens::table.filter(revoked_tokens::expires_at.lt(now.naive_utc()));
    Ok(diesel::delete(expired).execute(connection)?)
}
