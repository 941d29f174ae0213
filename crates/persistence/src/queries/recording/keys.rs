//! What clients call their answers, so that one that is sent again is known.

use std::collections::HashMap;
use std::fmt::Write as _;

use diesel::prelude::*;
use estrad_domain::TeamId;
use estrad_domain::answer::AnswerKey;
use estrad_domain::clock::Timestamp;
use sha2::{Digest as _, Sha256};

use super::cells::CHUNK;
use super::job::GivenAnswer;
use crate::connection::on_each;
use crate::schema::answer_keys;
use crate::{AnyConnection, Result};

/// A key of a team.
pub(super) type Named = (TeamId, AnswerKey);

/// What a key stands for.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) digest: String,
    pub(super) seq: i64,
    /// None until it is written.
    pub(super) answer_id: Option<i64>,
}

/// What was answered and where.
pub(super) fn digest(given: &GivenAnswer) -> String {
    let mut hasher = Sha256::new();
    hasher.update(given.alternative_id.0.to_be_bytes());
    hasher.update(given.answer.as_str());
    hasher.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a text can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What is known of these keys.
pub(super) fn read(
    connection: &mut AnyConnection,
    named: &[Named],
) -> Result<HashMap<Named, Known>> {
    let mut found = HashMap::new();
    for chunk in named.chunks(CHUNK) {
        let rows = answer_keys::table
            .filter(answer_keys::team_id.eq_any(chunk.iter().map(|(team, _)| team.0)))
            .filter(answer_keys::key.eq_any(chunk.iter().map(|(_, key)| key.as_str().to_owned())))
            .select((
                answer_keys::team_id,
                answer_keys::key,
                answer_keys::digest,
                answer_keys::answer_id,
                answer_keys::seq,
            ))
            .load::<(i64, String, String, i64, i64)>(connection)?;
        for (team_id, key, digest, answer_id, seq) in rows {
            // What is stored was a key when it came.
            let Ok(key) = AnswerKey::new(key) else { continue };
            let known = Known { digest, seq, answer_id: Some(answer_id) };
            found.insert((team_id.into(), key), known);
        }
    }
    Ok(found)
}

/// Stores keys that are new.
pub(super) fn write(
    connection: &mut AnyConnection,
    new: &[(Named, Known)],
    now: Timestamp,
) -> Result<()> {
    let row = |((team_id, key), known): &(Named, Known)| {
        Some((
            answer_keys::team_id.eq(team_id.0),
            answer_keys::key.eq(key.as_str().to_owned()),
            answer_keys::digest.eq(known.digest.clone()),
            answer_keys::answer_id.eq(known.answer_id?),
            answer_keys::seq.eq(known.seq),
            answer_keys::created_at.eq(now.naive_utc()),
        ))
    };
    let rows: Vec<_> = new.iter().filter_map(row).collect();
    for chunk in rows.chunks(CHUNK) {
        on_each!(connection, |inner| diesel::insert_into(answer_keys::table)
            .values(chunk)
            .execute(inner))?;
    }
    Ok(())
}

/// Forgets the keys that came before a time, and says how many there were.
pub fn sweep(connection: &mut AnyConnection, before: Timestamp) -> Result<usize> {
    let old = answer_keys::table.filter(answer_keys::created_at.lt(before.naive_utc()));
    Ok(diesel::delete(old).execute(connection)?)
}
