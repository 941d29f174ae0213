//! Questions on slides.

use diesel::prelude::*;
use estrad_domain::question::{MAX_QUESTIONS, Question};
use estrad_domain::types::QuestionType;
use estrad_domain::{CompetitionId, QuestionId, SlideId};

use super::{known, slides};
use crate::schema::questions;
use crate::{AnyConnection, Error, Result};

/// A question to be.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "as in Question")]
pub struct NewQuestion {
    pub name: String,
    pub total_score: i32,
    pub question_type: QuestionType,
    pub correcting_instructions: Option<String>,
    pub tolerance: Option<f64>,
    pub parent_id: Option<QuestionId>,
}

/// What changes of a question; what is `None` stays.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "as in Question")]
pub struct QuestionChange {
    pub name: Option<String>,
    pub total_score: Option<i32>,
    pub question_type: Option<QuestionType>,
    /// `Some(None)` takes them away.
    pub correcting_instructions: Option<Option<String>>,
    /// `Some(None)` takes it away.
    pub tolerance: Option<Option<f64>>,
}

/// Where a question is: each id has to belong to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "says itself")]
pub struct QuestionPath {
    pub competition_id: CompetitionId,
    pub slide_id: SlideId,
    pub question_id: QuestionId,
}

impl From<(CompetitionId, SlideId, QuestionId)> for QuestionPath {
    fn from((competition_id, slide_id, question_id): (CompetitionId, SlideId, QuestionId)) -> Self {
        Self { competition_id, slide_id, question_id }
    }
}

pub(super) type QuestionRow =
    (i64, i64, Option<i64>, String, i32, i64, Option<String>, Option<f64>, bool);

pub(super) fn question(
    (
        id,
        slide_id,
        parent_id,
        name,
        total_score,
        kind,
        correcting_instructions,
        tolerance,
        manual_grading,
    ): QuestionRow,
) -> Result<Question> {
    Ok(Question {
        id: id.into(),
        slide_id: slide_id.into(),
        name,
        total_score,
        question_type: known(QuestionType::try_from(kind))?,
        correcting_instructions,
        parent_id: parent_id.map(Into::into),
        tolerance,
        manual_grading,
    })
}

/// The questions of a slide, by id.
///
/// # Errors
/// [`Error::NotFound`] when there is no such slide in the competition.
pub fn all(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    slide_id: SlideId,
) -> Result<Vec<Question>> {
    slides::require(connection, competition_id, slide_id)?;
    let rows = questions::table
        .filter(questions::slide_id.eq(slide_id.0))
        .order(questions::id)
        .load::<QuestionRow>(connection)?;
    rows.into_iter().map(question).collect()
}

/// The question at the path.
///
/// # Errors
/// [`Error::NotFound`], also when an id belongs to something else.
pub fn get(connection: &mut AnyConnection, path: QuestionPath) -> Result<Question> {
    let row = questions::table
        .inner_join(crate::schema::slides::table)
        .filter(questions::id.eq(path.question_id.0))
        .filter(questions::slide_id.eq(path.slide_id.0))
        .filter(crate::schema::slides::competition_id.eq(path.competition_id.0))
        .select(questions::all_columns)
        .first::<QuestionRow>(connection)?;
    question(row)
}

/// The types of a question's sub-questions.
pub fn child_types(connection: &mut AnyConnection, id: QuestionId) -> Result<Vec<QuestionType>> {
    let types = questions::table
        .filter(questions::parent_id.eq(id.0))
        .select(questions::type_id)
        .load::<i64>(connection)?;
    types.into_iter().map(|id| known(QuestionType::try_from(id))).collect()
}

/// Adds a question to a slide, without alternatives.
///
/// # Errors
/// [`Error::NotFound`] for the slide; [`Error::TooMany`].
pub fn insert(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    slide_id: SlideId,
    new: &NewQuestion,
) -> Result<Question> {
    slides::require(connection, competition_id, slide_id)?;
    let all = questions::table.filter(questions::slide_id.eq(slide_id.0));
    if all.count().get_result::<i64>(connection)? >= MAX_QUESTIONS {
        return Err(Error::TooMany { what: "questions", limit: MAX_QUESTIONS });
    }
    let row = diesel::insert_into(questions::table)
        .values((
            questions::slide_id.eq(slide_id.0),
            questions::parent_id.eq(new.parent_id.map(|id| id.0)),
            questions::name.eq(&new.name),
            questions::total_score.eq(new.total_score),
            questions::type_id.eq(new.question_type.id()),
            questions::correcting_instructions.eq(new.correcting_instructions.as_deref()),
            questions::tolerance.eq(new.tolerance),
        ))
        .returning(questions::all_columns)
        .get_result::<QuestionRow>(connection)?;
    question(row)
}

/// Changes a question.
///
/// # Errors
/// [`Error::NotFound`].
pub fn update(
    connection: &mut AnyConnection,
    path: QuestionPath,
    change: &QuestionChange,
) -> Result<Question> {
    #[derive(AsChangeset)]
    #[diesel(table_name = questions)]
    struct Row {
        name: String,
        total_score: i32,
        type_id: i64,
        correcting_instructions: Option<Option<String>>,
        tolerance: Option<Option<f64>>,
    }

    let before = get(connection, path)?;
    let row = Row {
        name: change.name.clone().unwrap_or(before.name),
        total_score: change.total_score.unwrap_or(before.total_score),
        type_id: change.question_type.unwrap_or(before.question_type).id(),
        correcting_instructions: change.correcting_instructions.clone(),
        tolerance: change.tolerance,
    };
    diesel::update(questions::table.find(path.question_id.0)).set(row).execute(connection)?;
    get(connection, path)
}

/// Deletes a question with its alternatives, its sub-questions, the components that show it, and
/// what was answered and scored.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(connection: &mut AnyConnection, path: QuestionPath) -> Result<()> {
    get(connection, path)?;
    diesel::delete(questions::table.find(path.question_id.0)).execute(connection)?;
    Ok(())
}
