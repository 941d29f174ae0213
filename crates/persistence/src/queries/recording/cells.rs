//! The answers and scores that there are, and those that come in their places.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use diesel::prelude::*;
use diesel::upsert::excluded;
use estrad_domain::clock::Timestamp;
use estrad_domain::points::Points;
use estrad_domain::{AlternativeId, QuestionId, TeamId};

use crate::connection::on_each;
use crate::schema::{answers, scores};
use crate::{AnyConnection, Result};

/// Values bound to one statement are some thousands at most, which either database allows.
pub(super) const CHUNK: usize = 500;

/// The place of an answer.
pub(super) type AnswerCell = (TeamId, AlternativeId);
/// The place of a score.
pub(super) type ScoreCell = (TeamId, QuestionId);

/// What is in a place.
#[derive(Debug, Clone)]
pub(super) struct Filled<T> {
    /// None until it is written for the first time.
    pub(super) id: Option<i64>,
    pub(super) value: T,
    /// Whether it was taken away again. The value is the last that there was.
    gone: bool,
    /// When it was changed, if it is to be written.
    pub(super) changed: Option<Timestamp>,
}

/// What goes over the row of that id.
type Changed<'a, K, T> = Vec<(i64, K, &'a T, Timestamp)>;
/// What goes into a row of its own.
type New<'a, K, T> = Vec<(K, &'a T, Timestamp)>;

/// Places and what is in them.
#[derive(Debug)]
pub(super) struct Cells<K, T>(pub(super) HashMap<K, Filled<T>>);

impl<K, T> Default for Cells<K, T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Copy + Eq + Hash, T: Clone> Cells<K, T> {
    /// What is in a place, if something is.
    pub(super) fn get(&self, cell: &K) -> Option<&T> {
        self.0.get(cell).filter(|filled| !filled.gone).map(|filled| &filled.value)
    }

    /// All that there is.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &T)> {
        let there = self.0.iter().filter(|(_, filled)| !filled.gone);
        there.map(|(cell, filled)| (cell, &filled.value))
    }

    /// Puts a value in a place, and gives the one before.
    pub(super) fn put(&mut self, cell: K, value: T, at: Timestamp) -> Option<T> {
        let old = self.get(&cell).cloned();
        let id = self.0.get(&cell).and_then(|before| before.id);
        self.0.insert(cell, Filled { id, value, gone: false, changed: Some(at) });
        old
    }

    /// Takes away what is in a place, and gives it.
    pub(super) fn take(&mut self, cell: &K, at: Timestamp) -> Option<T> {
        let filled = self.0.get_mut(cell).filter(|filled| !filled.gone)?;
        (filled.gone, filled.changed) = (true, Some(at));
        Some(filled.value.clone())
    }

    /// What is to be written: over rows that there are, with their ids, and as new rows. What came and
    /// was taken away at once is written too: whoever was told of it was told its id.
    fn changes(&self) -> (Changed<'_, K, T>, New<'_, K, T>) {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for (cell, filled) in &self.0 {
            match (filled.changed, filled.id) {
                (Some(_), Some(_)) if filled.gone => {}
                (Some(at), Some(id)) => old.push((id, *cell, &filled.value, at)),
                (Some(at), None) => new.push((*cell, &filled.value, at)),
                (None, _) => {}
            }
        }
        (old, new)
    }

    /// The rows that are to be deleted.
    fn gone(&self) -> Vec<i64> {
        let gone = self.0.values().filter(|filled| filled.gone && filled.changed.is_some());
        gone.filter_map(|filled| filled.id).collect()
    }

    fn learn_ids(&mut self, ids: impl IntoIterator<Item = (K, i64)>) {
        for (cell, id) in ids {
            if let Some(filled) = self.0.get_mut(&cell) {
                filled.id = Some(id);
            }
        }
    }
}

/// The two kinds of results are written by statements of one shape, which diesel has no type for.
///
/// A row that is there is written over with its own id: it keeps that, and the row that is tried to be
/// inserted uses up none.
macro_rules! write_cells {
    ($name:ident, $table:ident, $owner:ident, $place:ident, $value:ident, $cell:ty, $of:ty, $to_column:expr) => {
        pub(super) fn $name(
            connection: &mut AnyConnection,
            cells: &mut Cells<$cell, $of>,
        ) -> Result<()> {
            let (old, mut new) = cells.changes();
            let row = |(id, (owner, place), value, at): &(i64, $cell, &$of, Timestamp)| {
                (
                    $table::id.eq(*id),
                    $table::$owner.eq(owner.0),
                    $table::$place.eq(place.0),
                    $table::$value.eq($to_column(value)),
                    $table::updated_at.eq(at.naive_utc()),
                )
            };
            let rows: Vec<_> = old.iter().map(row).collect();
            for chunk in rows.chunks(CHUNK) {
                on_each!(connection, |inner| diesel::insert_into($table::table)
                    .values(chunk)
                    .on_conflict($table::id)
                    .do_update()
                    .set((
                        $table::$value.eq(excluded($table::$value)),
                        $table::updated_at.eq(excluded($table::updated_at)),
                    ))
                    .execute(inner))?;
            }
            // In the order in which they came, as far as that is known, so that ids tell it too.
            new.sort_by_key(|((owner, place), _, at)| (*at, owner.0, place.0));
            let row = |((owner, place), value, at): &($cell, &$of, Timestamp)| {
                (
                    $table::$owner.eq(owner.0),
                    $table::$place.eq(place.0),
                    $table::$value.eq($to_column(value)),
                    $table::updated_at.eq(at.naive_utc()),
                )
            };
            let rows: Vec<_> = new.iter().map(row).collect();
            let written: Vec<$cell> = new.iter().map(|(cell, ..)| *cell).collect();
            for chunk in rows.chunks(CHUNK) {
                on_each!(connection, |inner| diesel::insert_into($table::table)
                    .values(chunk)
                    .execute(inner))?;
            }
            for chunk in written.chunks(CHUNK) {
                let ids = $table::table
                    .filter($table::$owner.eq_any(distinct(chunk.iter().map(|cell| cell.0.0))))
                    .filter($table::$place.eq_any(distinct(chunk.iter().map(|cell| cell.1.0))))
                    .select(($table::$owner, $table::$place, $table::id))
                    .load::<(i64, i64, i64)>(connection)?;
                let ids =
                    ids.into_iter().map(|(owner, place, id)| ((owner.into(), place.into()), id));
                cells.learn_ids(ids);
            }
            for chunk in cells.gone().chunks(CHUNK) {
                diesel::delete($table::table.filter($table::id.eq_any(chunk.to_vec())))
                    .execute(connection)?;
            }
            Ok(())
        }
    };
}

write_cells!(
    write_answers,
    answers,
    team_id,
    alternative_id,
    answer,
    AnswerCell,
    String,
    |text: &&String| { (*text).clone() }
);
write_cells!(
    write_scores,
    scores,
    team_id,
    question_id,
    score_hundredths,
    ScoreCell,
    Points,
    |points: &&Points| { points.hundredths() }
);

/// The answers in these places.
pub(super) fn read_answers(
    connection: &mut AnyConnection,
    wanted: &HashSet<AnswerCell>,
) -> Result<Cells<AnswerCell, String>> {
    let mut cells = Cells::default();
    let teams = distinct(wanted.iter().map(|cell| cell.0.0));
    let places = distinct(wanted.iter().map(|cell| cell.1.0));
    for teams in teams.chunks(CHUNK) {
        for places in places.chunks(CHUNK) {
            let rows = answers::table
                .filter(answers::team_id.eq_any(teams.to_vec()))
                .filter(answers::alternative_id.eq_any(places.to_vec()))
                .select((answers::id, answers::team_id, answers::alternative_id, answers::answer))
                .load::<(i64, i64, i64, String)>(connection)?;
            for (id, team_id, alternative_id, value) in rows {
                let cell = (team_id.into(), alternative_id.into());
                if wanted.contains(&cell) {
                    cells
                        .0
                        .insert(cell, Filled { id: Some(id), value, gone: false, changed: None });
                }
            }
        }
    }
    Ok(cells)
}

/// All scores of these teams: their sums are told.
pub(super) fn read_scores(
    connection: &mut AnyConnection,
    teams: &HashSet<TeamId>,
) -> Result<Cells<ScoreCell, Points>> {
    let mut cells = Cells::default();
    for teams in distinct(teams.iter().map(|team| team.0)).chunks(CHUNK) {
        let rows = scores::table
            .filter(scores::team_id.eq_any(teams.to_vec()))
            .select((scores::id, scores::team_id, scores::question_id, scores::score_hundredths))
            .load::<(i64, i64, i64, i64)>(connection)?;
        for (id, team_id, question_id, hundredths) in rows {
            let value = Points::from_hundredths(hundredths);
            let cell = (team_id.into(), question_id.into());
            cells.0.insert(cell, Filled { id: Some(id), value, gone: false, changed: None });
        }
    }
    Ok(cells)
}

fn distinct(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
