//! The points that teams were given: one number for each team and question.

use diesel::prelude::*;
use estrad_domain::answer::{Reason, Score};
use estrad_domain::clock::Timestamp;
use estrad_domain::points::Points;
use estrad_domain::{CompetitionId, QuestionId, TeamId};

use super::results::{self, Refusal};
use crate::schema::{questions, scores, slides};
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

/// A score that somebody gives.
#[derive(Debug, Clone)]
pub struct GivenScore {
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: CompetitionId,
    #[expect(missing_docs, reason = "says itself")]
    pub team_id: TeamId,
    #[expect(missing_docs, reason = "says itself")]
    pub question_id: QuestionId,
    /// May be more than the question is worth.
    pub score: Points,
    /// Why, where they say so.
    pub reason: Option<Reason>,
    #[expect(missing_docs, reason = "says itself")]
    pub at: Timestamp,
}

/// Gives a team points for a question, in place of those that it had. All rules about scores are
/// applied here, whichever way they come in; only who may at all is the policy's to say.
///
/// # Errors
/// [`Refusal::NoCompetition`], [`Refusal::NoTeam`], [`Refusal::NoQuestion`] or
/// [`Refusal::Storage`].
pub fn give(connection: &mut AnyConnection, given: &GivenScore) -> Result<Score, Refusal> {
    results::begin(connection, given.competition_id, given.team_id)?;
    let question = require_question(connection, given.competition_id, given.question_id);
    results::or_missing(question, Refusal::NoQuestion)?;
    Ok(put(connection, given)?)
}

fn require_question(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    question_id: QuestionId,
) -> Result<()> {
    questions::table
        .inner_join(slides::table)
        .filter(questions::id.eq(question_id.0))
        .filter(slides::competition_id.eq(competition_id.0))
        .select(questions::id)
        .first::<i64>(connection)?;
    Ok(())
}

/// Two statements under the lock on the results, as for answers.
fn put(connection: &mut AnyConnection, given: &GivenScore) -> Result<Score> {
    let points = scores::score_hundredths.eq(given.score.hundredths());
    let at = scores::updated_at.eq(given.at.naive_utc());
    let same = scores::table
        .filter(scores::team_id.eq(given.team_id.0))
        .filter(scores::question_id.eq(given.question_id.0));
    let changed = diesel::update(same)
        .set((points, at))
        .returning(COLUMNS)
        .get_result::<ScoreRow>(connection)
        .optional()?;
    if let Some(row) = changed {
        return Ok(score(row));
    }
    let team_id = scores::team_id.eq(given.team_id.0);
    let question_id = scores::question_id.eq(given.question_id.0);
    let row = diesel::insert_into(scores::table)
        .values((team_id, question_id, points, at))
        .returning(COLUMNS)
        .get_result::<ScoreRow>(connection)?;
    Ok(score(row))
}
