//! What a scoreboard is made of, now or as of an earlier moment.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use diesel::prelude::*;
use estrad_domain::points::Points;
use estrad_domain::presentation::{BoardLine, Event, Presentation};
use estrad_domain::standings::{Cell, Results, board_lines};
use estrad_domain::team::Team;
use estrad_domain::{CompetitionId, PresentationId, QuestionId};

use super::ledger::{self, LedgerFilter, Place};
use super::{presentations, teams};
use crate::schema::{questions, scores, slides};
use crate::{AnyConnection, Error, Result};

/// Which scoreboard is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// The one that stood at the end of this presentation, or where it is now; the present one without.
    pub presentation_id: Option<PresentationId>,
    /// As of the entry of that number, in that presentation or else in the one that goes on or was the
    /// last.
    pub at: Option<i64>,
    /// Mark what has changed after the entry of that number.
    pub since: Option<i64>,
}

/// What a scoreboard is made of.
#[derive(Debug, Clone)]
pub struct Board {
    /// The presentation that `seq` is of; none before anything was logged.
    pub presentation_id: Option<PresentationId>,
    /// The entry that the scores are as of; 0 before anything was logged.
    pub seq: i64,
    /// Those of now, by id.
    pub teams: Vec<Team>,
    /// Those of now, in the order of the slides.
    pub questions: Vec<QuestionId>,
    /// Of these teams and questions: what is deleted is on no scoreboard, also on none of before.
    pub scores: BTreeMap<Cell, Points>,
    /// Which of them changed, where that was asked.
    pub changed: Option<BTreeSet<Cell>>,
}

/// Reads it. Run it in a snapshot.
///
/// # Errors
/// [`Error::NotFound`] for a presentation, or a moment in one, where there is none.
pub fn read(connection: &mut AnyConnection, id: CompetitionId, asked: Asked) -> Result<Board> {
    let presentation = match presentations::named(connection, id, asked.presentation_id) {
        Err(Error::NotFound) if asked.presentation_id.is_none() && asked.at.is_none() => None,
        found => Some(found?),
    };
    let past = asked.presentation_id.is_some() || asked.at.is_some();
    let end = presentation.as_ref().map(|presentation| Place {
        presentation_id: presentation.id,
        seq: asked.at.unwrap_or(presentation.seq).min(presentation.seq),
    });
    let teams = teams::all(connection, id)?;
    let questions = questions_of(connection, id)?;
    let mut scores = if past { replayed(connection, id, end)? } else { present(connection, id)? };
    let team_ids: HashSet<_> = teams.iter().map(|team| team.id).collect();
    let question_ids: HashSet<_> = questions.iter().copied().collect();
    scores.retain(|(team_id, question_id), _| {
        team_ids.contains(team_id) && question_ids.contains(question_id)
    });
    let changed = match (asked.since, &presentation, end) {
        (Some(since), Some(presentation), Some(end)) => {
            Some(changed(connection, presentation, since, end, &scores)?)
        }
        (since, ..) => since.map(|_| BTreeSet::new()),
    };
    let (presentation_id, seq) = (end.map(|end| end.presentation_id), end.map_or(0, |end| end.seq));
    Ok(Board { presentation_id, seq, teams, questions, scores, changed })
}

/// The standings of now, as they are shown.
pub fn lines(connection: &mut AnyConnection, id: CompetitionId) -> Result<Vec<BoardLine>> {
    let (teams, scores) = (teams::all(connection, id)?, present(connection, id)?);
    Ok(board_lines(&teams, &scores))
}

/// The questions of a competition, in the order of the slides.
fn questions_of(connection: &mut AnyConnection, id: CompetitionId) -> Result<Vec<QuestionId>> {
    let ids = questions::table
        .inner_join(slides::table)
        .filter(slides::competition_id.eq(id.0))
        .order((slides::position, questions::id))
        .select(questions::id)
        .load::<i64>(connection)?;
    Ok(ids.into_iter().map(QuestionId).collect())
}

/// As the table has them.
fn present(connection: &mut AnyConnection, id: CompetitionId) -> Result<BTreeMap<Cell, Points>> {
    let rows = scores::table
        .inner_join(crate::schema::teams::table)
        .filter(crate::schema::teams::competition_id.eq(id.0))
        .select((scores::team_id, scores::question_id, scores::score_hundredths))
        .load::<(i64, i64, i64)>(connection)?;
    let cell = |(team, question, hundredths): (i64, i64, i64)| {
        ((team.into(), question.into()), Points::from_hundredths(hundredths))
    };
    Ok(rows.into_iter().map(cell).collect())
}

/// What was given, withdrawn and reset.
fn given(id: CompetitionId) -> LedgerFilter {
    LedgerFilter { kinds: Some(vec!["scored", "reset"]), ..LedgerFilter::of(id) }
}

/// As the logs have them, up to there.
fn replayed(
    connection: &mut AnyConnection,
    id: CompetitionId,
    until: Option<Place>,
) -> Result<BTreeMap<Cell, Points>> {
    let mut results = Results::default();
    ledger::replay(connection, &given(id), None, until, |event| results.apply(event))?;
    Ok(results.scores)
}

/// What is another score at the end, where they are `now`, than it was after `since`.
fn changed(
    connection: &mut AnyConnection,
    presentation: &Presentation,
    since: i64,
    end: Place,
    now: &BTreeMap<Cell, Points>,
) -> Result<BTreeSet<Cell>> {
    let since = Place { presentation_id: presentation.id, seq: since };
    let mut cells: BTreeMap<Cell, (Option<Points>, Option<Points>)> = BTreeMap::new();
    let filter = given(presentation.competition_id);
    let mut reset = false;
    ledger::replay(connection, &filter, Some(since), Some(end), |event| match event {
        Event::Scored(given) => {
            let cell = (given.team_id, given.question_id);
            cells.entry(cell).or_insert((given.before, given.score)).1 = given.score;
        }
        Event::Reset(_) => reset = true,
        _ => {}
    })?;
    if reset {
        // What the entries say of before is what was there after the reset.
        let before = replayed(connection, presentation.competition_id, Some(since))?;
        let both = before.keys().chain(now.keys()).copied();
        return Ok(both.filter(|cell| before.get(cell) != now.get(cell)).collect());
    }
    let other = cells.into_iter().filter(|(_, (before, after))| before != after);
    Ok(other.map(|(cell, _)| cell).collect())
}
