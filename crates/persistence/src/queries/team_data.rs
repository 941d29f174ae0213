//! All that is kept of a team, a page at a time.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use estrad_domain::clock::Timestamp;
use estrad_domain::points::Points;
use estrad_domain::{AlternativeId, QuestionId, TeamId};
use serde::Serialize;

use super::presentations::time;
use crate::schema::{alternatives, answers, scores};
use crate::{AnyConnection, Result};

/// An answer that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GivenAnswer {
    /// Of the answer.
    pub id: i64,
    /// The question.
    pub question_id: QuestionId,
    /// Where in the question.
    pub question_alternative_id: AlternativeId,
    /// What was answered.
    pub answer: String,
    /// When it was answered so.
    pub at: Timestamp,
}

/// Points that stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GivenScore {
    /// Of the score.
    pub id: i64,
    /// For which question.
    pub question_id: QuestionId,
    /// How many.
    pub score: Points,
    /// When they were given.
    pub at: Timestamp,
}

/// The answers of a team after one of them, at most `limit`.
///
/// # Errors
/// Of the database.
pub fn answers_after(
    connection: &mut AnyConnection,
    team_id: TeamId,
    after: i64,
    limit: i64,
) -> Result<Vec<GivenAnswer>> {
    let rows = answers::table
        .inner_join(alternatives::table.on(alternatives::id.eq(answers::alternative_id)))
        .filter(answers::team_id.eq(team_id.0))
        .filter(answers::id.gt(after))
        .order(answers::id)
        .limit(limit)
        .select((
            answers::id,
            alternatives::question_id,
            answers::alternative_id,
            answers::answer,
            answers::updated_at,
        ))
        .load::<(i64, i64, i64, String, NaiveDateTime)>(connection)?;
    let given = |(id, question_id, alternative_id, answer, at): (i64, i64, i64, String, _)| {
        let question_id = QuestionId(question_id);
        let question_alternative_id = AlternativeId(alternative_id);
        GivenAnswer { id, question_id, question_alternative_id, answer, at: time(at) }
    };
    Ok(rows.into_iter().map(given).collect())
}

/// The scores of a team after one of them, at most `limit`.
///
/// # Errors
/// Of the database.
pub fn scores_after(
    connection: &mut AnyConnection,
    team_id: TeamId,
    after: i64,
    limit: i64,
) -> Result<Vec<GivenScore>> {
    let rows = scores::table
        .filter(scores::team_id.eq(team_id.0))
        .filter(scores::id.gt(after))
        .order(scores::id)
        .limit(limit)
        .select((scores::id, scores::question_id, scores::score_hundredths, scores::updated_at))
        .load::<(i64, i64, i64, NaiveDateTime)>(connection)?;
    let given = |(id, question_id, hundredths, at): (i64, i64, i64, _)| GivenScore {
        id,
        question_id: question_id.into(),
        score: Points::from_hundredths(hundredths),
        at: time(at),
    };
    Ok(rows.into_iter().map(given).collect())
}
