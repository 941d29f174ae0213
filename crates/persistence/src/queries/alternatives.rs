//! Alternatives of a question, in their two orders.

use diesel::prelude::*;
use estrad_domain::order::Move;
use estrad_domain::question::{Alternative, Question, contradicts_itself, displaced_correct};
use estrad_domain::{AlternativeId, QuestionId};

use super::order;
use crate::schema::{alternatives, questions};
use crate::{AnyConnection, Error, Result};

/// What changes of an alternative; what is `None` stays.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "as in Alternative")]
pub struct AlternativeChange {
    pub alternative: Option<String>,
    pub correct: Option<String>,
    /// Where it shall stand among the alternatives.
    pub alternative_order: Option<i64>,
    /// Where its right side shall stand.
    pub correct_order: Option<i64>,
}

pub(super) type AlternativeRow = (i64, i64, String, i32, String, i32);

pub(super) fn alternative(
    (id, question_id, alternative, alternative_order, correct, correct_order): AlternativeRow,
) -> Alternative {
    Alternative {
        id: id.into(),
        question_id: question_id.into(),
        alternative,
        alternative_order,
        correct,
        correct_order,
    }
}

/// The alternatives of a question, by id.
pub fn all(connection: &mut AnyConnection, question_id: QuestionId) -> Result<Vec<Alternative>> {
    let rows = alternatives::table
        .filter(alternatives::question_id.eq(question_id.0))
        .order(alternatives::id)
        .load::<AlternativeRow>(connection)?;
    Ok(rows.into_iter().map(alternative).collect())
}

/// An alternative of the question.
///
/// # Errors
/// [`Error::NotFound`], also for an alternative of another question.
pub fn get(
    connection: &mut AnyConnection,
    question_id: QuestionId,
    id: AlternativeId,
) -> Result<Alternative> {
    let row = alternatives::table
        .find(id.0)
        .filter(alternatives::question_id.eq(question_id.0))
        .first::<AlternativeRow>(connection)?;
    Ok(alternative(row))
}

/// How many alternatives a question has.
pub fn count(connection: &mut AnyConnection, question_id: QuestionId) -> Result<i64> {
    let all = alternatives::table.filter(alternatives::question_id.eq(question_id.0));
    Ok(all.count().get_result(connection)?)
}

/// Adds an alternative after the others, in both orders. How many there may be is the type's to
/// say. Where it can't be right together with others, these are right no more.
pub fn append(
    connection: &mut AnyConnection,
    question: &Question,
    text: &str,
    correct: &str,
) -> Result<Alternative> {
    let question_id = question.id;
    let place = count(connection, question_id)? as i32;
    let row = diesel::insert_into(alternatives::table)
        .values((
            alternatives::question_id.eq(question_id.0),
            alternatives::alternative.eq(text),
            alternatives::alternative_order.eq(place),
            alternatives::correct.eq(correct),
            alternatives::correct_order.eq(place),
        ))
        .returning(alternatives::all_columns)
        .get_result::<AlternativeRow>(connection)?;
    let new = alternative(row);
    settle_correct(connection, question, Some(&new))?;
    Ok(new)
}

/// Changes an alternative, and its places. Where it can't be right together with others, these are right
/// no more.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Order`].
pub fn update(
    connection: &mut AnyConnection,
    question: &Question,
    id: AlternativeId,
    change: &AlternativeChange,
) -> Result<Alternative> {
    let question_id = question.id;
    let before = get(connection, question_id, id)?;
    let count = count(connection, question_id)?;
    if let Some(to) = change.alternative_order {
        let to = Move::new(before.alternative_order, to, count)
            .map_err(|error| Error::Order("alternative_order", error))?;
        order::alternatives::relocate(connection, question_id.0, id.0, to)?;
    }
    if let Some(to) = change.correct_order {
        let to = Move::new(before.correct_order, to, count)
            .map_err(|error| Error::Order("correct_order", error))?;
        order::correct_sides::relocate(connection, question_id.0, id.0, to)?;
    }
    diesel::update(alternatives::table.find(id.0))
        .set((
            alternatives::alternative
                .eq(change.alternative.as_ref().unwrap_or(&before.alternative)),
            alternatives::correct.eq(change.correct.as_ref().unwrap_or(&before.correct)),
        ))
        .execute(connection)?;
    let changed = get(connection, question_id, id)?;
    settle_correct(connection, question, change.correct.is_some().then_some(&changed))?;
    Ok(changed)
}

/// Keeps what is right in the shape of the question's type, after something of it changed: what can't be
/// right together with `latest` gives way, and a question that does not contradict itself any more is
/// [graded without a judge](Question::manual_grading).
pub fn settle_correct(
    connection: &mut AnyConnection,
    question: &Question,
    latest: Option<&Alternative>,
) -> Result<()> {
    let mut rows = all(connection, question.id)?;
    if let Some(latest) = latest {
        let (id, correct) = (latest.id, latest.correct.as_str());
        for (id, text) in displaced_correct(question.question_type, id, &rows, correct) {
            diesel::update(alternatives::table.find(id.0))
                .set(alternatives::correct.eq(text))
                .execute(connection)?;
            rows.iter_mut()
                .filter(|row| row.id == id)
                .for_each(|row| row.correct = text.to_owned());
        }
    }
    let correct = rows.iter().map(|row| row.correct.as_str());
    if question.manual_grading && !contradicts_itself(question.question_type, correct) {
        diesel::update(questions::table.find(question.id.0))
            .set(questions::manual_grading.eq(false))
            .execute(connection)?;
    }
    Ok(())
}

/// Keeps what is right in the shape of a type that the question has only now: of several alternatives that
/// can't be right together, the first on the screen stays so.
pub fn settle_type(connection: &mut AnyConnection, question: &Question) -> Result<()> {
    let mut rows = all(connection, question.id)?;
    rows.sort_by_key(|row| row.alternative_order);
    let first = rows.iter().find(|row| {
        !displaced_correct(question.question_type, row.id, &rows, &row.correct).is_empty()
    });
    settle_correct(connection, question, first)
}

/// Deletes an alternative and what was answered at it; both orders close up.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(
    connection: &mut AnyConnection,
    question: &Question,
    id: AlternativeId,
) -> Result<()> {
    let question_id = question.id;
    let gone = get(connection, question_id, id)?;
    diesel::delete(alternatives::table.find(id.0)).execute(connection)?;
    order::alternatives::close_gap(connection, question_id.0, gone.alternative_order)?;
    order::correct_sides::close_gap(connection, question_id.0, gone.correct_order)?;
    settle_correct(connection, question, None)
}
