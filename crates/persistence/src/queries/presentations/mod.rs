//! Runs of a competition, and their logs.

mod clock;
mod list;
mod log;
mod remembered;
mod row;

use diesel::prelude::*;
use estrad_domain::presentation::{EndReason, Presentation, SlideInfo};
use estrad_domain::question::kind;
use estrad_domain::types::QuestionType;
use estrad_domain::{CompetitionId, PresentationId, SlideId};

pub use clock::set_clock;
pub use list::{PresentationFilter, search};
pub use log::{
    AdvanceError, advance, append, append_each, bytes_of, current, desk, end, entries, resume,
    start,
};

use crate::schema::{alternatives, presentations, questions, slides};
use crate::{AnyConnection, Error, Result};
pub(super) use log::lock;
use row::{COLUMNS, PresentationRow};
pub(super) use row::{json, time, to_json};

/// Competitions that are asked for at once: far below what either database allows for bound values.
const CHUNK: usize = 500;

/// The run that is going on, if there is one.
pub fn active(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
) -> Result<Option<Presentation>> {
    let row = presentations::table
        .filter(presentations::competition_id.eq(competition_id.0))
        .filter(presentations::ended_at.is_null())
        .select(COLUMNS)
        .first::<PresentationRow>(connection)
        .optional()?;
    row.map(row::presentation).transpose()
}

/// All runs that are going on.
pub fn all_active(connection: &mut AnyConnection) -> Result<Vec<Presentation>> {
    let rows = presentations::table
        .filter(presentations::ended_at.is_null())
        .order(presentations::id)
        .select(COLUMNS)
        .load::<PresentationRow>(connection)?;
    rows.into_iter().map(row::presentation).collect()
}

/// All runs that are going on, and those that can still be resumed at that time, in milliseconds since
/// 1970.
fn all_with_deadlines(connection: &mut AnyConnection, now_ms: i64) -> Result<Vec<Presentation>> {
    let resumable = presentations::resumable_until.gt(now_ms);
    let rows = presentations::table
        .filter(presentations::ended_at.is_null().or(resumable.assume_not_null()))
        .order(presentations::id)
        .select(COLUMNS)
        .load::<PresentationRow>(connection)?;
    rows.into_iter().map(row::presentation).collect()
}

/// Those of the runs that are not there, any more.
pub fn missing(
    connection: &mut AnyConnection,
    ids: &[PresentationId],
) -> Result<Vec<PresentationId>> {
    let mut missing = Vec::new();
    for ids in ids.chunks(500) {
        let there = presentations::table
            .filter(presentations::id.eq_any(ids.iter().map(|id| id.0)))
            .select(presentations::id)
            .load::<i64>(connection)?;
        missing.extend(ids.iter().filter(|id| !there.contains(&id.0)));
    }
    Ok(missing)
}

/// The newest run of a competition, going on or not, if there ever was one.
pub fn latest(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
) -> Result<Option<Presentation>> {
    let row = presentations::table
        .filter(presentations::competition_id.eq(competition_id.0))
        .order(presentations::id.desc())
        .select(COLUMNS)
        .first::<PresentationRow>(connection)
        .optional()?;
    row.map(row::presentation).transpose()
}

/// Whether the competition is presented, or was since the run of that id; what stands for the desk is
/// no run.
pub fn has_begun(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    since: PresentationId,
) -> Result<bool> {
    let began = presentations::ended_at.is_null().or(presentations::id.gt(since.0).and(
        presentations::end_reason
            .is_null()
            .or(presentations::end_reason.ne(EndReason::Desk.word())),
    ));
    let begun = presentations::table
        .filter(presentations::competition_id.eq(competition_id.0))
        .filter(began.assume_not_null());
    Ok(diesel::select(diesel::dsl::exists(begun)).get_result(connection)?)
}

/// Those of the competitions that are presented now.
pub fn active_among(
    connection: &mut AnyConnection,
    competition_ids: &[CompetitionId],
) -> Result<Vec<CompetitionId>> {
    let mut found = Vec::new();
    for chunk in competition_ids.chunks(CHUNK) {
        let ids = presentations::table
            .filter(presentations::ended_at.is_null())
            .filter(presentations::competition_id.eq_any(chunk.iter().map(|id| id.0)))
            .select(presentations::competition_id)
            .load::<i64>(connection)?;
        found.extend(ids.into_iter().map(CompetitionId));
    }
    Ok(found)
}

/// The run of that id.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn get(connection: &mut AnyConnection, id: PresentationId) -> Result<Presentation> {
    let row =
        presentations::table.find(id.0).select(COLUMNS).first::<PresentationRow>(connection)?;
    row::presentation(row)
}

/// The run of that id, which must be of the competition; without an id the one that goes on, else the
/// newest, which may stand for the desk.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn named(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: Option<PresentationId>,
) -> Result<Presentation> {
    let found = match id {
        Some(id) => {
            Some(get(connection, id)?).filter(|found| found.competition_id == competition_id)
        }
        // None is started while one goes on, so that one is the newest.
        None => latest(connection, competition_id)?,
    };
    found.ok_or(Error::NotFound)
}

/// How many clues a slide has: the most alternatives of any of its questions that come in steps.
pub fn clues(connection: &mut AnyConnection, slide_id: SlideId) -> Result<u32> {
    let in_steps = QuestionType::ALL.iter().filter(|of| kind(**of).comes_in_steps());
    let counts = alternatives::table
        .inner_join(questions::table)
        .filter(questions::slide_id.eq(slide_id.0))
        .filter(questions::type_id.eq_any(in_steps.map(|of| of.id()).collect::<Vec<_>>()))
        .group_by(alternatives::question_id)
        .select(diesel::dsl::count_star())
        .load::<i64>(connection)?;
    Ok(counts.into_iter().max().and_then(|most| u32::try_from(most).ok()).unwrap_or(0))
}

/// What presentations look at of the slides, in their order.
pub fn slides(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
) -> Result<Vec<SlideInfo>> {
    let rows = slides::table
        .filter(slides::competition_id.eq(competition_id.0))
        .order(slides::position)
        .select((slides::id, slides::position, slides::timer_seconds))
        .load::<(i64, i32, Option<i32>)>(connection)?;
    let slide = |(id, order, think_time): (i64, i32, Option<i32>)| SlideInfo {
        id: id.into(),
        order,
        think_time,
    };
    Ok(rows.into_iter().map(slide).collect())
}
