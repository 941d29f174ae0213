//! What teams answered: one text for each team and alternative. They are written by [`super::recording`].

use diesel::prelude::*;
use estrad_domain::answer::Answer;
use estrad_domain::{AlternativeId, TeamId};

use crate::schema::answers;
use crate::{AnyConnection, Result};

pub(super) type AnswerRow = (i64, i64, i64, String);

pub(super) const COLUMNS: (
    answers::id,
    answers::team_id,
    answers::alternative_id,
    answers::answer,
) = (answers::id, answers::team_id, answers::alternative_id, answers::answer);

pub(super) fn answer((id, team_id, alternative_id, answer): AnswerRow) -> Answer {
    Answer {
        id: id.into(),
        team_id: team_id.into(),
        question_alternative_id: alternative_id.into(),
        answer,
    }
}

/// The answers of a team, by id.
pub fn all(connection: &mut AnyConnection, team_id: TeamId) -> Result<Vec<Answer>> {
    let rows = answers::table
        .filter(answers::team_id.eq(team_id.0))
        .order(answers::id)
        .select(COLUMNS)
        .load::<AnswerRow>(connection)?;
    Ok(rows.into_iter().map(answer).collect())
}

/// The answer of a team at an alternative.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn get(
    connection: &mut AnyConnection,
    team_id: TeamId,
    alternative_id: AlternativeId,
) -> Result<Answer> {
    let row = answers::table
        .filter(answers::team_id.eq(team_id.0))
        .filter(answers::alternative_id.eq(alternative_id.0))
        .select(COLUMNS)
        .first::<AnswerRow>(connection)?;
    Ok(answer(row))
}
