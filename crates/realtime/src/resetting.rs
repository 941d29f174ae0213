//! Setting the results of a competition aside, such as those of a rehearsal.

use estrad_domain::CompetitionId;
use estrad_domain::answer::{Reason, ResultCounts};
use estrad_domain::presentation::Actor;
use estrad_persistence::queries::{competitions, presentations, results};
use estrad_persistence::{AnyConnection, Error as StorageError};

use crate::{Live, LiveError};

impl Live {
    /// Sets all answers and scores of a competition aside that is not being presented: they stay in its
    /// ledger and count no more. Gives how many there were.
    ///
    /// # Errors
    /// [`LiveError::NoCompetition`]; [`LiveError::Active`] while it is presented, so that nobody loses
    /// what is being given; those of the database.
    pub async fn reset_results(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
        reason: Option<Reason>,
    ) -> Result<ResultCounts, LiveError> {
        let (live, now) = (self.clone(), self.now());
        let reason = reason.map(|reason| reason.as_str().trim().to_owned());
        let reason = reason.filter(|reason| !reason.is_empty());
        let reset = move |connection: &mut AnyConnection| {
            competitions::touch_results(connection, competition_id).map_err(
                |error| match error {
                    StorageError::NotFound => LiveError::NoCompetition,
                    other => other.into(),
                },
            )?;
            if presentations::active(connection, competition_id)?.is_some() {
                return Err(LiveError::Active);
            }
            Ok(results::reset(connection, competition_id, actor, reason, now)?)
        };
        // To its end, also when whoever asked for it is gone meanwhile.
        let task = tokio::spawn(async move {
            let (counts, entry) = live.database().write(reset).await?;
            live.publish(entry.into_iter().collect()).await;
            Ok(counts)
        });
        task.await.unwrap_or(Err(LiveError::Storage(StorageError::Interrupted)))
    }
}
