//! Answers and scores: the use cases that REST and sockets share, and the one writer behind them.
//!
//! `docs/recording.md` says how many results come into one transaction, and what happens when the
//! database stalls.

mod queue;
mod tally;
mod writer;

use estrad_domain::answer::{AnsweredBy, Reason};
use estrad_domain::clock::{Clock, Moment};
use estrad_domain::points::Points;
use estrad_domain::presentation::Actor;
use estrad_domain::{AlternativeId, CompetitionId, QuestionId, TeamId};
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::recording::{
    Done, GivenAnswer, Job, Refusal, Refused, TakenAnswer, TakenScore, Withdrawn, Work,
};

use crate::Live;

pub(crate) use queue::{Queue, queue};
pub use tally::RecordingCounts;
pub(crate) use tally::Tally;
pub(crate) use writer::write;

/// Whose result it is, and who gives it when.
#[derive(Debug, Clone)]
pub struct Giving {
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: CompetitionId,
    #[expect(missing_docs, reason = "says itself")]
    pub team_id: TeamId,
    #[expect(missing_docs, reason = "says itself")]
    pub actor: Actor,
    /// When it was all there.
    pub arrived: Moment,
}

impl Giving {
    fn job(self, work: Work) -> Waiting {
        Waiting { giving: self, work }
    }
}

/// What waits to be recorded. The clock may be set before it is: what time it was when it arrived is
/// only said when it is decided upon.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    giving: Giving,
    work: Work,
}

impl Waiting {
    /// How much there is to do.
    fn size(&self) -> usize {
        self.work.size()
    }

    /// The job, by the clock as it stands.
    fn job(&self, clock: &dyn Clock) -> Job {
        let Giving { competition_id, team_id, actor, arrived } = self.giving.clone();
        let (arrived, work) = (clock.at(arrived), self.work.clone());
        Job { competition_id, team_id, actor, arrived, work }
    }
}

impl Live {
    /// Takes answers of a team, in their order: all of them, or none.
    ///
    /// They are committed when this returns.
    ///
    /// # Errors
    /// Says which of them can't be taken and why. After [`StorageError::Busy`] nothing was written;
    /// after another error of storage that is not known, and whoever gave them keys can send them
    /// again.
    pub async fn answers(
        &self,
        giving: Giving,
        given: Vec<GivenAnswer>,
        by: AnsweredBy,
    ) -> Result<Vec<TakenAnswer>, Refused> {
        self.check_share(&giving, given.len(), by.is_team()).await?;
        match self.record(giving.job(Work::Answers { given, by })).await? {
            Done::Answers(taken) => Ok(taken),
            Done::Score(_) | Done::Withdrawn(_) => Err(StorageError::Interrupted.into()),
        }
    }

    /// Takes one answer, see [`Live::answers`].
    ///
    /// # Errors
    /// As [`Live::answers`].
    pub async fn answer(
        &self,
        giving: Giving,
        given: GivenAnswer,
        by: AnsweredBy,
    ) -> Result<TakenAnswer, Refused> {
        let taken = self.answers(giving, vec![given], by).await?.pop();
        taken.ok_or(StorageError::Interrupted.into())
    }

    /// Gives a team points for a question, in place of those that it had.
    ///
    /// # Errors
    /// As [`Live::answers`].
    pub async fn score(
        &self,
        giving: Giving,
        question_id: QuestionId,
        score: Points,
        reason: Option<Reason>,
    ) -> Result<TakenScore, Refused> {
        self.check_share(&giving, 1, false).await?;
        match self.record(giving.job(Work::Score { question_id, score, reason })).await? {
            Done::Score(taken) => Ok(taken),
            Done::Answers(_) | Done::Withdrawn(_) => Err(StorageError::Interrupted.into()),
        }
    }

    /// Takes away what a team answered at an alternative, of the question where one is named.
    ///
    /// # Errors
    /// As [`Live::answers`]; [`estrad_persistence::queries::recording::Refusal::NoAnswer`] where there is none.
    pub async fn withdraw_answer(
        &self,
        giving: Giving,
        alternative_id: AlternativeId,
        question_id: Option<QuestionId>,
        by: AnsweredBy,
    ) -> Result<Withdrawn, Refused> {
        self.withdraw(giving, Work::WithdrawAnswer { alternative_id, question_id, by }).await
    }

    /// Takes away the points of a team for a question.
    ///
    /// # Errors
    /// As [`Live::answers`]; [`estrad_persistence::queries::recording::Refusal::NoScore`] where there are none.
    pub async fn withdraw_score(
        &self,
        giving: Giving,
        question_id: QuestionId,
        reason: Option<Reason>,
    ) -> Result<Withdrawn, Refused> {
        self.withdraw(giving, Work::WithdrawScore { question_id, reason }).await
    }

    async fn withdraw(&self, giving: Giving, work: Work) -> Result<Withdrawn, Refused> {
        let by_team = matches!(&work, Work::WithdrawAnswer { by, .. } if by.is_team());
        self.check_share(&giving, 1, by_team).await?;
        match self.record(giving.job(work)).await? {
            Done::Withdrawn(withdrawn) => Ok(withdrawn),
            Done::Answers(_) | Done::Score(_) => Err(StorageError::Interrupted.into()),
        }
    }

    /// Whether whoever gives it may give so many more.
    async fn check_share(
        &self,
        giving: &Giving,
        many: usize,
        by_team: bool,
    ) -> Result<(), Refusal> {
        self.take_share(&giving.actor, giving.competition_id, many)?;
        if by_team {
            self.check_log_share(giving.competition_id, giving.team_id).await?;
        }
        Ok(())
    }

    /// What has been recorded since the start.
    pub fn recorded(&self) -> RecordingCounts {
        self.tally().counts()
    }
}
