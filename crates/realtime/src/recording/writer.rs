//! The one writer: whatever waits comes into the next transaction.
//!
//! A job that comes alone is written at once. While its transaction is under way others gather, and all
//! of them are in the next one: the slower the disk, the larger the groups.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use estrad_domain::clock::Timestamp;
use estrad_persistence::queries::recording::{self, Job, Recorded, Recorder};
use estrad_persistence::{AnyConnection, Error as StorageError};
use tokio::sync::mpsc;

use super::Waiting;
use super::queue::Ticket;
use crate::Live;

/// The most results in one transaction, however many are in one job: what comes after them waits no
/// longer than those take.
const MOST_ITEMS: usize = 2_000;
/// How long the key of an answer is known. Whoever sends an answer again does so within a show.
const KEYS_LAST: TimeDelta = TimeDelta::hours(24);
/// How often older keys are looked for.
const SWEEP_EVERY: TimeDelta = TimeDelta::hours(1);

/// Writes until the server ends.
pub(crate) async fn write(live: Live, mut jobs: mpsc::Receiver<Ticket>) {
    let recorder = Arc::new(Mutex::new(Recorder::new(live.settings().grace)));
    let mut writer = Writer { live, recorder, swept_at: Timestamp::UNIX_EPOCH };
    while let Some(first) = jobs.recv().await {
        let most = writer.live.settings().recording.group;
        let group = gather(first, &mut jobs, most);
        if !group.is_empty() {
            writer.record(group).await;
            writer.sweep().await;
        }
    }
}

/// What waits, and is still waited for.
fn gather(first: Ticket, jobs: &mut mpsc::Receiver<Ticket>, most: usize) -> Vec<Ticket> {
    let mut group = Vec::new();
    let (mut next, mut items) = (Some(first), 0);
    while let Some(ticket) = next {
        if ticket.take() {
            items += ticket.job.size();
            group.push(ticket);
        }
        let room = group.len() < most && items < MOST_ITEMS;
        next = if room { jobs.try_recv().ok() } else { None };
    }
    group
}

struct Writer {
    live: Live,
    recorder: Arc<Mutex<Recorder>>,
    swept_at: Timestamp,
}

impl Writer {
    async fn record(&mut self, group: Vec<Ticket>) {
        let jobs: Vec<Waiting> = group.iter().map(|ticket| ticket.job.clone()).collect();
        match self.transaction(&jobs).await {
            Ok(recorded) => self.tell(group, recorded).await,
            // Nothing would come of trying each of them.
            Err(error) if concerns_all(&error) => {
                for ticket in group {
                    ticket.tell(Err(another(&error).into()));
                }
            }
            Err(error) if group.len() == 1 => {
                group.into_iter().for_each(|ticket| ticket.tell(Err(another(&error).into())));
            }
            Err(error) => {
                tracing::warn!(%error, "a group of results failed: each goes alone");
                for ticket in group {
                    match self.transaction(std::slice::from_ref(&ticket.job)).await {
                        Ok(recorded) => self.tell(vec![ticket], recorded).await,
                        Err(error) => ticket.tell(Err(error.into())),
                    }
                }
            }
        }
    }

    async fn transaction(&self, waiting: &[Waiting]) -> Result<Recorded, StorageError> {
        self.live.tally().transaction(waiting.len());
        let _standing = self.live.clock_stands().await;
        let jobs: Arc<[Job]> = waiting.iter().map(|one| one.job(self.live.alarm())).collect();
        let (recorder, now) = (self.recorder.clone(), self.live.now());
        let record = move |connection: &mut AnyConnection| {
            let mut recorder = recorder.lock().unwrap_or_else(PoisonError::into_inner);
            recorder.record(connection, &jobs, now)
        };
        let recorded = self.live.database().write(record).await?;
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner).note(&recorded);
        Ok(recorded)
    }

    /// Acknowledges, and then tells everybody else.
    async fn tell(&self, group: Vec<Ticket>, recorded: Recorded) {
        for (ticket, outcome) in group.into_iter().zip(recorded.outcomes) {
            ticket.tell(outcome);
        }
        for entries in recorded.entries {
            self.live.quotas().count(&entries);
            self.live.publish(entries).await;
        }
    }

    async fn sweep(&mut self) {
        let now = self.live.now();
        if now - self.swept_at < SWEEP_EVERY {
            return;
        }
        self.swept_at = now;
        let sweep = move |c: &mut AnyConnection| recording::sweep(c, now - KEYS_LAST);
        if let Err(error) = self.live.database().write(sweep).await {
            tracing::warn!(%error, "can't forget old keys of answers");
        }
    }
}

/// Whether the database fails whatever it is given.
fn concerns_all(error: &StorageError) -> bool {
    matches!(error, StorageError::Busy | StorageError::Unavailable(_) | StorageError::Full)
}

/// The same error for one more who waits.
fn another(error: &StorageError) -> StorageError {
    match error {
        StorageError::Busy => StorageError::Busy,
        StorageError::Full => StorageError::Full,
        StorageError::Unavailable(source) => StorageError::Unavailable(source.to_string().into()),
        other => {
            tracing::error!(error = %other, "a result was not recorded");
            StorageError::Interrupted
        }
    }
}
