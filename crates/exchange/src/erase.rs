//! Erasing what is personal: for the command, and for the server that forgets what is old.
//!
//! Each piece is a transaction of its own, so that a server that runs meanwhile is never held up for
//! long. What is cut short is begun anew by the next run.

use std::collections::BTreeSet;

use estrad_auth::code_source;
use estrad_domain::audit::{Author, Change};
use estrad_domain::clock::Timestamp;
use estrad_domain::{CompetitionId, MediaId, TeamId};
use estrad_media::MediaError;
use estrad_persistence::queries::audit;
use estrad_persistence::queries::erasing::{self, BATCH, EntryFilter};
use estrad_persistence::{AnyConnection, Error as StorageError};

use crate::{Exchange, ExchangeError};

/// What shall be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasure {
    /// A competition, with all that is in it and all that happened in it.
    Competition(CompetitionId),
    /// What is personal of a team. Its points stay, and so does the competition.
    Team(TeamId),
    /// The competitions that nobody used since, and what is personal in the logs and answers of others
    /// from before.
    OlderThan(Timestamp),
}

/// How much was erased, or would be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Competitions.
    pub competitions: u64,
    /// Teams.
    pub teams: u64,
    /// Presentations.
    pub presentations: u64,
    /// Entries of logs that went, or whose personal part went.
    pub entries: u64,
    /// Answers.
    pub answers: u64,
    /// Scores.
    pub scores: u64,
    /// Uploaded files.
    pub media: u64,
}

impl Erased {
    fn add(&mut self, counts: erasing::Counts) {
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        self.competitions += 1;
        self.teams += count(counts.teams);
        self.presentations += count(counts.presentations);
        self.entries += count(counts.entries);
        self.answers += count(counts.answers);
        self.scores += count(counts.scores);
    }

    /// Whether there is nothing to erase.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Exchange {
    /// How much there is to erase. Nothing is changed.
    ///
    /// # Errors
    /// [`ExchangeError::Storage`], with `NotFound` for what is not there.
    pub async fn erasable(&self, what: Erasure) -> Result<Erased, ExchangeError> {
        let mut found = Erased::default();
        match what {
            Erasure::Competition(id) => self.count_competitions(&[id], &mut found).await?,
            Erasure::Team(id) => {
                let (of, answers) = self
                    .database
                    .read(move |c| {
                        let of = erasing::competition_of(c, id)?;
                        Ok::<_, StorageError>((of, erasing::count_answers(c, id)?))
                    })
                    .await?;
                found.teams = 1;
                found.answers = u64::try_from(answers).unwrap_or(0);
                found.entries = self.count_entries(EntryFilter::Team(of, id), &[]).await?;
            }
            Erasure::OlderThan(time) => {
                let old = self.old(time).await?;
                self.count_competitions(&old, &mut found).await?;
                found.entries += self.count_entries(EntryFilter::Before(time), &old).await?;
                let answers =
                    self.database.read(move |c| erasing::count_old_answers(c, time, &old)).await?;
                found.answers += u64::try_from(answers).unwrap_or(0);
            }
        }
        Ok(found)
    }

    /// Erases it.
    ///
    /// # Errors
    /// [`ExchangeError::Storage`], with `NotFound` for what is not there. What was erased before stays
    /// erased.
    pub async fn erase(&self, what: Erasure, author: Author) -> Result<Erased, ExchangeError> {
        let mut erased = Erased::default();
        match what {
            Erasure::Competition(id) => self.erase_competition(id, author, &mut erased).await?,
            Erasure::Team(id) => self.erase_team(id, author, &mut erased).await?,
            Erasure::OlderThan(time) => {
                for id in self.old(time).await? {
                    match self.erase_competition(id, author, &mut erased).await {
                        // Somebody else deleted it meanwhile.
                        Err(ExchangeError::Storage(StorageError::NotFound)) => {}
                        result => result?,
                    }
                }
                erased.entries += self.erase_entries(EntryFilter::Before(time)).await?;
                erased.answers +=
                    self.in_pieces(move |c| erasing::delete_old_answers(c, time)).await?;
                if erased.competitions == 0 && !erased.is_nothing() {
                    let change = self.change("server", author);
                    self.database.write(move |c| audit::record(c, &change, &[])).await?;
                }
            }
        }
        Ok(erased)
    }

    async fn erase_competition(
        &self,
        id: CompetitionId,
        author: Author,
        erased: &mut Erased,
    ) -> Result<(), ExchangeError> {
        let now = self.clock.now();
        let change = Change { competition_id: Some(id), ..self.change("competition", author) };
        let (counts, files) = self
            .database
            .write(move |c| {
                let found = (erasing::count(c, id)?, erasing::used_in(c, id)?);
                erasing::begin(c, id, now)?;
                audit::record(c, &change, &[id.0])?;
                Ok::<_, StorageError>(found)
            })
            .await?;
        self.in_pieces(move |c| erasing::delete_entries(c, id)).await?;
        self.in_pieces(move |c| erasing::delete_results(c, id)).await?;
        self.database.write(move |c| erasing::finish(c, id)).await?;
        erased.add(counts);
        erased.media += self.delete_unused(files).await?;
        Ok(())
    }

    async fn erase_team(
        &self,
        id: TeamId,
        author: Author,
        erased: &mut Erased,
    ) -> Result<(), ExchangeError> {
        let (random, now, change) =
            (self.random.clone(), self.clock.now(), self.change("team", author));
        let (of, answers) = self
            .database
            .write(move |c| {
                let of = erasing::competition_of(c, id)?;
                let answers = erasing::erase_team(c, of, id, &mut code_source(&*random), now)?;
                let change = Change { competition_id: Some(of), ..change };
                audit::record(c, &change, &[id.0])?;
                Ok::<_, StorageError>((of, answers))
            })
            .await?;
        erased.teams = 1;
        erased.answers = answers as u64;
        erased.entries = self.erase_entries(EntryFilter::Team(of, id)).await?;
        Ok(())
    }

    fn change(&self, target: &'static str, author: Author) -> Change {
        let now = self.clock.now();
        Change { author, ..Change::by_command("erase", "erase", target, &[], now) }
    }

    async fn old(&self, time: Timestamp) -> Result<Vec<CompetitionId>, ExchangeError> {
        let old = self.database.read(move |c| erasing::unused_since(c, time)).await?;
        Ok(old.into_iter().map(|old| old.id).collect())
    }

    async fn count_competitions(
        &self,
        ids: &[CompetitionId],
        found: &mut Erased,
    ) -> Result<(), ExchangeError> {
        let mut files = BTreeSet::new();
        for id in ids.iter().copied() {
            let (counts, used) = self
                .database
                .read(move |c| {
                    Ok::<_, StorageError>((erasing::count(c, id)?, erasing::used_in(c, id)?))
                })
                .await?;
            found.add(counts);
            files.extend(used);
        }
        let ids = ids.to_vec();
        let unused = self.database.read(move |c| erasing::unused(c, &files, &ids)).await?;
        found.media += unused.len() as u64;
        Ok(())
    }

    async fn count_entries(
        &self,
        filter: EntryFilter,
        but_for: &[CompetitionId],
    ) -> Result<u64, ExchangeError> {
        let (mut count, mut place) = (0, None);
        loop {
            let but_for = but_for.to_vec();
            let (found, next) = self
                .database
                .read(move |c| erasing::count_page(c, filter, place, &but_for))
                .await?;
            count += found as u64;
            if next.is_none() {
                return Ok(count);
            }
            place = next;
        }
    }

    async fn erase_entries(&self, filter: EntryFilter) -> Result<u64, ExchangeError> {
        let (mut count, mut place) = (0, None);
        loop {
            let (erased, next) =
                self.database.write(move |c| erasing::erase_page(c, filter, place)).await?;
            count += erased as u64;
            if next.is_none() {
                return Ok(count);
            }
            place = next;
        }
    }

    /// Deletes piece by piece, until there is nothing left.
    async fn in_pieces(
        &self,
        piece: impl Fn(&mut AnyConnection) -> Result<usize, StorageError> + Copy + Send + 'static,
    ) -> Result<u64, ExchangeError> {
        let mut all = 0;
        loop {
            match self.database.write(piece).await? {
                0 => return Ok(all),
                some => all += some as u64,
            }
        }
    }

    /// Deletes the files that nothing shows any more, and says how many.
    async fn delete_unused(&self, files: BTreeSet<MediaId>) -> Result<u64, ExchangeError> {
        let unused = self.database.read(move |c| erasing::unused(c, &files, &[])).await?;
        let mut deleted = 0;
        for (id, media_type) in unused {
            match self.library.delete(id, media_type, None).await {
                Ok(()) => deleted += 1,
                // Somebody shows it since, or deleted it.
                Err(MediaError::NotFound)
                | Err(MediaError::Storage(StorageError::InUse | StorageError::NotFound)) => {}
                Err(error) => tracing::warn!(%error, %id, "a file that nothing shows stays behind"),
            }
        }
        Ok(deleted)
    }

    /// Forgets the entries of the audit log from before a time, and says how many there were.
    ///
    /// # Errors
    /// [`ExchangeError::Storage`].
    pub async fn forget_audit(&self, before: Timestamp) -> Result<u64, ExchangeError> {
        self.in_pieces(move |c| audit::forget_before(c, before, BATCH)).await
    }
}
