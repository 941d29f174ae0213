//! Claims on contents: who is about to refer to one, and who is about to remove its files.
//!
//! Files are put and removed outside of transactions, which would hold up all who write. What keeps
//! a row from referring to a file that goes away is this: whoever adds a row claims the content
//! before the files are put, and gives the claim up in the transaction that adds the row; whoever
//! removes files claims the content first, which is refused while a row or another claim has it.
//! A claim from before `stale` is one that a crash left, and does not count.

use std::collections::BTreeSet;

use diesel::dsl::exists;
use diesel::prelude::*;
use estrad_domain::clock::Timestamp;

use super::media::{lock, referenced};
use crate::connection::on_each;
use crate::schema::media_claims::{self, claimed_at, content_hash, kind};
use crate::{AnyConnection, Result};

/// Somebody is about to add a row that refers to the content.
const ADD: i64 = 1;
/// Somebody is removing the files of the content.
const REMOVE: i64 = 2;

/// A claim of who is about to add a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim(i64);

/// Claims a content for a row to be. None while its files are being removed: try again later.
pub fn claim(
    connection: &mut AnyConnection,
    hash: &str,
    now: Timestamp,
    stale: Timestamp,
) -> Result<Option<Claim>> {
    lock(connection)?;
    let removal = media_claims::table
        .filter(content_hash.eq(hash))
        .filter(kind.eq(REMOVE))
        .filter(claimed_at.ge(stale.naive_utc()));
    if diesel::select(exists(removal)).get_result(connection)? {
        return Ok(None);
    }
    let id = diesel::insert_into(media_claims::table)
        .values((content_hash.eq(hash), kind.eq(ADD), claimed_at.eq(now.naive_utc())))
        .returning(media_claims::id)
        .get_result(connection)?;
    Ok(Some(Claim(id)))
}

/// Gives a claim up, and says whether it was still held: if it was not, the files may be gone.
pub fn give_up(connection: &mut AnyConnection, claim: Claim) -> Result<bool> {
    Ok(diesel::delete(media_claims::table.find(claim.0)).execute(connection)? == 1)
}

/// Claims the files of these contents for removal, and gives those that may be removed: no row
/// refers to them and nobody is about to. At most a thousand are asked for at once.
pub fn claim_removal(
    connection: &mut AnyConnection,
    hashes: &[String],
    now: Timestamp,
    stale: Timestamp,
) -> Result<Vec<String>> {
    lock(connection)?;
    let claims = || media_claims::table.filter(content_hash.eq_any(hashes));
    diesel::delete(claims().filter(claimed_at.lt(stale.naive_utc()))).execute(connection)?;
    let mut taken: BTreeSet<String> = referenced(connection, hashes)?.into_iter().collect();
    taken.extend(claims().select(content_hash).load::<String>(connection)?);
    let free: Vec<String> = hashes.iter().filter(|hash| !taken.contains(*hash)).cloned().collect();
    let rows: Vec<_> = free
        .iter()
        .map(|hash| (content_hash.eq(hash), kind.eq(REMOVE), claimed_at.eq(now.naive_utc())))
        .collect();
    if !rows.is_empty() {
        on_each!(connection, |inner| diesel::insert_into(media_claims::table)
            .values(&rows)
            .execute(inner))?;
    }
    Ok(free)
}

/// Gives up the claims on contents whose files were removed, or will not be.
pub fn removed(
    connection: &mut AnyConnection,
    hashes: &[String],
    claimed: Timestamp,
) -> Result<()> {
    let claims = media_claims::table
        .filter(content_hash.eq_any(hashes))
        .filter(kind.eq(REMOVE))
        .filter(claimed_at.eq(claimed.naive_utc()));
    diesel::delete(claims).execute(connection)?;
    Ok(())
}

/// Forgets claims that a crash left.
pub fn forget_stale(connection: &mut AnyConnection, stale: Timestamp) -> Result<usize> {
    let claims = media_claims::table.filter(claimed_at.lt(stale.naive_utc()));
    Ok(diesel::delete(claims).execute(connection)?)
}
