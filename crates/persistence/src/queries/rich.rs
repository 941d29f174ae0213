//! The rich competition: all of it, in a number of queries that does not depend on its size.

use std::collections::HashMap;

use diesel::prelude::*;
use estrad_domain::component::Component;
use estrad_domain::question::Alternative;
use estrad_domain::rich::{RichCompetition, RichQuestion, RichSlide, RichTeam};
use estrad_domain::{CompetitionId, SlideId};

use super::{alternatives as alternative_rows, answers as answer_rows, competitions};
use super::{components as component_rows, media, questions as question_rows};
use super::{scores as score_rows, slides as slide_rows, teams as team_rows};
use crate::schema::{alternatives, answers, components, questions, scores, slides, teams};
use crate::{AnyConnection, Result};

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

/// Which slides: all of a competition, or one of them.
#[derive(Clone, Copy)]
struct Scope {
    competition_id: CompetitionId,
    slide_id: Option<SlideId>,
}

/// Keeps a query that has slides in it to the scope.
macro_rules! within {
    ($query:expr, $scope:expr) => {{
        let mut query =
            $query.filter(slides::competition_id.eq($scope.competition_id.0)).into_boxed();
        if let Some(slide_id) = $scope.slide_id {
            query = query.filter(slides::id.eq(slide_id.0));
        }
        query
    }};
}

/// Reads a competition with all of its parts. Run it on a snapshot, so that they fit together.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn get(connection: &mut AnyConnection, id: CompetitionId) -> Result<RichCompetition> {
    let competition = competitions::get(connection, id)?;
    let scope = Scope { competition_id: id, slide_id: None };
    let slides = slide_rows::all(connection, id)?;
    let mut parts = parts(connection, scope)?;
    Ok(RichCompetition {
        competition,
        slides: slides.into_iter().map(|slide| parts.put_on(slide)).collect(),
        teams: teams_with_results(connection, id)?,
    })
}

/// Reads one slide with everything on it.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn slide(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: SlideId,
) -> Result<RichSlide> {
    let slide = slide_rows::get(connection, competition_id, id)?;
    let scope = Scope { competition_id, slide_id: Some(id) };
    Ok(parts(connection, scope)?.put_on(slide))
}

/// What is on slides, by slide.
struct Parts {
    questions: Grouped<RichQuestion>,
    components: Grouped<Component>,
}

impl Parts {
    fn put_on(&mut self, slide: estrad_domain::slide::Slide) -> RichSlide {
        RichSlide {
            questions: self.questions.remove(&slide.id.0).unwrap_or_default(),
            components: self.components.remove(&slide.id.0).unwrap_or_default(),
            slide,
        }
    }
}

fn parts(connection: &mut AnyConnection, scope: Scope) -> Result<Parts> {
    let mut alternatives = alternatives_by_question(connection, scope)?;
    let rows =
        within!(questions::table.inner_join(slides::table).select(questions::all_columns), scope)
            .order(questions::id)
            .load::<question_rows::QuestionRow>(connection)?;
    let questions = group(rows.into_iter().map(|row| {
        let question = question_rows::question(row)?;
        let alternatives = alternatives.remove(&question.id.0).unwrap_or_default();
        Ok((question.slide_id.0, RichQuestion { question, alternatives }))
    }))?;
    let rows = within!(
        components::table
            .inner_join(slides::table)
            .left_join(crate::schema::media::table)
            .select((components::all_columns, media::COLUMNS.nullable())),
        scope
    )
    .order(components::id)
    .load::<(component_rows::ComponentRow, Option<media::MediaRow>)>(connection)?;
    let components = group(rows.into_iter().map(|row| {
        let component = component_rows::component(row)?;
        Ok((component.slide_id.0, component))
    }))?;
    Ok(Parts { questions, components })
}

fn alternatives_by_question(
    connection: &mut AnyConnection,
    scope: Scope,
) -> Result<Grouped<Alternative>> {
    let rows = within!(
        alternatives::table
            .inner_join(questions::table.inner_join(slides::table))
            .select(alternatives::all_columns),
        scope
    )
    .order(alternatives::id)
    .load::<alternative_rows::AlternativeRow>(connection)?;
    group(rows.into_iter().map(|row| {
        let alternative = alternative_rows::alternative(row);
        Ok((alternative.question_id.0, alternative))
    }))
}

fn teams_with_results(connection: &mut AnyConnection, id: CompetitionId) -> Result<Vec<RichTeam>> {
    let mut answers = group(
        answers::table
            .inner_join(teams::table)
            .filter(teams::competition_id.eq(id.0))
            .order(answers::id)
            .select(answer_rows::COLUMNS)
            .load::<answer_rows::AnswerRow>(connection)?
            .into_iter()
            .map(answer_rows::answer)
            .map(|answer| Ok((answer.team_id.0, answer))),
    )?;
    let mut scores = group(
        scores::table
            .inner_join(teams::table)
            .filter(teams::competition_id.eq(id.0))
            .order(scores::id)
            .select(score_rows::COLUMNS)
            .load::<score_rows::ScoreRow>(connection)?
            .into_iter()
            .map(score_rows::score)
            .map(|score| Ok((score.team_id.0, score))),
    )?;
    Ok(team_rows::all(connection, id)?
        .into_iter()
        .map(|team| RichTeam {
            question_alternative_answers: answers.remove(&team.id.0).unwrap_or_default(),
            question_scores: scores.remove(&team.id.0).unwrap_or_default(),
            team,
        })
        .collect())
}
