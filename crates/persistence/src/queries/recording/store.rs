//! Writing what was decided, and reading the outcomes off it.

use estrad_domain::answer::{Answer, Score};
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{Event, LogEntry};

use super::job::{Done, Outcome, TakenAnswer, TakenScore};
use super::judge::{Verdict, Verdicts};
use super::scene::Scene;
use super::{cells, keys};
use crate::queries::{competitions, presentations};
use crate::{AnyConnection, Error, Result};

impl Scene {
    /// Writes it all, and gives the new entries of the log.
    pub(super) fn store(
        &mut self,
        connection: &mut AnyConnection,
        now: Timestamp,
    ) -> Result<Vec<LogEntry>> {
        cells::write_answers(connection, &mut self.answers)?;
        cells::write_scores(connection, &mut self.scores)?;
        let new = std::mem::take(&mut self.new_keys);
        let new: Vec<_> = new
            .into_iter()
            .filter_map(|(named, cell)| {
                let known = self.keys.get_mut(&named)?;
                known.answer_id = self.answers.0.get(&cell)?.id;
                Some((named, known.clone()))
            })
            .collect();
        keys::write(connection, &new, now)?;
        let events = std::mem::take(&mut self.events);
        if events.is_empty() {
            return Ok(Vec::new());
        }
        if events.iter().any(|(_, event, _)| !matches!(event, Event::Refused(_))) {
            competitions::touch_results(connection, self.competition_id)?;
        }
        let mut presentation = match self.presentation.take() {
            Some(presentation) => presentation,
            None => presentations::desk(connection, self.competition_id, now)?,
        };
        presentations::append_each(connection, &mut presentation, events)
    }

    /// What became of a job, once all is written.
    pub(super) fn outcome(&self, verdict: Verdict) -> Outcome {
        // What was written has an id.
        let missing = || Error::Interrupted;
        match verdict {
            Verdict::Answers(verdicts) => {
                let taken = verdicts.into_iter().map(|one| self.taken(one));
                Ok(Done::Answers(taken.collect::<Option<_>>().ok_or_else(missing)?))
            }
            Verdict::Score { cell, score, total, seq } => {
                let id = self.scores.0.get(&cell).and_then(|filled| filled.id);
                let id = id.ok_or_else(missing)?.into();
                let (team_id, question_id) = cell;
                let score = Score { id, team_id, question_id, score };
                Ok(Done::Score(TakenScore { score, total, seq }))
            }
            Verdict::Withdrawn(withdrawn) => Ok(Done::Withdrawn(withdrawn)),
            Verdict::Refused(refused) => Err(refused),
        }
    }

    fn taken(&self, one: Verdicts) -> Option<TakenAnswer> {
        let id = one.id.or_else(|| self.answers.0.get(&one.cell)?.id)?;
        let (team_id, question_alternative_id) = one.cell;
        let answer = Answer { id: id.into(), team_id, question_alternative_id, answer: one.answer };
        Some(TakenAnswer { answer, seq: one.seq })
    }
}
