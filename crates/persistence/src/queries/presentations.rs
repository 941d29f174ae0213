//! Runs of a competition.

use diesel::prelude::*;
use estrad_domain::clock::Timestamp;
use estrad_domain::{CompetitionId, PresentationId};

use crate::schema::presentations;
use crate::{AnyConnection, Result};

/// A run that is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivePresentation {
    #[expect(missing_docs, reason = "says itself")]
    pub id: PresentationId,
    /// Whether the operator shows the scoreboard.
    pub scoreboard_shown: bool,
}

/// The run that is going on, if there is one.
pub fn active(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
) -> Result<Option<ActivePresentation>> {
    let row = presentations::table
        .filter(presentations::competition_id.eq(competition_id.0))
        .filter(presentations::ended_at.is_null())
        .select((presentations::id, presentations::scoreboard_shown))
        .first::<(i64, bool)>(connection)
        .optional()?;
    Ok(row.map(|(id, scoreboard_shown)| ActivePresentation { id: id.into(), scoreboard_shown }))
}

/// Starts a run.
///
/// # Errors
/// [`crate::Error::Duplicate`] while one is going on.
pub fn start(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    now: Timestamp,
) -> Result<PresentationId> {
    let id = diesel::insert_into(presentations::table)
        .values((
            presentations::competition_id.eq(competition_id.0),
            presentations::started_at.eq(now.naive_utc()),
        ))
        .returning(presentations::id)
        .get_result::<i64>(connection)?;
    Ok(id.into())
}
