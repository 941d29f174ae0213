//! What a competition asks and whom, as far as results are judged by it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use diesel::prelude::*;
use estrad_domain::question::{Alternative, displaced};
use estrad_domain::types::QuestionType;
use estrad_domain::{AlternativeId, CompetitionId, QuestionId, SlideId, TeamId};

use crate::queries::{alternatives as alternative_rows, known};
use crate::schema::{alternatives, questions, slides, teams};
use crate::{AnyConnection, Result};

/// The most competitions that are remembered; with one more, all are forgotten and read again.
const MOST_REMEMBERED: usize = 64;

/// The teams, questions and alternatives of a competition at one of its versions.
#[derive(Debug, Default)]
pub(super) struct Questions {
    pub(super) teams: HashSet<TeamId>,
    of: HashMap<QuestionId, Asked>,
    alternatives: HashMap<AlternativeId, QuestionId>,
}

/// A question.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) id: QuestionId,
    pub(super) question_type: QuestionType,
    pub(super) slide_id: SlideId,
    pub(super) total_score: i32,
    pub(super) rows: Vec<Alternative>,
}

impl Questions {
    /// The question of that id.
    pub(super) fn get(&self, id: QuestionId) -> Option<&Asked> {
        self.of.get(&id)
    }

    /// The question of an alternative, and the alternative.
    pub(super) fn at(&self, id: AlternativeId) -> Option<(&Asked, &Alternative)> {
        let asked = self.of.get(self.alternatives.get(&id)?)?;
        Some((asked, asked.rows.iter().find(|row| row.id == id)?))
    }

    /// The alternatives whose answers have to be known when this is answered at one of them: that one, and
    /// those which may have to give way.
    pub(super) fn settled_with(&self, id: AlternativeId, answer: &str) -> Vec<AlternativeId> {
        let mut all = vec![id];
        if let Some((asked, _)) = self.at(id) {
            // Whatever stands there: it would give way if it were the same answer.
            let displaced =
                displaced(asked.question_type, id, &asked.rows, answer, |_| Some(answer));
            all.extend(displaced.into_iter().map(|(other, _)| other));
        }
        all
    }

    fn read(connection: &mut AnyConnection, id: CompetitionId) -> Result<Self> {
        let mut found = Self::default();
        let teams = teams::table.filter(teams::competition_id.eq(id.0)).select(teams::id);
        found.teams.extend(teams.load::<i64>(connection)?.into_iter().map(TeamId));
        let rows = questions::table
            .inner_join(slides::table)
            .filter(slides::competition_id.eq(id.0))
            .select((
                questions::id,
                questions::type_id,
                questions::slide_id,
                questions::total_score,
            ))
            .load::<(i64, i64, i64, i32)>(connection)?;
        for (question_id, type_id, slide_id, total_score) in rows {
            let id = QuestionId(question_id);
            let question_type = known(QuestionType::try_from(type_id))?;
            let (slide_id, rows) = (slide_id.into(), Vec::new());
            let asked = Asked { id, question_type, slide_id, total_score, rows };
            found.of.insert(id, asked);
        }
        let rows = alternatives::table
            .inner_join(questions::table.inner_join(slides::table))
            .filter(slides::competition_id.eq(id.0))
            .order(alternatives::id)
            .select(alternatives::all_columns)
            .load::<alternative_rows::AlternativeRow>(connection)?;
        for row in rows.into_iter().map(alternative_rows::alternative) {
            found.alternatives.insert(row.id, row.question_id);
            if let Some(asked) = found.of.get_mut(&row.question_id) {
                asked.rows.push(row);
            }
        }
        Ok(found)
    }
}

/// The questions of the competitions that results came for of late.
///
/// Every change of a competition's parts raises its version, and whoever asks here has the
/// competition locked: what is remembered of its version is what is in the database.
#[derive(Debug, Default)]
pub(super) struct Catalogue(HashMap<CompetitionId, (i64, Arc<Questions>)>);

impl Catalogue {
    pub(super) fn get(
        &mut self,
        connection: &mut AnyConnection,
        id: CompetitionId,
        version: i64,
    ) -> Result<Arc<Questions>> {
        if let Some((_, questions)) = self.0.get(&id).filter(|(of, _)| *of == version) {
            return Ok(questions.clone());
        }
        let questions = Arc::new(Questions::read(connection, id)?);
        if self.0.len() >= MOST_REMEMBERED {
            self.0.clear();
        }
        self.0.insert(id, (version, questions.clone()));
        Ok(questions)
    }
}
