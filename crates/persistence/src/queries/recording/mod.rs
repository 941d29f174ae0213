//! Recording what teams answer and which points they are given: many at a time, in one transaction,
//! each with an outcome of its own. All rules are applied here, whichever way something comes in; only
//! who may at all is the policy's to say.
//!
//! For each competition that is concerned, in the order of their ids so that no two transactions wait
//! for each other:
//!
//! 1. [`scene`] locks the competition and its presentation, and reads what there is already: a number
//!    of queries that does not depend on how many jobs there are;
//! 2. [`judge`] and [`withdraw`] decide about one job after another, in memory;
//! 3. [`store`] writes what came of it, in a few statements of many rows.

mod cells;
mod job;
mod judge;
mod keys;
mod questions;
mod scene;
mod store;
mod withdraw;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use estrad_domain::CompetitionId;
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{LogEntry, Refusals};

pub use job::{
    Done, GivenAnswer, Job, Outcome, Refusal, Refused, TakenAnswer, TakenScore, Withdrawn, Work,
};
pub use keys::sweep;

use crate::{AnyConnection, Error, Result};
use questions::Catalogue;
use scene::Scene;

/// What is remembered from one transaction to the next. Nothing in it decides alone: without it,
/// recording is only slower and logs more.
#[derive(Debug)]
pub struct Recorder {
    grace: TimeDelta,
    catalogue: Catalogue,
    refusals: Refusals,
}

/// What came of the jobs of one transaction.
#[derive(Debug)]
pub struct Recorded {
    /// One for each job, in their order.
    pub outcomes: Vec<Outcome>,
    /// What is in the log now: the entries of each presentation, in their order.
    pub entries: Vec<Vec<LogEntry>>,
}

impl Recorder {
    /// One that remembers nothing. An answer that arrives within `grace` of the deadline counts.
    pub fn new(grace: TimeDelta) -> Self {
        Self { grace, catalogue: Catalogue::default(), refusals: Refusals::default() }
    }

    /// Does the jobs, in their order. It is to be run in a transaction; once that is committed,
    /// [`Recorder::note`] wants to know.
    ///
    /// # Errors
    /// Those of storage: then none of the jobs is done, and the transaction has to be rolled back.
    pub fn record(
        &mut self,
        connection: &mut AnyConnection,
        jobs: &[Job],
        now: Timestamp,
    ) -> Result<Recorded> {
        let mut by_competition = BTreeMap::<CompetitionId, Vec<usize>>::new();
        for (place, job) in jobs.iter().enumerate() {
            by_competition.entry(job.competition_id).or_default().push(place);
        }
        let mut outcomes: Vec<Option<Outcome>> = jobs.iter().map(|_| None).collect();
        let mut entries = Vec::with_capacity(by_competition.len());
        for (competition_id, places) in by_competition {
            let concerned: Vec<&Job> = places.iter().map(|&place| &jobs[place]).collect();
            let done = self.record_in(connection, competition_id, &concerned, now)?;
            entries.extend(done.entries);
            for (place, outcome) in places.into_iter().zip(done.outcomes) {
                outcomes[place] = Some(outcome);
            }
        }
        // Each job is of one competition, and each competition gave an outcome for each of its jobs.
        let outcomes = outcomes.into_iter().collect::<Option<_>>().ok_or(Error::Interrupted)?;
        Ok(Recorded { outcomes, entries })
    }

    fn record_in(
        &mut self,
        connection: &mut AnyConnection,
        competition_id: CompetitionId,
        jobs: &[&Job],
        now: Timestamp,
    ) -> Result<Recorded> {
        let scene = Scene::set(connection, competition_id, jobs, &mut self.catalogue, self.grace);
        let mut scene = match scene {
            Ok(scene) => scene,
            Err(Error::NotFound) => {
                let missing = |_: &&Job| Err(Refusal::NoCompetition.into());
                return Ok(Recorded {
                    outcomes: jobs.iter().map(missing).collect(),
                    entries: Vec::new(),
                });
            }
            Err(error) => return Err(error),
        };
        let verdicts: Vec<_> = jobs.iter().map(|job| scene.judge(job, &self.refusals)).collect();
        let entries = scene.store(connection, now)?;
        let outcomes = verdicts.into_iter().map(|verdict| scene.outcome(verdict)).collect();
        Ok(Recorded { outcomes, entries: vec![entries] })
    }

    /// Takes note of what is committed.
    pub fn note(&mut self, recorded: &Recorded) {
        recorded.entries.iter().flatten().for_each(|entry| self.refusals.note(entry));
    }
}
