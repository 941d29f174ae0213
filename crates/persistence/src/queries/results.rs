//! What answers and scores have in common: how storing one begins, and why it may be refused.

use estrad_domain::answer::AnswersLocked;
use estrad_domain::question::AnswerError;
use estrad_domain::{CompetitionId, TeamId};
use thiserror::Error;

use super::{competitions, teams};
use crate::{AnyConnection, Error as StorageError};

/// Why an answer or a score was not stored.
#[derive(Debug, Error)]
pub enum Refusal {
    #[expect(missing_docs, reason = "says itself")]
    #[error("there is no such competition")]
    NoCompetition,
    /// None of the competition.
    #[error("there is no such team")]
    NoTeam,
    /// None of a question of the competition.
    #[error("there is no such alternative")]
    NoAlternative,
    /// None of the competition.
    #[error("there is no such question")]
    NoQuestion,
    /// Not at this moment.
    #[error(transparent)]
    Locked(#[from] AnswersLocked),
    /// Not in the form of the question's type.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// Not stored for a reason that has nothing to do with it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Puts a word of its own on what is not there.
pub(super) fn or_missing<T>(
    found: Result<T, StorageError>,
    missing: Refusal,
) -> Result<T, Refusal> {
    found.map_err(|error| match error {
        StorageError::NotFound => missing,
        other => other.into(),
    })
}

/// Begins to store a result of a team: locks the results, whose version rises, and makes sure of
/// the team.
pub(super) fn begin(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    team_id: TeamId,
) -> Result<(), Refusal> {
    or_missing(competitions::touch_results(connection, competition_id), Refusal::NoCompetition)?;
    or_missing(teams::get(connection, competition_id, team_id), Refusal::NoTeam)?;
    Ok(())
}
