//! One connected client, whatever protocol it speaks: who it is, where it sits, and what it asks for.

mod events;
mod joining;
mod results;

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Instant;

use chrono::TimeDelta;
use estrad_auth::Caller;
use estrad_domain::CompetitionId;
use estrad_domain::clock::{Moment, Timestamp};
use estrad_domain::policy::{self, Action, Target};
use estrad_domain::presentation::Actor;
use estrad_domain::principal::Principal;
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::competitions;

use crate::close::Close;
use crate::hub::Subscriber;
use crate::seat::ConnectionHandle;
use crate::worker::Worker;
use crate::{Live, LiveError};

pub use joining::Resume;

/// How long a token is believed without looking it up again. That it was revoked is told at once; this
/// is for the case that the telling was lost.
const BELIEVED: TimeDelta = TimeDelta::seconds(60);

/// One client. Dropping it leaves the room.
pub struct Client {
    live: Live,
    worker: Rc<Worker>,
    subscriber: Rc<dyn Subscriber>,
    address: IpAddr,
    signed_in: Option<SignedIn>,
    /// Whether it speaks the words of the first front-end.
    first_words: bool,
}

struct SignedIn {
    caller: Caller,
    token: String,
    looked_up: Moment,
    connection: ConnectionHandle,
    /// The competition that it follows: a screen's own, or the one that a user chose.
    competition_id: Option<CompetitionId>,
}

impl Client {
    /// A client that nobody knows yet.
    pub fn new(
        live: Live,
        worker: Rc<Worker>,
        subscriber: Rc<dyn Subscriber>,
        address: IpAddr,
    ) -> Self {
        Self { live, worker, subscriber, address, signed_in: None, first_words: false }
    }

    /// Knows the client by its token, in place of whoever it was before.
    ///
    /// # Errors
    /// What to close the connection with.
    pub async fn authenticate(&mut self, token: &str) -> Result<(), Close> {
        let live = self.live.clone();
        let _turn = live.turn().await;
        let (looked_up, since) = (self.live.moment(), Instant::now());
        let caller = self.live.authenticator().authenticate(token).await?;
        let competition_id = match &caller.principal {
            Principal::Screen(screen) => Some(screen.competition_id),
            Principal::User(_) => None,
        };
        let connection = self.worker.connect(&caller, since, self.subscriber.clone());
        let token = token.to_owned();
        self.signed_in = Some(SignedIn { caller, token, looked_up, connection, competition_id });
        Ok(())
    }

    /// Until when its token is good; none before it is known.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.signed_in.as_ref().map(|signed_in| signed_in.caller.expires_at)
    }

    fn signed_in(&self) -> Result<&SignedIn, LiveError> {
        self.signed_in.as_ref().ok_or(LiveError::Token(Close::TokenMissing))
    }

    fn actor(&self) -> Result<Actor, LiveError> {
        let caller = &self.signed_in()?.caller;
        Ok(Actor::of(&caller.principal, &caller.jti))
    }

    /// Asks the policy table, as REST does, and gives the actor for the log.
    async fn require(&self, action: Action, mut target: Target) -> Result<Actor, LiveError> {
        let principal = &self.signed_in()?.caller.principal;
        if let (Some(_), Some(id)) = (principal.user(), target.competition_id) {
            let read = move |c: &mut estrad_persistence::AnyConnection| competitions::head(c, id);
            let head = self.live.database().read(read).await.map_err(|error| match error {
                StorageError::NotFound => LiveError::NoCompetition,
                other => other.into(),
            })?;
            target.city_id = Some(head.city_id);
        }
        policy::check(self.live.settings().policy, principal, action, target)?;
        self.actor()
    }

    /// The competition that an event is about: the one that it names, else the client's own.
    fn competition(&self, named: Option<CompetitionId>) -> Result<CompetitionId, LiveError> {
        let own = self.signed_in()?.competition_id;
        named.or(own).ok_or_else(|| LiveError::field("competition_id", "Is missing."))
    }

    /// Looks the token up again, if that was long ago.
    async fn recheck(&mut self) -> Result<(), LiveError> {
        let now = self.live.moment();
        let signed_in = self.signed_in()?;
        if now.since(signed_in.looked_up) < BELIEVED {
            return Ok(());
        }
        let token = signed_in.token.clone();
        match self.live.authenticator().authenticate(&token).await.map_err(Close::from) {
            Ok(_) => {
                if let Some(signed_in) = &mut self.signed_in {
                    signed_in.looked_up = now;
                }
                Ok(())
            }
            // The next event asks again.
            Err(Close::Unavailable) => Ok(()),
            Err(close) => {
                self.subscriber.close(close);
                Err(LiveError::Token(close))
            }
        }
    }
}
