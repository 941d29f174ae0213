//! What teams answered: one text for each team and alternative.

use diesel::prelude::*;
use estrad_domain::answer::{Answer, AnswerText, AnsweredBy, Moment};
use estrad_domain::clock::Timestamp;
use estrad_domain::question::check_answer;
use estrad_domain::types::QuestionType;
use estrad_domain::{AlternativeId, CompetitionId, QuestionId, TeamId};

use super::results::{self, Refusal};
use super::{alternatives as alternative_rows, known, presentations};
use crate::schema::{alternatives, answers, questions, slides};
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

/// An answer that somebody gives.
#[derive(Debug, Clone)]
pub struct GivenAnswer {
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: CompetitionId,
    /// Whose answer it is, whoever gives it.
    pub team_id: TeamId,
    #[expect(missing_docs, reason = "says itself")]
    pub alternative_id: AlternativeId,
    /// Empty to take back what was answered.
    pub answer: AnswerText,
    #[expect(missing_docs, reason = "says itself")]
    pub by: AnsweredBy,
    #[expect(missing_docs, reason = "says itself")]
    pub at: Timestamp,
}

/// Takes an answer, in place of the one there was. All rules about answers are applied here,
/// whichever way they come in; only who may at all is the policy's to say.
///
/// An answer that was taken back stays as an empty one, and keeps its id: front-ends read it so.
///
/// # Errors
/// Any [`Refusal`] but [`Refusal::NoQuestion`].
pub fn give(connection: &mut AnyConnection, given: &GivenAnswer) -> Result<Answer, Refusal> {
    results::begin(connection, given.competition_id, given.team_id)?;
    let question = question_of(connection, given.competition_id, given.alternative_id);
    let (question_id, question_type) = results::or_missing(question, Refusal::NoAlternative)?;
    let active = presentations::active(connection, given.competition_id)?;
    given.by.check_moment(Moment { presentation_active: active.is_some() })?;
    let rows = alternative_rows::all(connection, question_id)?;
    let row = rows.iter().find(|row| row.id == given.alternative_id);
    check_answer(question_type, row.ok_or(Refusal::NoAlternative)?, &rows, &given.answer)?;
    Ok(put(connection, given)?)
}

/// The question of an alternative, with its type.
fn question_of(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    alternative_id: AlternativeId,
) -> Result<(QuestionId, QuestionType)> {
    let (question_id, type_id) = alternatives::table
        .inner_join(questions::table.inner_join(slides::table))
        .filter(alternatives::id.eq(alternative_id.0))
        .filter(slides::competition_id.eq(competition_id.0))
        .select((questions::id, questions::type_id))
        .first::<(i64, i64)>(connection)?;
    Ok((question_id.into(), known(QuestionType::try_from(type_id))?))
}

/// Two statements rather than an upsert, which would use up an id at each change: the results are
/// locked, so nobody comes in between.
fn put(connection: &mut AnyConnection, given: &GivenAnswer) -> Result<Answer> {
    let text = answers::answer.eq(given.answer.as_str());
    let at = answers::updated_at.eq(given.at.naive_utc());
    let same = answers::table
        .filter(answers::team_id.eq(given.team_id.0))
        .filter(answers::alternative_id.eq(given.alternative_id.0));
    let changed = diesel::update(same)
        .set((text, at))
        .returning(COLUMNS)
        .get_result::<AnswerRow>(connection)
        .optional()?;
    if let Some(row) = changed {
        return Ok(answer(row));
    }
    let team_id = answers::team_id.eq(given.team_id.0);
    let alternative_id = answers::alternative_id.eq(given.alternative_id.0);
    let row = diesel::insert_into(answers::table)
        .values((team_id, alternative_id, text, at))
        .returning(COLUMNS)
        .get_result::<AnswerRow>(connection)?;
    Ok(answer(row))
}
