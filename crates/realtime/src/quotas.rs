//! How much each team, code and user may write: over REST and sockets together, before the writer.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use estrad_domain::clock::Moment;
use estrad_domain::presentation::{Actor, Event, LogEntry};
use estrad_domain::quota::{Allowance, QuotaExceeded, Rate};
use estrad_domain::{CompetitionId, PresentationId, TeamId, UserId};
use estrad_persistence::queries::presentations;
use estrad_persistence::queries::recording::Refusal;
use estrad_persistence::{AnyConnection, Error as StorageError};

use crate::Live;

/// What an entry takes beside the texts in it.
const ENTRY: u64 = 256;
/// So much of its share of the log a team may have written before the log is asked for the rest, which
/// others wrote of it, and servers before this one.
const UNCHECKED: u64 = 8;
/// Holders that are remembered at a time; then those are forgotten who have done nothing lately.
const MANY: usize = 50_000;

/// How much one may write.
#[derive(Debug, Clone, Copy)]
pub struct QuotaSettings {
    /// Answers, scores and what operators do, of one team, code or user.
    pub rate: Rate,
    /// Bytes in the log of a presentation that are about a team, before its answers are taken no more.
    pub team_log_bytes: u64,
}

impl Default for QuotaSettings {
    fn default() -> Self {
        Self { rate: Rate { per_second: 20, burst: 200 }, team_log_bytes: 32 << 20 }
    }
}

/// Who has a share.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Holder {
    Team(TeamId),
    /// All screens of a view, which have one code.
    Code(CompetitionId, String),
    User(UserId),
}

impl Holder {
    /// The server itself has no bounds.
    fn of(actor: &Actor, competition_id: CompetitionId) -> Option<Self> {
        match actor {
            Actor::Server => None,
            Actor::User { user_id } => Some(Self::User(*user_id)),
            Actor::Screen { team_id: Some(team_id), .. } => Some(Self::Team(*team_id)),
            Actor::Screen { view, .. } => Some(Self::Code(competition_id, view.clone())),
        }
    }
}

/// What a team has written in the log of a presentation.
#[derive(Debug, Clone, Copy)]
struct Written {
    presentation_id: PresentationId,
    bytes: u64,
    /// Whether all of it is counted, and not only what this server has seen.
    is_whole: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Quotas {
    allowances: Mutex<HashMap<Holder, Allowance>>,
    written: Mutex<HashMap<TeamId, Written>>,
}

impl Quotas {
    fn allowances(&self) -> MutexGuard<'_, HashMap<Holder, Allowance>> {
        self.allowances.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn written(&self) -> MutexGuard<'_, HashMap<TeamId, Written>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(
        &self,
        holder: Holder,
        rate: Rate,
        many: usize,
        now: Moment,
    ) -> Result<(), QuotaExceeded> {
        let mut allowances = self.allowances();
        if allowances.len() >= MANY {
            allowances.retain(|_, allowance| !allowance.is_full(rate, now));
        }
        let allowance = allowances.entry(holder).or_insert_with(|| Allowance::full(rate, now));
        allowance.take(rate, many, now).map_err(|retry_after| QuotaExceeded::Rate { retry_after })
    }

    /// Counts what was logged of teams that answered themselves.
    pub(crate) fn count(&self, entries: &[LogEntry]) {
        let mut written = self.written();
        for entry in entries {
            let Actor::Screen { team_id: Some(team_id), .. } = entry.actor else { continue };
            let id = entry.presentation_id;
            let fresh = Written { presentation_id: id, bytes: 0, is_whole: false };
            let team = written.entry(team_id).or_insert(fresh);
            if team.presentation_id != id {
                *team = fresh;
            }
            team.bytes = team.bytes.saturating_add(size(&entry.event));
        }
        if written.len() >= MANY {
            written.retain(|_, team| team.is_whole);
        }
    }
}

fn size(event: &Event) -> u64 {
    let texts = match event {
        Event::Answered(answered) => {
            let (answer, before) = (answered.answer.as_ref(), answered.before.as_ref());
            answer.map_or(0, String::len) + before.map_or(0, String::len)
        }
        Event::Refused(refused) => refused.answer.len(),
        _ => 0,
    };
    ENTRY.saturating_add(texts as u64)
}

impl Live {
    /// Takes so many from what the actor may do at a time.
    ///
    /// # Errors
    /// [`QuotaExceeded::Rate`].
    pub(crate) fn take_share(
        &self,
        actor: &Actor,
        competition_id: CompetitionId,
        many: usize,
    ) -> Result<(), QuotaExceeded> {
        let Some(holder) = Holder::of(actor, competition_id) else { return Ok(()) };
        let (rate, now) = (self.settings().quotas.rate, self.alarm().moment());
        self.quotas().take(holder, rate, many, now)
    }

    /// Whether the team may still fill the log of the presentation of that competition.
    ///
    /// # Errors
    /// [`QuotaExceeded::Log`], and those of the database, which is asked of teams only that have written
    /// much.
    pub(crate) async fn check_log_share(
        &self,
        competition_id: CompetitionId,
        team_id: TeamId,
    ) -> Result<(), Refusal> {
        let most = self.settings().quotas.team_log_bytes;
        let known = self.quotas().written().get(&team_id).copied();
        let Some(known) = known.filter(|known| known.bytes >= most / UNCHECKED) else {
            return Ok(());
        };
        if known.is_whole && known.bytes < most {
            return Ok(());
        }
        let read = move |connection: &mut AnyConnection| {
            let Some(latest) = presentations::latest(connection, competition_id)? else {
                return Ok::<_, StorageError>(None);
            };
            // It may have begun since.
            let is_same = latest.id == known.presentation_id;
            if is_same && known.is_whole {
                return Ok(Some((latest.id, known.bytes)));
            }
            let bytes = presentations::bytes_of(connection, latest.id, team_id)?;
            Ok(Some((latest.id, u64::try_from(bytes).unwrap_or(0))))
        };
        let Some((presentation_id, bytes)) = self.database().read(read).await? else {
            return Ok(());
        };
        self.quotas().written().insert(team_id, Written { presentation_id, bytes, is_whole: true });
        if bytes >= most { Err(QuotaExceeded::Log.into()) } else { Ok(()) }
    }
}
