//! The logs of a competition as one: what happened in all of its presentations, in order. It is only
//! read here; what writes it is `presentations`.
//!
//! Presentations of a competition come one after another, so the order of their ids is that of time.

use diesel::prelude::*;
use estrad_domain::clock::Timestamp;
use estrad_domain::page::{Page, PageRequest, Pagination};
use estrad_domain::presentation::{Event, LogEntry};
use estrad_domain::{CompetitionId, PresentationId, QuestionId, TeamId};

use super::presentations::{json, time};
use crate::schema::{presentation_events, presentations};
use crate::{AnyConnection, Result};

/// Entries that are in memory at a time while a log is replayed.
const PAGE: i64 = 500;

/// What is searched for; what is `None` does not narrow the search.
#[derive(Debug, Clone)]
pub struct LedgerFilter {
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: CompetitionId,
    #[expect(missing_docs, reason = "says itself")]
    pub presentation_id: Option<PresentationId>,
    #[expect(missing_docs, reason = "says itself")]
    pub team_id: Option<TeamId>,
    #[expect(missing_docs, reason = "says itself")]
    pub question_id: Option<QuestionId>,
    /// Words of [`Event::kind`].
    pub kinds: Option<Vec<&'static str>>,
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The moment after the last.
    pub to: Option<Timestamp>,
}

impl LedgerFilter {
    /// All of a competition.
    pub fn of(competition_id: CompetitionId) -> Self {
        Self {
            competition_id,
            presentation_id: None,
            team_id: None,
            question_id: None,
            kinds: None,
            from: None,
            to: None,
        }
    }
}

/// A place in the logs of a competition: an entry, by its presentation and its number in there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    #[expect(missing_docs, reason = "says itself")]
    pub presentation_id: PresentationId,
    #[expect(missing_docs, reason = "says itself")]
    pub seq: i64,
}

impl From<&LogEntry> for Place {
    fn from(entry: &LogEntry) -> Self {
        Self { presentation_id: entry.presentation_id, seq: entry.seq }
    }
}

type EntryRow = (i64, i64, chrono::NaiveDateTime, String, String, bool);
type Columns = (
    presentation_events::presentation_id,
    presentation_events::seq,
    presentation_events::at,
    presentation_events::actor,
    presentation_events::event,
    presentation_events::erased,
);

const COLUMNS: Columns = (
    presentation_events::presentation_id,
    presentation_events::seq,
    presentation_events::at,
    presentation_events::actor,
    presentation_events::event,
    presentation_events::erased,
);

fn entry((presentation_id, seq, at, actor, event, erased): EntryRow) -> Result<LogEntry> {
    let (actor, event) = (json(&actor)?, json(&event)?);
    Ok(LogEntry {
        presentation_id: presentation_id.into(),
        seq,
        at: time(at),
        actor,
        event,
        erased,
    })
}

macro_rules! narrow {
    ($query:ident, $filter:ident) => {
        $query = $query.filter(
            presentation_events::presentation_id.eq_any(
                presentations::table
                    .filter(presentations::competition_id.eq($filter.competition_id.0))
                    .select(presentations::id),
            ),
        );
        if let Some(id) = $filter.presentation_id {
            $query = $query.filter(presentation_events::presentation_id.eq(id.0));
        }
        if let Some(id) = $filter.team_id {
            $query = $query.filter(presentation_events::team_id.eq(id.0));
        }
        if let Some(id) = $filter.question_id {
            $query = $query.filter(presentation_events::question_id.eq(id.0));
        }
        if let Some(kinds) = &$filter.kinds {
            $query = $query.filter(presentation_events::kind.eq_any(kinds.clone()));
        }
        if let Some(from) = $filter.from {
            $query = $query.filter(presentation_events::at.ge(from.naive_utc()));
        }
        if let Some(to) = $filter.to {
            $query = $query.filter(presentation_events::at.lt(to.naive_utc()));
        }
    };
}

/// A page of what is found, the newest last.
pub fn search(
    connection: &mut AnyConnection,
    filter: &LedgerFilter,
    request: PageRequest,
) -> Result<Page<LogEntry>> {
    let total = {
        let mut query = presentation_events::table.into_boxed();
        narrow!(query, filter);
        query.count().get_result::<i64>(connection)?
    };
    let pagination = Pagination::new(request, total);
    let mut query = presentation_events::table.into_boxed();
    narrow!(query, filter);
    let rows = query
        .order((presentation_events::presentation_id, presentation_events::seq))
        .offset(pagination.offset(request))
        .limit(request.page_size)
        .select(COLUMNS)
        .load::<EntryRow>(connection)?;
    let items = rows.into_iter().map(entry).collect::<Result<_>>()?;
    Ok(Page { items, pagination })
}

/// What is found after a place, the newest last, at most `limit`.
pub fn after(
    connection: &mut AnyConnection,
    filter: &LedgerFilter,
    place: Option<Place>,
    limit: i64,
) -> Result<Vec<LogEntry>> {
    let mut query = presentation_events::table.into_boxed();
    narrow!(query, filter);
    if let Some(Place { presentation_id, seq }) = place {
        let same = presentation_events::presentation_id.eq(presentation_id.0);
        let later = presentation_events::presentation_id.gt(presentation_id.0);
        query = query.filter(later.or(same.and(presentation_events::seq.gt(seq))));
    }
    let rows = query
        .order((presentation_events::presentation_id, presentation_events::seq))
        .limit(limit)
        .select(COLUMNS)
        .load::<EntryRow>(connection)?;
    rows.into_iter().map(entry).collect()
}

/// Gives the events that are found after one place and up to another, in order and a page at a time.
pub fn replay(
    connection: &mut AnyConnection,
    filter: &LedgerFilter,
    since: Option<Place>,
    until: Option<Place>,
    mut each: impl FnMut(&Event),
) -> Result<()> {
    let mut place = since;
    loop {
        let page = after(connection, filter, place, PAGE)?;
        for entry in &page {
            if until.is_some_and(|until| Place::from(entry) > until) {
                return Ok(());
            }
            each(&entry.event);
        }
        if (page.len() as i64) < PAGE {
            return Ok(());
        }
        place = page.last().map(Place::from);
    }
}
