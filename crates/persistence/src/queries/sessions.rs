//! The logins of users that are good, one row for each token.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use estrad_domain::UserId;
use estrad_domain::clock::Timestamp;

use super::presentations::time;
use super::revoked_tokens;
use crate::schema::sessions;
use crate::{AnyConnection, Error, Result};

/// The most sessions of one user: another one ends the oldest.
pub const MAX_PER_USER: i64 = 100;
/// Ids bound to one statement, at most.
const CHUNK: usize = 500;

/// A session to be.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose it is.
    pub user_id: UserId,
    /// The id of its token.
    pub jti: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When its token expires.
    pub expires_at: Timestamp,
    /// The network that the login came from.
    pub address: String,
    /// What the browser calls itself.
    pub user_agent: String,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Not the id of its token, which is nobody's to know.
    pub id: i64,
    /// The id of its token.
    pub jti: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to some minutes.
    pub last_used_at: Timestamp,
    /// When its token expires.
    pub expires_at: Timestamp,
    /// The network that the login came from.
    pub address: String,
    /// What the browser calls itself.
    pub user_agent: String,
}

/// A session that was revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its id.
    pub id: i64,
    /// The id of its token, which is worthless now.
    pub jti: String,
}

/// Which sessions of a user are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The one of that id.
    One(i64),
    /// All but that of this token.
    AllBut(String),
    /// All of them.
    All,
}

type Row = (i64, String, NaiveDateTime, NaiveDateTime, NaiveDateTime, String, String);

/// Adds a session, and revokes those of the user that are too many: the oldest.
///
/// # Errors
/// Of the database.
pub fn insert(connection: &mut AnyConnection, new: &NewSession) -> Result<Vec<Ended>> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(new.user_id.0),
            sessions::jti.eq(&new.jti),
            sessions::created_at.eq(new.created_at.naive_utc()),
            sessions::last_used_at.eq(new.created_at.naive_utc()),
            sessions::expires_at.eq(new.expires_at.naive_utc()),
            sessions::address.eq(&new.address),
            sessions::user_agent.eq(&new.user_agent),
        ))
        .execute(connection)?;
    let too_many = sessions::table
        .filter(sessions::user_id.eq(new.user_id.0))
        .order(sessions::id.desc())
        .offset(MAX_PER_USER)
        .limit(MAX_PER_USER)
        .select((sessions::id, sessions::jti, sessions::expires_at))
        .load::<(i64, String, NaiveDateTime)>(connection)?;
    end(connection, too_many)
}

/// The sessions of a user that have not expired, the newest first.
///
/// # Errors
/// Of the database.
pub fn of_user(
    connection: &mut AnyConnection,
    user_id: UserId,
    now: Timestamp,
) -> Result<Vec<Session>> {
    let rows = sessions::table
        .filter(sessions::user_id.eq(user_id.0))
        .filter(sessions::expires_at.gt(now.naive_utc()))
        .order(sessions::id.desc())
        .limit(MAX_PER_USER)
        .select((
            sessions::id,
            sessions::jti,
            sessions::created_at,
            sessions::last_used_at,
            sessions::expires_at,
            sessions::address,
            sessions::user_agent,
        ))
        .load::<Row>(connection)?;
    let session = |(id, jti, created_at, last_used_at, expires_at, address, user_agent): Row| {
        let (created_at, last_used_at) = (time(created_at), time(last_used_at));
        let expires_at = time(expires_at);
        Session { id, jti, created_at, last_used_at, expires_at, address, user_agent }
    };
    Ok(rows.into_iter().map(session).collect())
}

/// Revokes sessions of a user, and says which.
///
/// # Errors
/// [`Error::NotFound`] when the one that is named is not there, or is another user's.
pub fn revoke(
    connection: &mut AnyConnection,
    user_id: UserId,
    which: &Which,
) -> Result<Vec<Ended>> {
    let mut query = sessions::table.filter(sessions::user_id.eq(user_id.0)).into_boxed();
    query = match which {
        Which::One(id) => query.filter(sessions::id.eq(*id)),
        Which::AllBut(jti) => query.filter(sessions::jti.ne(jti.clone())),
        Which::All => query,
    };
    let found = query
        .order(sessions::id)
        .select((sessions::id, sessions::jti, sessions::expires_at))
        .load::<(i64, String, NaiveDateTime)>(connection)?;
    if found.is_empty() && matches!(which, Which::One(_)) {
        return Err(Error::NotFound);
    }
    end(connection, found)
}

fn end(
    connection: &mut AnyConnection,
    rows: Vec<(i64, String, NaiveDateTime)>,
) -> Result<Vec<Ended>> {
    let tokens: Vec<_> =
        rows.iter().map(|(_, jti, expires_at)| (jti.clone(), time(*expires_at))).collect();
    revoked_tokens::insert_all(connection, &tokens)?;
    let ended: Vec<_> = rows.into_iter().map(|(id, jti, _)| Ended { id, jti }).collect();
    for chunk in ended.chunks(CHUNK) {
        let ids = chunk.iter().map(|ended| ended.id);
        diesel::delete(sessions::table.filter(sessions::id.eq_any(ids))).execute(connection)?;
    }
    Ok(ended)
}

/// Forgets the session of a token that is revoked in another way.
///
/// # Errors
/// Of the database.
pub fn forget(connection: &mut AnyConnection, jti: &str) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::jti.eq(jti))).execute(connection)?;
    Ok(())
}

/// Forgets the sessions of a user, whose tokens are worthless already.
///
/// # Errors
/// Of the database.
pub fn forget_user(connection: &mut AnyConnection, user_id: UserId) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user_id.0))).execute(connection)?;
    Ok(())
}

/// Forgets the sessions that have expired, and says how many there were.
///
/// # Errors
/// Of the database.
pub fn forget_expired(connection: &mut AnyConnection, now: Timestamp) -> Result<usize> {
    let expired = sessions::table.filter(sessions::expires_at.le(now.naive_utc()));
    Ok(diesel::delete(expired).execute(connection)?)
}

/// Notes that the sessions of these tokens were used about now.
///
/// # Errors
/// Of the database.
pub fn note_uses(connection: &mut AnyConnection, tokens: &[String], at: Timestamp) -> Result<()> {
    for tokens in tokens.chunks(CHUNK) {
        diesel::update(sessions::table.filter(sessions::jti.eq_any(tokens)))
            .set(sessions::last_used_at.eq(at.naive_utc()))
            .execute(connection)?;
    }
    Ok(())
}
