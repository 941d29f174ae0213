//! What a client may ask for, by the event's name.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use estrad_auth::Source;
use estrad_domain::code::TypedCode;
use estrad_domain::policy::{Action, Target};
use estrad_domain::presentation::{Change, ClientEvent, MAX_REASON, Step, TimerAction};
use estrad_domain::{CompetitionId, PresentationId, TeamId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Client, Resume};
use crate::presenting::{Advanced, Reopen};
use crate::seat::ConnectionHandle;
use crate::{EventError, LiveError};

impl Client {
    /// Does what the event asks for, and gives the data of its acknowledgement.
    ///
    /// # Errors
    /// [`EventError`], for the event `error` and the negative acknowledgement.
    pub async fn event(&mut self, name: &str, data: Option<Value>) -> Result<Value, EventError> {
        let data = data.unwrap_or(Value::Null);
        Ok(self.handle(name, data).await?)
    }

    async fn handle(&mut self, name: &str, data: Value) -> Result<Value, LiveError> {
        let event = ClientEvent::from_word(name).ok_or(LiveError::UnknownEvent)?;
        // What it has to wait for below is none of the client's doing.
        let arrived = self.live.moment();
        // Logging out and ending leave the front-end at the same moment; either may be first.
        if event != ClientEvent::EndPresentation {
            self.recheck().await?;
        }
        match event {
            ClientEvent::Sync => self.sync(None, Change::parse(&data)?).await,
            ClientEvent::EndPresentation => self.end(data).await,
            ClientEvent::Reopen => self.reopen(data).await,
            ClientEvent::Step => self.step(Step::parse(&data)?).await,
            ClientEvent::Answer => self.answer(data, arrived).await,
            ClientEvent::Score => self.score(data, arrived).await,
            ClientEvent::Time => self.time(&data),
            ClientEvent::Join => self.rejoin(data).await,
            ClientEvent::StartPresentation => self.start_presentation(data).await,
            ClientEvent::JoinPresentation => self.join_presentation(data).await,
            ClientEvent::SetSlide => {
                self.set(data, |c| Change { slide_order: c.slide_order, ..Change::default() }).await
            }
            ClientEvent::SetTimer => {
                self.set(data, |c| Change { timer: c.timer.clone(), ..Change::default() }).await
            }
            ClientEvent::ResumePresentation => self.resume_presentation(data).await,
            ClientEvent::TimerPause => self.timer(data, TimerAction::Pause).await,
            ClientEvent::TimerResume => self.timer(data, TimerAction::Resume).await,
            ClientEvent::TimerAdd => self.add_time(data).await,
        }
    }

    async fn sync(
        &mut self,
        named: Option<CompetitionId>,
        change: Change,
    ) -> Result<Value, LiveError> {
        let (competition_id, target) = self.about(named)?;
        let actor = self.require(Action::RunPresentation, target).await?;
        let advanced = self.live.change(competition_id, actor, change).await?;
        self.advanced(advanced).await
    }

    /// Does to the timer what an event without further data asks for.
    async fn timer(&mut self, data: Value, action: TimerAction) -> Result<Value, LiveError> {
        #[derive(Deserialize, Default)]
        #[serde(deny_unknown_fields)]
        struct Asked {
            competition_id: Option<CompetitionId>,
        }
        let asked = if data.is_null() { Asked::default() } else { parse::<Asked>(data)? };
        self.act(asked.competition_id, action).await
    }

    async fn add_time(&mut self, data: Value) -> Result<Value, LiveError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Asked {
            competition_id: Option<CompetitionId>,
            seconds: i64,
            #[serde(default)]
            restart: bool,
            reason: Option<String>,
        }
        let Asked { competition_id, seconds, restart, reason } = parse(data)?;
        let reason = reason.map(check_reason).transpose()?;
        self.act(competition_id, TimerAction::Add { seconds, restart, reason }).await
    }

    async fn act(
        &mut self,
        named: Option<CompetitionId>,
        action: TimerAction,
    ) -> Result<Value, LiveError> {
        let (competition_id, target) = self.about(named)?;
        let actor = self.require(Action::RunPresentation, target).await?;
        let advanced = self.live.set_timer(competition_id, actor, action).await?;
        self.advanced(advanced).await
    }

    /// The acknowledgement. Who asked for what is so already is told by `sync` how things stand;
    /// everybody else knows.
    async fn advanced(&self, advanced: Advanced) -> Result<Value, LiveError> {
        let Advanced { presentation, changed } = advanced;
        let (id, seq) = (presentation.id, presentation.seq);
        if !changed {
            self.tell_unchanged(presentation).await?;
        }
        Ok(json!({"ok": true, "seq": seq, "presentation_id": id}))
    }

    async fn end(&mut self, data: Value) -> Result<Value, LiveError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct End {
            competition_id: Option<CompetitionId>,
        }
        // The front-end in use sends nothing, and others an empty object.
        let named = match data {
            Value::Null => None,
            data => parse::<End>(data)?.competition_id,
        };
        let (competition_id, target) = self.about(named)?;
        let actor = self.require(Action::RunPresentation, target).await?;
        let presentation = self.live.end(competition_id, actor).await?;
        Ok(json!({"ok": true, "seq": presentation.seq, "presentation_id": presentation.id}))
    }

    async fn step(&mut self, step: Step) -> Result<Value, LiveError> {
        let (competition_id, target) = self.about(None)?;
        let actor = self.require(Action::RunPresentation, target).await?;
        let presentation = self.live.step(competition_id, actor, step).await?;
        Ok(json!({"ok": true, "seq": presentation.seq, "presentation_id": presentation.id}))
    }

    async fn reopen(&mut self, data: Value) -> Result<Value, LiveError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Asked {
            team_id: Option<TeamId>,
            seconds: i64,
            reason: String,
        }
        let Asked { team_id, seconds, reason } = parse(data)?;
        let (competition_id, target) = self.about(None)?;
        let actor = self.require(Action::ReopenAnswers, target).await?;
        let reopen = Reopen { team_id, seconds, reason };
        let presentation = self.live.reopen(competition_id, actor, reopen).await?;
        Ok(json!({"ok": true, "seq": presentation.seq, "presentation_id": presentation.id}))
    }

    /// For the offset of the client's clock: `t0` comes back as it is.
    fn time(&self, data: &Value) -> Result<Value, LiveError> {
        let t0 = data.get("t0").cloned().unwrap_or(Value::Null);
        if t0.is_null() || t0.is_number() {
            Ok(json!({"ok": true, "t0": t0, "server_time": self.live.now().timestamp_millis()}))
        } else {
            Err(LiveError::field("t0", "Must be a number."))
        }
    }

    /// Joins once there is something to join, or resumes.
    async fn rejoin(&mut self, data: Value) -> Result<Value, LiveError> {
        #[derive(Deserialize, Default)]
        #[serde(deny_unknown_fields)]
        struct Join {
            competition_id: Option<CompetitionId>,
            presentation_id: Option<PresentationId>,
            since: Option<i64>,
        }
        let join = if data.is_null() { Join::default() } else { parse::<Join>(data)? };
        let (competition_id, target) = self.about(join.competition_id)?;
        // Who waits for the start asks whether it has come.
        if self.signed_in()?.connection.waits_for() != Some(competition_id) {
            self.require(Action::WatchPresentation, target).await?;
        }
        let since = join.since;
        let resume = join.presentation_id.map(|presentation_id| Resume { presentation_id, since });
        self.join_competition(competition_id, resume).await?;
        Ok(self.joined())
    }

    /// Lets the presentation go on that has ended, and joins it unless the client waits for it already.
    async fn resume_presentation(&mut self, data: Value) -> Result<Value, LiveError> {
        #[derive(Deserialize, Default)]
        #[serde(deny_unknown_fields)]
        struct Asked {
            competition_id: Option<CompetitionId>,
            presentation_id: Option<PresentationId>,
        }
        let asked = if data.is_null() { Asked::default() } else { parse::<Asked>(data)? };
        let (competition_id, target) = self.about(asked.competition_id)?;
        let actor = self.require(Action::RunPresentation, target).await?;
        let resumed = self.live.resume(competition_id, actor, asked.presentation_id).await?;
        if self.signed_in()?.connection.presentation_id() != Some(resumed.id) {
            self.join_competition(competition_id, None).await?;
        }
        Ok(json!({"ok": true, "seq": resumed.seq, "presentation_id": resumed.id}))
    }

    async fn start_presentation(&mut self, data: Value) -> Result<Value, LiveError> {
        let named = parse::<Named>(data)?.competition_id;
        let (competition_id, target) = self.about(Some(named))?;
        let actor = self.require(Action::RunPresentation, target).await?;
        self.use_first_words();
        self.live.start(competition_id, actor).await?;
        self.join_competition(competition_id, None).await?;
        Ok(self.joined())
    }

    /// With the code of the client's own screen or, for a user of the administration, as the screen
    /// of that code.
    async fn join_presentation(&mut self, data: Value) -> Result<Value, LiveError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Join {
            code: String,
        }
        let code = parse::<Join>(data)?.code;
        let principal = &self.signed_in()?.caller.principal;
        match principal {
            estrad_domain::principal::Principal::Screen(screen) => {
                let own = |typed: TypedCode| typed.stands_for(&screen.code);
                if !TypedCode::parse(&code).is_ok_and(own) {
                    return Err(LiveError::NotAllowed);
                }
            }
            estrad_domain::principal::Principal::User(_) => {
                let source = self.source()?;
                let login =
                    self.live.authenticator().log_in_with_code(&code, false, source).await?;
                self.authenticate(&login.token).await.map_err(LiveError::Token)?;
            }
        }
        self.use_first_words();
        let (competition_id, _) = self.about(None)?;
        self.join_competition(competition_id, None).await?;
        Ok(self.joined())
    }

    /// Where its tries of codes come from: whoever has its token is one client.
    fn source(&self) -> Result<Source, LiveError> {
        let mut client = DefaultHasher::new();
        self.signed_in()?.caller.jti.hash(&mut client);
        Ok(Source { address: self.address, client: client.finish() })
    }

    /// The words of the first front-end for `sync`.
    async fn set(
        &mut self,
        mut data: Value,
        only: impl FnOnce(&Change) -> Change,
    ) -> Result<Value, LiveError> {
        let named = data.as_object_mut().and_then(|members| members.remove("competition_id"));
        let named = named.map(|id| {
            id.as_i64()
                .map(CompetitionId)
                .ok_or_else(|| LiveError::field("competition_id", "Must be a whole number."))
        });
        let change = Change::parse(&data)?;
        if only(&change) != change {
            return Err(LiveError::field("data", "Only what the event is about can be set."));
        }
        self.use_first_words();
        self.sync(named.transpose()?, change).await
    }

    /// The competition that it is about, and the same for the policy table.
    pub(super) fn about(
        &self,
        named: Option<CompetitionId>,
    ) -> Result<(CompetitionId, Target), LiveError> {
        let competition_id = self.competition(named)?;
        let target = Target { competition_id: Some(competition_id), ..Target::default() };
        Ok((competition_id, target))
    }

    fn joined(&self) -> Value {
        let connection = self.signed_in.as_ref().map(|signed_in| &signed_in.connection);
        let joined = connection.and_then(ConnectionHandle::presentation_id);
        let waits = connection.and_then(ConnectionHandle::waits_for).is_some();
        let mut data = json!({"ok": true, "presentation_id": joined});
        if waits {
            data["waiting"] = true.into();
        }
        data
    }

    fn use_first_words(&mut self) {
        self.first_words = true;
        if let Some(signed_in) = &self.signed_in {
            signed_in.connection.use_first_words();
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    competition_id: CompetitionId,
}

fn check_reason(reason: String) -> Result<String, LiveError> {
    if reason.chars().count() > MAX_REASON {
        return Err(LiveError::field("reason", format!("At most {MAX_REASON} characters.")));
    }
    Ok(reason)
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(data: Value) -> Result<T, LiveError> {
    serde_json::from_value(data).map_err(|error| LiveError::field("data", error.to_string()))
}
