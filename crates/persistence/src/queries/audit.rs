//! The audit log: written in the transaction of each change, read by admins, forgotten in time.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use estrad_domain::audit::{AuditEntry, AuditUser, Change, MAX_TARGETS};
use estrad_domain::clock::Timestamp;
use estrad_domain::page::{Page, PageRequest, Pagination};
use estrad_domain::{CompetitionId, UserId};

use super::presentations::{json, time, to_json};
use crate::connection::on_each;
use crate::schema::{audit_log, users};
use crate::{AnyConnection, Result};

/// What is searched for; what is `None` does not narrow the search.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Who did it.
    pub user_id: Option<UserId>,
    /// What it was about.
    pub competition_id: Option<CompetitionId>,
    /// The first moment.
    pub since: Option<Timestamp>,
    /// The moment after the last.
    pub until: Option<Timestamp>,
    /// The name of a line of the policy table, or of a command.
    pub action: Option<String>,
}

/// With nothing left to the database, so that SQLite too takes many in one statement.
#[derive(Insertable)]
#[diesel(table_name = audit_log, treat_none_as_default_value = false)]
struct NewRow {
    at: NaiveDateTime,
    actor: &'static str,
    user_id: Option<i64>,
    action: String,
    change: String,
    competition_id: Option<i64>,
    target: &'static str,
    target_ids: String,
    fields: String,
}

/// Writes down a change of the things of these ids. Call it in the transaction of the change.
///
/// # Errors
/// Of the database.
pub fn record(connection: &mut AnyConnection, change: &Change, ids: &[i64]) -> Result<()> {
    // Also what has no id was changed.
    let none: &[i64] = &[];
    let chunks: Vec<&[i64]> =
        if ids.is_empty() { vec![none] } else { ids.chunks(MAX_TARGETS).collect() };
    let fields = to_json(&change.fields)?;
    let row = |ids: &&[i64]| {
        Ok(NewRow {
            at: change.at.naive_utc(),
            actor: change.author.word(),
            user_id: change.author.user_id().map(|id| id.0),
            action: change.action.clone(),
            change: change.change.clone(),
            competition_id: change.competition_id.map(|id| id.0),
            target: change.target,
            target_ids: to_json(ids)?,
            fields: fields.clone(),
        })
    };
    let rows = chunks.iter().map(row).collect::<Result<Vec<_>>>()?;
    for rows in rows.chunks(MAX_TARGETS) {
        on_each!(connection, |inner| diesel::insert_into(audit_log::table)
            .values(rows)
            .execute(inner))?;
    }
    Ok(())
}

macro_rules! narrow {
    ($query:ident, $filter:ident) => {
        if let Some(id) = $filter.user_id {
            $query = $query.filter(audit_log::user_id.eq(id.0));
        }
        if let Some(id) = $filter.competition_id {
            $query = $query.filter(audit_log::competition_id.eq(id.0));
        }
        if let Some(since) = $filter.since {
            $query = $query.filter(audit_log::at.ge(since.naive_utc()));
        }
        if let Some(until) = $filter.until {
            $query = $query.filter(audit_log::at.lt(until.naive_utc()));
        }
        if let Some(action) = &$filter.action {
            $query = $query.filter(audit_log::action.eq(action));
        }
    };
}

type Who = (String, Option<i64>, Option<(String, Option<String>)>);
type What = (String, String, Option<i64>, String, String, String);

/// A page of what is found, the newest first.
///
/// # Errors
/// Of the database.
pub fn search(
    connection: &mut AnyConnection,
    filter: &AuditFilter,
    request: PageRequest,
) -> Result<Page<AuditEntry>> {
    let total = {
        let mut query = audit_log::table.into_boxed();
        narrow!(query, filter);
        query.count().get_result::<i64>(connection)?
    };
    let pagination = Pagination::new(request, total);
    let mut query = audit_log::table
        .left_join(users::table.on(audit_log::user_id.eq(users::id.nullable())))
        .into_boxed();
    narrow!(query, filter);
    let rows = query
        .order(audit_log::id.desc())
        .offset(pagination.offset(request))
        .limit(request.page_size)
        .select((
            audit_log::id,
            audit_log::at,
            (audit_log::actor, audit_log::user_id, (users::email, users::name).nullable()),
            (
                audit_log::action,
                audit_log::change,
                audit_log::competition_id,
                audit_log::target,
                audit_log::target_ids,
                audit_log::fields,
            ),
        ))
        .load::<(i64, NaiveDateTime, Who, What)>(connection)?;
    let items = rows.into_iter().map(entry).collect::<Result<_>>()?;
    Ok(Page { items, pagination })
}

fn entry((id, at, who, what): (i64, NaiveDateTime, Who, What)) -> Result<AuditEntry> {
    let (by, user_id, user) = who;
    let (action, change, competition_id, target, target_ids, fields) = what;
    Ok(AuditEntry {
        id,
        at: time(at),
        by,
        user_id: user_id.map(Into::into),
        user: user.map(|(email, name)| AuditUser { email, name }),
        action,
        change,
        competition_id: competition_id.map(Into::into),
        target,
        target_ids: json(&target_ids)?,
        fields: json(&fields)?,
    })
}

/// Forgets the oldest entries from before a time, at most `limit`, and says how many there were.
///
/// # Errors
/// Of the database.
pub fn forget_before(
    connection: &mut AnyConnection,
    before: Timestamp,
    limit: i64,
) -> Result<usize> {
    let old = audit_log::table
        .filter(audit_log::at.lt(before.naive_utc()))
        .order(audit_log::id)
        .limit(limit)
        .select(audit_log::id)
        .load::<i64>(connection)?;
    Ok(diesel::delete(audit_log::table.filter(audit_log::id.eq_any(old))).execute(connection)?)
}
