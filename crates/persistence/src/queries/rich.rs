//! The rich competition: all of it, in a number of queries that does not depend on its size.

use std::collections::HashMap;

use diesel::prelude::*;
use estrad_domain::CompetitionId;
use estrad_domain::answer::{Answer, Score};
use estrad_domain::component::{Component, ComponentContent};
use estrad_domain::points::Points;
use estrad_domain::question::{Alternative, Question};
use estrad_domain::rich::{RichCompetition, RichQuestion, RichSlide, RichTeam};
use estrad_domain::slide::Slide;
use estrad_domain::team::Team;
use estrad_domain::types::{ComponentType, QuestionType, View};

use super::competitions;
use super::media::{self, MediaRow};
use crate::schema::{alternatives, answers, components, questions, scores, slides, teams};
use crate::{AnyConnection, Error, Result};

/// Rows by the id of what they belong to.
type Grouped<T> = HashMap<i64, Vec<T>>;

fn group<T>(rows: impl IntoIterator<Item = Result<(i64, T)>>) -> Result<Grouped<T>> {
    let mut groups = Grouped::new();
    for row in rows {
        let (parent, item) = row?;
        groups.entry(parent).or_default().push(item);
    }
    Ok(groups)
}

fn known<T, E: std::fmt::Display>(value: Result<T, E>) -> Result<T> {
    value.map_err(|e| Error::UnknownValue(e.to_string()))
}

/// Reads a competition with all of its parts. Run it on a snapshot, so that they fit together.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(connection: &mut AnyConnection, id: CompetitionId) -> Result<RichCompetition> {
    let competition = competitions::get(connection, id)?;
    let mut alternatives = alternatives_by_question(connection, id)?;
    let mut questions = questions_by_slide(connection, id, &mut alternatives)?;
    let mut components = components_by_slide(connection, id)?;
    let slides = slides_in_order(connection, id)?
        .into_iter()
        .map(|slide| RichSlide {
            questions: questions.remove(&slide.id.0).unwrap_or_default(),
            components: components.remove(&slide.id.0).unwrap_or_default(),
            slide,
        })
        .collect();
    Ok(RichCompetition { competition, slides, teams: teams_with_results(connection, id)? })
}

type SlideRow = (i64, i64, i32, String, Option<i32>);

fn slides_in_order(connection: &mut AnyConnection, id: CompetitionId) -> Result<Vec<Slide>> {
    let rows = slides::table
        .left_join(crate::schema::media::table)
        .filter(slides::competition_id.eq(id.0))
        .order(slides::position)
        .select((
            (
                slides::id,
                slides::competition_id,
                slides::position,
                slides::title,
                slides::timer_seconds,
            ),
            media::COLUMNS.nullable(),
        ))
        .load::<(SlideRow, Option<MediaRow>)>(connection)?;
    rows.into_iter()
        .map(|((id, competition_id, order, title, timer), background)| {
            Ok(Slide {
                id: id.into(),
                competition_id: competition_id.into(),
                order,
                title,
                timer,
                background_image: background.map(media::media_of).transpose()?,
            })
        })
        .collect()
}

type QuestionRow = (i64, i64, Option<i64>, String, i32, i64, Option<String>, Option<f64>);

fn questions_by_slide(
    connection: &mut AnyConnection,
    id: CompetitionId,
    alternatives: &mut Grouped<Alternative>,
) -> Result<Grouped<RichQuestion>> {
    let rows = questions::table
        .inner_join(slides::table)
        .filter(slides::competition_id.eq(id.0))
        .order(questions::id)
        .select(questions::all_columns)
        .load::<QuestionRow>(connection)?;
    group(rows.into_iter().map(
        |(id, slide_id, parent_id, name, total_score, kind, instructions, tolerance)| {
            let question = Question {
                id: id.into(),
                slide_id: slide_id.into(),
                name,
                total_score,
                question_type: known(QuestionType::try_from(kind))?,
                correcting_instructions: instructions,
                parent_id: parent_id.map(Into::into),
                tolerance,
            };
            let alternatives = alternatives.remove(&id).unwrap_or_default();
            Ok((slide_id, RichQuestion { question, alternatives }))
        },
    ))
}

type AlternativeRow = (i64, i64, String, i32, String, i32);

fn alternatives_by_question(
    connection: &mut AnyConnection,
    id: CompetitionId,
) -> Result<Grouped<Alternative>> {
    let rows = alternatives::table
        .inner_join(questions::table.inner_join(slides::table))
        .filter(slides::competition_id.eq(id.0))
        .order(alternatives::id)
        .select(alternatives::all_columns)
        .load::<AlternativeRow>(connection)?;
    group(rows.into_iter().map(
        |(id, question_id, alternative, alternative_order, correct, correct_order)| {
            let alternative = Alternative {
                id: id.into(),
                question_id: question_id.into(),
                alternative,
                alternative_order,
                correct,
                correct_order,
            };
            Ok((question_id, alternative))
        },
    ))
}

#[derive(Queryable)]
struct ComponentRow {
    id: i64,
    slide_id: i64,
    view: i64,
    kind: i64,
    x: i32,
    y: i32,
    w: i32,
    h: i32,
    text: Option<String>,
    _media_id: Option<i64>,
    question_id: Option<i64>,
}

fn components_by_slide(
    connection: &mut AnyConnection,
    id: CompetitionId,
) -> Result<Grouped<Component>> {
    let rows = components::table
        .inner_join(slides::table)
        .left_join(crate::schema::media::table)
        .filter(slides::competition_id.eq(id.0))
        .order(components::id)
        .select((components::all_columns, media::COLUMNS.nullable()))
        .load::<(ComponentRow, Option<MediaRow>)>(connection)?;
    group(rows.into_iter().map(|row| {
        let component = component(row)?;
        Ok((component.slide_id.0, component))
    }))
}

fn component((row, image): (ComponentRow, Option<MediaRow>)) -> Result<Component> {
    // The table's check sees to it that the content of the type is there.
    let missing = || Error::UnknownValue(format!("component {} without content", row.id));
    let content = match known(ComponentType::try_from(row.kind))? {
        ComponentType::Text => ComponentContent::Text(row.text.ok_or_else(missing)?),
        ComponentType::Image => {
            ComponentContent::Image(media::media_of(image.ok_or_else(missing)?)?)
        }
        ComponentType::Question => {
            ComponentContent::Question(row.question_id.ok_or_else(missing)?.into())
        }
    };
    Ok(Component {
        id: row.id.into(),
        slide_id: row.slide_id.into(),
        view: known(View::try_from(row.view))?,
        x: row.x,
        y: row.y,
        w: row.w,
        h: row.h,
        content,
    })
}

fn teams_with_results(connection: &mut AnyConnection, id: CompetitionId) -> Result<Vec<RichTeam>> {
    let mut answers = group(
        answers::table
            .inner_join(teams::table)
            .filter(teams::competition_id.eq(id.0))
            .order(answers::id)
            .select((answers::id, answers::team_id, answers::alternative_id, answers::answer))
            .load::<(i64, i64, i64, String)>(connection)?
            .into_iter()
            .map(|(id, team_id, alternative_id, answer)| {
                let answer = Answer {
                    id: id.into(),
                    team_id: team_id.into(),
                    question_alternative_id: alternative_id.into(),
                    answer,
                };
                Ok((team_id, answer))
            }),
    )?;
    let mut scores = group(
        scores::table
            .inner_join(teams::table)
            .filter(teams::competition_id.eq(id.0))
            .order(scores::id)
            .select((scores::id, scores::team_id, scores::question_id, scores::score_hundredths))
            .load::<(i64, i64, i64, i64)>(connection)?
            .into_iter()
            .map(|(id, team_id, question_id, hundredths)| {
                let score = Score {
                    id: id.into(),
                    team_id: team_id.into(),
                    question_id: question_id.into(),
                    score: Points::from_hundredths(hundredths),
                };
                Ok((team_id, score))
            }),
    )?;
    let rows =
        teams::table
            .filter(teams::competition_id.eq(id.0))
            .order(teams::id)
            .load::<(i64, i64, String)>(connection)?;
    Ok(rows
        .into_iter()
        .map(|(id, competition_id, name)| RichTeam {
            team: Team { id: id.into(), competition_id: competition_id.into(), name },
            question_alternative_answers: answers.remove(&id).unwrap_or_default(),
            question_scores: scores.remove(&id).unwrap_or_default(),
        })
        .collect())
}
