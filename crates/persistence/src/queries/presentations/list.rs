//! Searching presentations.

use diesel::prelude::*;
use estrad_domain::page::{Page, PageRequest, Pagination};
use estrad_domain::presentation::{EndReason, Presentation};
use estrad_domain::{CityId, CompetitionId};

use super::row::{self, COLUMNS, PresentationRow};
use crate::schema::{competitions, presentations};
use crate::{AnyConnection, Result};

/// What is searched for; what is `None` does not narrow the search.
#[derive(Debug, Clone, Default)]
pub struct PresentationFilter {
    /// Those that go on, or those that are over.
    pub active: Option<bool>,
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: Option<CompetitionId>,
    /// A limit that the caller's rights set, beside what they ask for.
    pub only_city: Option<CityId>,
}

macro_rules! narrow {
    ($query:ident, $filter:ident) => {
        // What was entered at the desk was no presentation.
        $query = $query.filter(
            presentations::end_reason
                .is_null()
                .or(presentations::end_reason.ne(EndReason::Desk.word())),
        );
        match $filter.active {
            Some(true) => $query = $query.filter(presentations::ended_at.is_null()),
            Some(false) => $query = $query.filter(presentations::ended_at.is_not_null()),
            None => {}
        }
        if let Some(id) = $filter.competition_id {
            $query = $query.filter(presentations::competition_id.eq(id.0));
        }
        if let Some(id) = $filter.only_city {
            $query = $query.filter(presentations::competition_id.eq_any(
                competitions::table.filter(competitions::city_id.eq(id.0)).select(competitions::id),
            ));
        }
    };
}

/// Presentations, the newest first.
pub fn search(
    connection: &mut AnyConnection,
    filter: &PresentationFilter,
    request: PageRequest,
) -> Result<Page<Presentation>> {
    let total = {
        let mut query = presentations::table.into_boxed();
        narrow!(query, filter);
        query.count().get_result::<i64>(connection)?
    };
    let pagination = Pagination::new(request, total);
    let mut query = presentations::table.into_boxed();
    narrow!(query, filter);
    let rows = query
        .order(presentations::id.desc())
        .offset(pagination.offset(request))
        .limit(request.page_size)
        .select(COLUMNS)
        .load::<PresentationRow>(connection)?;
    let items = rows.into_iter().map(row::presentation).collect::<Result<_>>()?;
    Ok(Page { items, pagination })
}
