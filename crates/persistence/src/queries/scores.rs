//! The points that teams were given: one number for each team and question. They are written by
//! [`super::recording`].

use diesel::prelude::*;
use estrad_domain::answer::Score;
use estrad_domain::points::Points;
use estrad_domain::{QuestionId, TeamId};

use crate::schema::scores;
use crate::{AnyConnection, Result};

pub(super) type ScoreRow = (i64, i64, i64, i64);

pub(super) const COLUMNS: (
    scores::id,
    scores::team_id,
    scores::question_id,
    scores::score_hundredths,
) = (scores::id, scores::team_id, scores::question_id, scores::score_hundredths);

pub(super) fn score((id, team_id, question_id, hundredths): ScoreRow) -> Score {
    Score {
        id: id.into(),
        team_id: team_id.into(),
        question_id: question_id.into(),
        score: Points::from_hundredths(hundredths),
    }
}

/// The scores of a team, by id.
pub fn all(connection: &mut AnyConnection, team_id: TeamId) -> Result<Vec<Score>> {
    let rows = scores::table
        .filter(scores::team_id.eq(team_id.0))
        .order(scores::id)
        .select(COLUMNS)
        .load::<ScoreRow>(connection)?;
    Ok(rows.into_iter().map(score).collect())
}

/// The score of a team for a question.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn get(
    connection: &mut AnyConnection,
    team_id: TeamId,
    question_id: QuestionId,
) -> Result<Score> {
    let row = scores::table
        .filter(scores::team_id.eq(team_id.0))
        .filter(scores::question_id.eq(question_id.0))
        .select(COLUMNS)
        .first::<ScoreRow>(connection)?;
    Ok(score(row))
}
