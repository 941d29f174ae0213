//! Taking a seat: where the presentation stands, or what was missed of it, and from then on
//! everything.

use std::sync::Arc;

use estrad_domain::clock::Timestamp;
use estrad_domain::policy::{self, Action, Target};
use estrad_domain::presentation::{
    Actor, BoardLine, Event, Group, LogEntry, Presentation, Recipients, ServerEvent, Told,
    full_sync, locked_for, tell,
};
use estrad_domain::principal::{Principal, Waiting};
use estrad_domain::{CompetitionId, PresentationId};
use estrad_persistence::queries::{competitions, presentations, scoreboard, teams};
use estrad_persistence::{AnyConnection, Error as StorageError};
use serde_json::json;

use super::Client;
use crate::close::Close;
use crate::hub::Part;
use crate::message::Message;
use crate::{EventError, LiveError};

/// The most entries that a client is sent one by one; who missed more gets the whole state.
const MAX_REPLAY: i64 = 1_000;
/// How often it is looked again where a presentation stands that moves on all the time.
const UNCHANGED_TRIES: usize = 3;
/// About what a message needs in an outbox beside its data.
const FRAME: usize = 64;

/// Where a client was when it lost its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resume {
    #[expect(missing_docs, reason = "says itself")]
    pub presentation_id: PresentationId,
    /// The `seq` of the last message that it saw, where it says so.
    pub since: Option<i64>,
}

impl Client {
    /// Joins as who it is: an operator starts the presentation if none goes on, everybody else joins
    /// one that does, and waits in silence if none does.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn join(&mut self, resume: Option<Resume>) -> Result<(), EventError> {
        self.join_acknowledged(resume, || {}, |_| {}).await
    }

    /// The same, for a protocol that acknowledges a connection: `admit` is called once the client is in
    /// its room, after the commit that made the presentation active where it started one, and before
    /// anything is sent to it; `refuse` where it can't be.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn join_acknowledged(
        &mut self,
        resume: Option<Resume>,
        admit: impl FnOnce(),
        refuse: impl FnOnce(&EventError),
    ) -> Result<(), EventError> {
        let Some(competition_id) = self.signed_in()?.competition_id else {
            admit();
            return Ok(());
        };
        self.join_in_turn(competition_id, resume, admit, refuse).await
    }

    /// Joins the presentation that the client waited for, if that has begun.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn begun(&mut self) -> Result<(), EventError> {
        match self.signed_in()?.connection.waits_for() {
            Some(competition_id) => self.join_in_turn(competition_id, None, || {}, |_| {}).await,
            None => Ok(()),
        }
    }

    async fn join_in_turn(
        &mut self,
        competition_id: CompetitionId,
        resume: Option<Resume>,
        admit: impl FnOnce(),
        refuse: impl FnOnce(&EventError),
    ) -> Result<(), EventError> {
        let live = self.live.clone();
        let _turn = live.turn().await;
        let joined = self.join_competition_then(competition_id, resume, admit).await;
        let Err(error) = joined else { return Ok(()) };
        let failed = matches!(error, LiveError::Storage(_));
        let error = error.into();
        refuse(&error);
        if failed {
            // Nobody asks again for what a client does by connecting: it has to connect again.
            self.subscriber.close(Close::Unavailable);
        }
        Err(error)
    }

    pub(super) async fn join_competition(
        &mut self,
        competition_id: CompetitionId,
        resume: Option<Resume>,
    ) -> Result<(), LiveError> {
        self.join_competition_then(competition_id, resume, || {}).await
    }

    async fn join_competition_then(
        &mut self,
        competition_id: CompetitionId,
        resume: Option<Resume>,
        admit: impl FnOnce(),
    ) -> Result<(), LiveError> {
        let Some(group) = self.group() else { return Err(LiveError::NotAllowed) };
        let settings = self.live.settings().policy;
        let target = Target { competition_id: Some(competition_id), ..Target::default() };
        let principal = &self.signed_in()?.caller.principal;
        let starts = principal.user().is_none()
            && policy::allows(settings, principal, Action::RunPresentation, target);
        // Before it is looked whether there is one: no start is missed in between.
        let begins_to_wait =
            self.waits(competition_id) && self.signed_in()?.connection.wait_for(competition_id);
        let active = self.find(competition_id, starts, resume).await?;
        if let Some(signed_in) = &mut self.signed_in {
            signed_in.competition_id = Some(competition_id);
            if let (Some(_), Principal::Screen(screen)) = (active, &mut signed_in.caller.principal)
                && screen.waiting == Waiting::ForStart
            {
                screen.waiting = Waiting::Begun;
            }
        }
        match active {
            Some(id) => self.take_seat(id, group, resume, admit).await,
            None => {
                admit();
                if begins_to_wait { self.tell_waiting(competition_id).await } else { Ok(()) }
            }
        }
    }

    /// Whether it asked to wait for presentations of the competition.
    fn waits(&self, competition_id: CompetitionId) -> bool {
        match self.signed_in.as_ref().map(|signed_in| &signed_in.caller.principal) {
            Some(Principal::Screen(screen)) => {
                screen.waiting != Waiting::No && screen.competition_id == competition_id
            }
            Some(Principal::User(_)) | None => false,
        }
    }

    /// Tells the client that it waits, for what, and as whom: what whoever has the code may know.
    async fn tell_waiting(&self, competition_id: CompetitionId) -> Result<(), LiveError> {
        let signed_in = self.signed_in()?;
        let team_id = match &signed_in.caller.principal {
            Principal::Screen(screen) => screen.team_id,
            Principal::User(_) => None,
        };
        let read = move |c: &mut AnyConnection| {
            let competition = competitions::get(c, competition_id)?;
            let team = team_id.map(|id| teams::get(c, competition_id, id)).transpose()?;
            Ok::<_, StorageError>((competition, team))
        };
        let (competition, team) = self.live.database().read(read).await?;
        let team = team.map(|team| json!({"id": team.id, "name": team.name}));
        let data = json!({
            "waiting": true,
            "competition": {"id": competition.id, "name": competition.name},
            "team": team,
            "server_time": self.live.now().timestamp_millis(),
        });
        signed_in.connection.tell(&[Message::new(ServerEvent::Sync, data)]);
        Ok(())
    }

    /// As what it takes part.
    fn group(&self) -> Option<Group> {
        Group::of_caller(&self.signed_in.as_ref()?.caller.principal)
    }

    /// The presentation to join: the one that goes on; else the newest, if that is the one that the client
    /// was in, or can be resumed and the client was in one. Whoever may, starts one otherwise.
    async fn find(
        &self,
        competition_id: CompetitionId,
        starts: bool,
        resume: Option<Resume>,
    ) -> Result<Option<PresentationId>, LiveError> {
        let latest = self
            .live
            .database()
            .read(move |c: &mut AnyConnection| presentations::latest(c, competition_id))
            .await?;
        let named = resume.map(|resume| resume.presentation_id);
        // Who was in a presentation starts none beside one that may go on.
        let joins = |latest: &Presentation| {
            let may_go_on = named.is_some() && latest.is_resumable(self.live.now());
            latest.is_active() || named == Some(latest.id) || may_go_on
        };
        match latest.filter(joins) {
            Some(latest) => Ok(Some(latest.id)),
            None if starts => {
                let actor = self.actor()?;
                Ok(Some(self.live.start(competition_id, actor).await?.id))
            }
            None => Ok(None),
        }
    }

    async fn take_seat(
        &mut self,
        id: PresentationId,
        group: Group,
        resume: Option<Resume>,
        admit: impl FnOnce(),
    ) -> Result<(), LiveError> {
        // In this order: from here on nothing is missed, and what is both in the state and on its way
        // is passed over by its place in the log.
        self.live.watch(id).await?;
        let first_words = self.first_words;
        let signed_in = self.signed_in()?;
        signed_in.connection.join(id, group, first_words);
        let since = resume.filter(|resume| resume.presentation_id == id).and_then(|r| r.since);
        // All of it goes into the outbox at once, beside what is published meanwhile: of too much, the
        // client would be let go as one that does not keep up, each time that it comes back.
        let (room, now) = (self.subscriber.outbox_bytes() / 2, self.live.now());
        let jti = signed_in.caller.jti.clone();
        let read = move |c: &mut AnyConnection| {
            let presentation = presentations::get(c, id)?;
            let fits = |missed: &[LogEntry]| size(missed, group, &jti, now) <= room;
            let first = First::read(c, &presentation, since, fits)?;
            Ok::<_, StorageError>((presentation, first))
        };
        let read = self.live.database().snapshot(read).await;
        let (presentation, first) = read.inspect_err(|_| signed_in.connection.leave())?;
        let mut messages = self.first_messages(&presentation, first, group, resume.is_some());
        let waits = presentation.is_resumable(now);
        if (presentation.is_active() || waits) && Recipients::STAFF.include(group) {
            messages.push(Message::new(ServerEvent::Presence, self.live.presence(id)));
        }
        admit();
        signed_in.connection.begin(presentation.seq, &messages);
        if waits {
            // Until it goes on, another one is started, or nobody can resume it any more.
            self.live.resumptions().add(id);
            self.live.timers().notify_one();
        } else if !presentation.is_active() {
            self.subscriber.close(Close::Ended);
        }
        Ok(())
    }

    /// Tells the client where the presentation stands, at its own place in the log: what is on its way
    /// to it comes after that.
    pub(super) async fn tell_unchanged(&self, presentation: Presentation) -> Result<(), LiveError> {
        let (Some(group), id) = (self.group(), presentation.id) else { return Ok(()) };
        let connection = &self.signed_in()?.connection;
        let mut current = presentation;
        for _ in 0..UNCHANGED_TRIES {
            let Some(seen) = connection.seen(id) else { break };
            if seen <= current.seq {
                let whole =
                    full_sync(&Presentation { seq: seen, ..current }, None, self.live.now(), None);
                connection.tell(&self.worded(&[whole], group));
                break;
            }
            // It was told of something newer meanwhile.
            current = self.live.database().read(move |c| presentations::get(c, id)).await?;
        }
        Ok(())
    }

    fn first_messages(
        &self,
        presentation: &Presentation,
        first: First,
        group: Group,
        resumes: bool,
    ) -> Vec<Arc<Message>> {
        let now = self.live.now();
        let missed = match first {
            First::Missed(missed) => missed,
            First::Whole(board) => {
                let recovered = resumes.then_some(false);
                let whole = full_sync(presentation, board.as_deref(), now, recovered);
                let mut told = match presentation.is_resumable(now) {
                    true => vec![whole],
                    false => with_end(whole, presentation, now),
                };
                if let Group::Team(team_id) = group {
                    let grace = self.live.settings().grace;
                    told.extend(locked_for(presentation, team_id, now, grace));
                }
                return self.worded(&told, group);
            }
        };
        let head = json!({
            "presentation_id": presentation.id,
            "seq": presentation.seq,
            "missed": missed.len(),
            "recovered": true,
            "server_time": now.timestamp_millis(),
        });
        let jti = self.signed_in.as_ref().map_or("", |signed_in| &signed_in.caller.jti);
        let told = missed.iter().flat_map(|entry| tell(entry, now));
        // What it sent itself it may have typed over since.
        let told: Vec<Told> = told.filter(|told| told.is_for(group, jti)).collect();
        let mut messages = self.worded(&told, group);
        messages.push(Message::new(ServerEvent::Resumed, head));
        if presentation.is_resumable(now) {
            // It knows what there was; now it waits.
            let whole = full_sync(presentation, None, now, None);
            messages.extend(self.worded(&[whole], group));
        }
        messages
    }

    /// What the group may have of it, in the client's words.
    fn worded(&self, told: &[Told], group: Group) -> Vec<Arc<Message>> {
        let parts = told.iter().filter(|told| told.to.include(group)).map(Part::from);
        let words = parts.flat_map(|part| match part.first_words {
            Some(words) if self.first_words => words,
            _ => vec![part.message],
        });
        words.collect()
    }
}

/// What a client is sent first.
enum First {
    /// What it missed.
    Missed(Vec<LogEntry>),
    /// Where the presentation stands, with the scoreboard where that is shown.
    Whole(Option<Vec<BoardLine>>),
}

impl First {
    /// What was missed after that place, where that is one, not too long ago, and fits, else the
    /// whole.
    fn read(
        connection: &mut AnyConnection,
        presentation: &Presentation,
        since: Option<i64>,
        fits: impl FnOnce(&[LogEntry]) -> bool,
    ) -> Result<Self, StorageError> {
        let Presentation { id, competition_id, seq, .. } = *presentation;
        let known = since.filter(|since| (0..=seq).contains(since) && seq - since <= MAX_REPLAY);
        if let Some(since) = known {
            let missed = presentations::entries(connection, id, since, MAX_REPLAY)?;
            if fits(&missed) {
                return Ok(Self::Missed(missed));
            }
        }
        // What is given after the end is not shown to everybody.
        let shown =
            presentation.shows_scores().then(|| scoreboard::lines(connection, competition_id));
        Ok(Self::Whole(shown.transpose()?))
    }
}

/// About how many bytes the group is sent of it.
fn size(missed: &[LogEntry], group: Group, jti: &str, now: Timestamp) -> usize {
    let told = missed.iter().flat_map(|entry| tell(entry, now));
    let told = told.filter(|told| told.is_for(group, jti));
    told.map(|told| FRAME + told.data.map_or(0, |data| data.to_string().len())).sum()
}

/// Whoever comes back to a presentation that has ended is told that, too.
fn with_end(whole: Told, presentation: &Presentation, now: Timestamp) -> Vec<Told> {
    let mut told = vec![whole];
    if let Some((at, reason)) = presentation.ended {
        let (presentation_id, seq) = (presentation.id, presentation.seq);
        let event = Event::Ended { reason, resumable_until: None };
        let last =
            LogEntry { presentation_id, seq, at, actor: Actor::Server, event, erased: false };
        told.extend(tell(&last, now));
    }
    told
}
