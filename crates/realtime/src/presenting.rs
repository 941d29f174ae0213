//! The use cases of a presentation: each exists once, for REST and for sockets.
//!
//! Each writes to the database first and tells of it after the commit. Who may is asked before, by
//! whoever calls.

use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{
    Actor, Change, EndReason, Event, LogEntry, MAX_REASON, Presence, Presentation, Rules, Step,
    TimerAction,
};
use estrad_domain::views::Views;
use estrad_domain::{CompetitionId, PresentationId, TeamId};
use estrad_persistence::queries::presentations::{self, AdvanceError};
use estrad_persistence::queries::{competitions, scoreboard, teams};
use estrad_persistence::{AnyConnection, Error as StorageError};

use crate::broker::Notice;
use crate::edits::Edit;
use crate::hub::Revocation;
use crate::{Live, LiveError};

/// The longest extra time, in seconds: an hour.
const MAX_EXTRA: i64 = 3_600;

/// More time on the current slide.
#[derive(Debug, Clone)]
pub struct Reopen {
    /// The team that gets it; none for all of them.
    pub team_id: Option<TeamId>,
    /// From 1 to 3,600.
    pub seconds: i64,
    /// Why; at most 1,000 characters, not empty.
    pub reason: String,
}

type Written = Result<(Presentation, Option<LogEntry>), AdvanceError<LiveError>>;

/// Where a presentation stands after somebody wanted to move it on.
pub(crate) struct Advanced {
    pub(crate) presentation: Presentation,
    /// Whether something changed; what is so already is not logged again.
    pub(crate) changed: bool,
}

impl Live {
    /// Starts a presentation of the competition, or gives the one that goes on.
    ///
    /// # Errors
    /// [`LiveError::NoCompetition`] and those of the database.
    pub async fn start(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
    ) -> Result<Presentation, LiveError> {
        self.write_and_tell(move |connection, now| {
            // Locks the competition: of two operators at once, one starts and the other joins.
            competitions::touch_results(connection, competition_id)?;
            if let Some(active) = presentations::active(connection, competition_id)? {
                return Ok((active, None));
            }
            let (started, entry) = presentations::start(connection, competition_id, &actor, now)?;
            Ok((started, Some(entry)))
        })
        .await
        .map(|started| started.presentation)
    }

    /// Changes what is shown.
    ///
    /// # Errors
    /// [`LiveError::NotActive`], [`LiveError::Invalid`], and those of the database.
    pub async fn sync(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
        change: Change,
    ) -> Result<Presentation, LiveError> {
        Ok(self.change(competition_id, actor, change).await?.presentation)
    }

    /// The same, and whether anything changed by it.
    pub(crate) async fn change(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
        change: Change,
    ) -> Result<Advanced, LiveError> {
        self.advance_by(competition_id, actor, move |connection, presentation, now| {
            let slides = presentations::slides(connection, competition_id)?;
            let restart = competitions::timer_restart(connection, competition_id)?;
            let rules = Rules { slides: &slides, restart, now };
            let decided = change.decide(&presentation.state, rules);
            let mut event = decided.map_err(|error| AdvanceError::Refused(error.into()))?;
            if let Some(Event::Synced { show_scoreboard: Some(true), scoreboard: shown, .. }) =
                &mut event
            {
                *shown = Some(scoreboard::lines(connection, competition_id)?);
            }
            Ok(event)
        })
        .await
    }

    /// Pauses the timer, lets it go on, or makes it longer or shorter.
    ///
    /// # Errors
    /// [`LiveError::NotActive`], [`LiveError::Invalid`], [`LiveError::TimerOver`],
    /// [`LiveError::NoTimer`], and those of the database.
    pub async fn timer(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
        action: TimerAction,
    ) -> Result<Presentation, LiveError> {
        Ok(self.set_timer(competition_id, actor, action).await?.presentation)
    }

    /// The same, and whether anything changed by it.
    pub(crate) async fn set_timer(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
        action: TimerAction,
    ) -> Result<Advanced, LiveError> {
        self.advance_by(competition_id, actor, move |connection, presentation, now| {
            let slides = presentations::slides(connection, competition_id)?;
            let restart = competitions::timer_restart(connection, competition_id)?;
            let rules = Rules { slides: &slides, restart, now };
            let decided = action.decide(&presentation.state, rules);
            decided.map_err(|error| AdvanceError::Refused(error.into()))
        })
        .await
    }

    /// Ends the presentation that goes on.
    ///
    /// # Errors
    /// [`LiveError::NotActive`] and those of the database.
    pub async fn end(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
    ) -> Result<Presentation, LiveError> {
        let settings = self.settings();
        self.advance(competition_id, actor, move |_, _, now| {
            let resumable_until = settings.resumable_until(now);
            Ok(Some(Event::Ended { reason: EndReason::Ended, resumable_until }))
        })
        .await
    }

    /// Lets the newest presentation go on that has ended, in the same log and as it stood, with the timer
    /// stopped where it was. The one that is named, if one is; that it goes on already changes nothing then.
    ///
    /// # Errors
    /// [`LiveError::NotActive`] where there never was one; [`LiveError::NotResumable`] where it ended too
    /// long ago, or another one goes on; and those of the database.
    pub async fn resume(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
        named: Option<PresentationId>,
    ) -> Result<Presentation, LiveError> {
        let resumed = self.write_and_tell(move |connection, now| {
            competitions::touch_results(connection, competition_id)?;
            let latest = presentations::latest(connection, competition_id)?;
            let latest = latest.ok_or(AdvanceError::NotActive)?;
            if latest.is_active() && named == Some(latest.id) {
                return Ok((latest, None));
            }
            let (true, Some((ended_at, _))) = (latest.is_resumable(now), latest.ended) else {
                return Err(AdvanceError::Refused(LiveError::NotResumable));
            };
            if named.is_some_and(|named| named != latest.id) {
                return Err(AdvanceError::Refused(LiveError::NotResumable));
            }
            let slides = presentations::slides(connection, competition_id)?;
            let away_ms = (now - ended_at).num_milliseconds().max(0);
            let mut event = latest.state.resumed(&slides, away_ms, now);
            if let Event::Resumed { show_scoreboard: true, scoreboard: shown, .. } = &mut event {
                *shown = Some(scoreboard::lines(connection, competition_id)?);
            }
            Ok(presentations::resume(connection, latest.id, &actor, event, now)?)
        });
        let resumed = resumed.await?;
        if resumed.changed {
            self.look_who_is_there(resumed.presentation.id).await;
        }
        Ok(resumed.presentation)
    }

    /// Gives a team, or all of them, more time on the current slide.
    ///
    /// # Errors
    /// [`LiveError::NotActive`], [`LiveError::NoTeam`], [`LiveError::Invalid`], and those of the
    /// database.
    pub async fn reopen(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
        reopen: Reopen,
    ) -> Result<Presentation, LiveError> {
        reopen.check()?;
        self.advance(competition_id, actor, move |connection, _, now| {
            let Reopen { team_id, seconds, reason } = reopen;
            if let Some(team_id) = team_id {
                teams::get(connection, competition_id, team_id).map_err(|error| match error {
                    StorageError::NotFound => AdvanceError::Refused(LiveError::NoTeam),
                    other => other.into(),
                })?;
            }
            let until = now.timestamp_millis() + seconds * 1_000;
            Ok(Some(Event::Reopened { team_id, seconds, until, reason }))
        })
        .await
    }

    /// Shows the next clue of the current slide. For what is shown already nothing happens.
    ///
    /// # Errors
    /// [`LiveError::NotActive`], [`LiveError::Invalid`], and those of the database.
    pub async fn step(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
        step: Step,
    ) -> Result<Presentation, LiveError> {
        self.advance(competition_id, actor, move |connection, presentation, _| {
            let slide = presentation.state.slide;
            let clues = slide.map(|slide| presentations::clues(connection, slide.slide_id));
            let clues = clues.transpose()?.unwrap_or(0);
            step.decide(&presentation.state, clues)
                .map_err(|error| AdvanceError::Refused(error.into()))
        })
        .await
    }

    /// The presentation that goes on, with who takes part.
    ///
    /// # Errors
    /// [`LiveError::NotActive`] and those of the database.
    pub async fn current(
        &self,
        competition_id: CompetitionId,
    ) -> Result<(Presentation, Presence), LiveError> {
        let active = self
            .database()
            .read(move |connection| presentations::active(connection, competition_id))
            .await?;
        let active = active.ok_or(LiveError::NotActive)?;
        let presence = self.presence(active.id);
        Ok((active, presence))
    }

    /// A page of the log of a presentation.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn log(
        &self,
        id: PresentationId,
        since: i64,
        limit: i64,
    ) -> Result<Vec<LogEntry>, LiveError> {
        let read = move |c: &mut AnyConnection| presentations::entries(c, id, since, limit);
        Ok(self.database().read(read).await?)
    }

    /// Somebody edited the competition: whoever presents it is told, and the current slide is found
    /// again where it is now.
    ///
    /// Never fails: the edit is done already, and a client that reads the competition sees it.
    pub async fn edited(&self, competition_id: CompetitionId, version: i64) {
        if let Err(error) = self.follow_edit(competition_id, version).await {
            tracing::warn!(%error, "can't tell of an edit");
        }
    }

    async fn follow_edit(
        &self,
        competition_id: CompetitionId,
        version: i64,
    ) -> Result<(), LiveError> {
        let read = move |c: &mut AnyConnection| {
            let active = presentations::active(c, competition_id)?;
            let slides = presentations::slides(c, competition_id)?;
            Ok::<_, StorageError>(active.map(|active| (active, slides)))
        };
        let Some((active, slides)) = self.database().snapshot(read).await? else { return Ok(()) };
        if active.state.found_again(&slides).is_some() {
            let moved = self.advance(competition_id, Actor::Server, move |connection, p, _| {
                let slides = presentations::slides(connection, competition_id)?;
                Ok(p.state.found_again(&slides))
            });
            match moved.await {
                Ok(_) | Err(LiveError::NotActive) => {}
                Err(error) => return Err(error),
            }
        }
        let presentation_id = active.id;
        self.tell_edit(Edit { competition_id, presentation_id, version }).await;
        Ok(())
    }

    /// The competition was deleted. Who took part in its presentation is told the last entry of the log,
    /// which is gone with it; the screens of the competition are let go.
    pub async fn deleted(&self, competition_id: CompetitionId, last: Option<LogEntry>) {
        self.publish(last.into_iter().collect()).await;
        self.revoke(Revocation::Competition(competition_id)).await;
    }

    /// Rights were taken away: whoever is connected with them is let go, on all servers.
    pub async fn revoke(&self, what: Revocation) {
        self.tell_waiting_edits().await;
        self.tell(Notice::Revoked { what }).await;
    }

    /// Moves the presentation that goes on by what is decided, if something is, with everybody else kept
    /// out meanwhile.
    pub(crate) async fn advance<F>(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
        decide: F,
    ) -> Result<Presentation, LiveError>
    where
        F: FnOnce(
                &mut AnyConnection,
                &Presentation,
                Timestamp,
            ) -> Result<Option<Event>, AdvanceError<LiveError>>
            + Send
            + 'static,
    {
        Ok(self.advance_by(competition_id, actor, decide).await?.presentation)
    }

    /// The same, and whether something was decided.
    async fn advance_by<F>(
        &self,
        competition_id: CompetitionId,
        actor: Actor,
        decide: F,
    ) -> Result<Advanced, LiveError>
    where
        F: FnOnce(
                &mut AnyConnection,
                &Presentation,
                Timestamp,
            ) -> Result<Option<Event>, AdvanceError<LiveError>>
            + Send
            + 'static,
    {
        self.take_share(&actor, competition_id, 1)?;
        self.write_and_tell(move |connection, now| {
            competitions::lock(connection, competition_id)?;
            let active = presentations::active(connection, competition_id)?;
            let id = active.ok_or(AdvanceError::NotActive)?.id;
            let mut before = None;
            let (after, entry) = presentations::advance(connection, id, &actor, now, |c, p| {
                before = Some(p.state.shown.clone());
                decide(c, p, now)
            })?;
            // What teams and the audience were sent before is out of date when they may read more.
            let shows_more = before.is_some_and(|before| before != after.state.shown)
                && competitions::views(connection, competition_id)? == Views::AsShown;
            if shows_more || entry.as_ref().is_some_and(|e| opens_or_closes_scores(&e.event)) {
                competitions::touch_results(connection, competition_id)?;
            }
            Ok((after, entry))
        })
        .await
    }

    /// Writes, then tells of it, both to the end: whoever asked for it may be gone meanwhile, and what
    /// was written would reach nobody.
    async fn write_and_tell<F>(&self, work: F) -> Result<Advanced, LiveError>
    where
        F: FnOnce(&mut AnyConnection, Timestamp) -> Written + Send + 'static,
    {
        let live = self.clone();
        let task = tokio::spawn(async move {
            let standing = live.clock_stands().await;
            let now = live.now();
            let written = live.database().write(move |c: &mut AnyConnection| work(c, now)).await;
            drop(standing);
            let (presentation, entry) = written.map_err(|error| match error {
                AdvanceError::Storage(StorageError::NotFound) => LiveError::NoCompetition,
                other => other.into(),
            })?;
            let changed = entry.is_some();
            live.publish(entry.into_iter().collect()).await;
            Ok(Advanced { presentation, changed })
        });
        task.await.unwrap_or(Err(LiveError::Storage(StorageError::Interrupted)))
    }
}

/// Whether the audience may read other scores than before: what it was sent is out of date then.
fn opens_or_closes_scores(event: &Event) -> bool {
    matches!(event, Event::Synced { show_scoreboard: Some(_), .. } | Event::Ended { .. })
}

impl Reopen {
    fn check(&self) -> Result<(), LiveError> {
        if !(1..=MAX_EXTRA).contains(&self.seconds) {
            return Err(LiveError::field("seconds", format!("Must be from 1 to {MAX_EXTRA}.")));
        }
        if self.reason.trim().is_empty() {
            return Err(LiveError::field("reason", "Say why there is more time."));
        }
        if self.reason.chars().count() > MAX_REASON {
            return Err(LiveError::field("reason", format!("At most {MAX_REASON} characters.")));
        }
        Ok(())
    }
}
