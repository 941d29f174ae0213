//! What jobs of one competition are judged by, and what has come of them so far.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::TimeDelta;
use estrad_domain::CompetitionId;
use estrad_domain::answer::ScoreRules;
use estrad_domain::clock::Timestamp;
use estrad_domain::points::Points;
use estrad_domain::presentation::{Actor, Event, Presentation};
use estrad_domain::visible::Visible;

use super::cells::{self, AnswerCell, Cells, ScoreCell};
use super::job::{Job, Work};
use super::keys::{self, Known, Named};
use super::questions::{Catalogue, Questions};
use crate::queries::{competitions, presentations};
use crate::{AnyConnection, Result};

pub(super) struct Scene {
    pub(super) competition_id: CompetitionId,
    pub(super) score_rules: ScoreRules,
    pub(super) grace: TimeDelta,
    pub(super) questions: Arc<Questions>,
    /// What is logged in, once there is something: see [`presentations::current`].
    pub(super) presentation: Option<Presentation>,
    /// What teams may know of.
    pub(super) visible: Visible,
    pub(super) answers: Cells<AnswerCell, String>,
    pub(super) scores: Cells<ScoreCell, Points>,
    pub(super) keys: HashMap<Named, Known>,
    /// The keys that are to be written, with where their answers are.
    pub(super) new_keys: Vec<(Named, AnswerCell)>,
    /// What is to be logged.
    pub(super) events: Vec<(Actor, Event, Timestamp)>,
}

impl Scene {
    /// Locks the competition and its presentation, and reads what the jobs are about.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for the competition.
    pub(super) fn set(
        connection: &mut AnyConnection,
        competition_id: CompetitionId,
        jobs: &[&Job],
        catalogue: &mut Catalogue,
        grace: TimeDelta,
    ) -> Result<Self> {
        let rules = competitions::lock_for_results(connection, competition_id)?;
        let presentation = presentations::current(connection, competition_id)?;
        let questions = catalogue.get(connection, competition_id, rules.version)?;
        // What is not of the competition is not looked for.
        let jobs = jobs.iter().filter(|job| questions.teams.contains(&job.team_id));
        let (mut places, mut scored, mut named) = (HashSet::new(), HashSet::new(), Vec::new());
        for job in jobs {
            match &job.work {
                Work::Answers { given, .. } => {
                    let concerned = given.iter().flat_map(|one| {
                        questions.settled_with(one.alternative_id, one.answer.as_str())
                    });
                    places.extend(concerned.map(|id| (job.team_id, id)));
                    let keys = given.iter().filter_map(|one| one.key.clone());
                    named.extend(keys.map(|key| (job.team_id, key)));
                }
                Work::WithdrawAnswer { alternative_id, .. } => {
                    places.insert((job.team_id, *alternative_id));
                }
                Work::Score { .. } | Work::WithdrawScore { .. } => {
                    scored.insert(job.team_id);
                }
            }
        }
        Ok(Self {
            competition_id,
            score_rules: rules.scores,
            visible: Visible::to_the_public(rules.views, presentation.as_ref()),
            grace,
            questions,
            presentation,
            answers: cells::read_answers(connection, &places)?,
            scores: cells::read_scores(connection, &scored)?,
            keys: keys::read(connection, &named)?,
            new_keys: Vec::new(),
            events: Vec::new(),
        })
    }

    /// The place in the log that the newest event has, or will have.
    pub(super) fn seq(&self) -> i64 {
        let logged = self.presentation.as_ref().map_or(0, |presentation| presentation.seq);
        logged + self.events.len() as i64
    }
}
