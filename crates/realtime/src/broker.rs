//! How servers that share a database tell each other what happened. The log in the database is the
//! truth; a notice that is lost is made up for from there.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use estrad_domain::presentation::{LogEntry, Presence};
use estrad_domain::{CompetitionId, PresentationId};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::hub::Revocation;

/// Something that every server has to hear of.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// Entries of one log, in order and without gaps.
    Logged {
        #[expect(missing_docs, reason = "says itself")]
        entries: Vec<LogEntry>,
    },
    /// How many clients one server has.
    Present {
        /// The server.
        node: String,
        #[expect(missing_docs, reason = "says itself")]
        presentation_id: PresentationId,
        #[expect(missing_docs, reason = "says itself")]
        presence: Presence,
    },
    /// Rights that are gone.
    Revoked {
        #[expect(missing_docs, reason = "says itself")]
        what: Revocation,
    },
    /// Somebody edits a competition.
    Edited {
        #[expect(missing_docs, reason = "says itself")]
        competition_id: CompetitionId,
        #[expect(missing_docs, reason = "says itself")]
        presentation_id: PresentationId,
        #[expect(missing_docs, reason = "says itself")]
        version: i64,
    },
}

/// What a subscription gives.
#[derive(Debug)]
pub enum Heard {
    #[expect(missing_docs, reason = "says itself")]
    Notice(Arc<Notice>),
    /// Some notices were lost.
    Missed,
}

/// Something that takes a while.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A way between servers. A notice reaches all of them, the one that sends it included, at most once
/// and in no certain order.
pub trait Broker: Send + Sync + fmt::Debug {
    /// Tells all servers. Whether it arrives is not known: who needs to be sure reads the database.
    fn tell(&self, notice: Notice) -> Later<'_, ()>;

    /// What is told from now on.
    fn subscribe(&self) -> Box<dyn Subscription>;
}

/// What is heard, one after another.
pub trait Subscription: Send {
    /// Waits for the next one; none when the broker is gone.
    fn next(&mut self) -> Later<'_, Option<Heard>>;
}

/// Notices that may wait for a listener.
const QUEUE: usize = 4_096;

/// For a single server: within the process.
#[derive(Debug)]
pub struct LocalBroker(broadcast::Sender<Arc<Notice>>);

impl Default for LocalBroker {
    fn default() -> Self {
        Self(broadcast::Sender::new(QUEUE))
    }
}

impl LocalBroker {
    /// One that is shared.
    pub fn shared() -> Arc<Self> {
        Arc::default()
    }
}

impl Broker for LocalBroker {
    fn tell(&self, notice: Notice) -> Later<'_, ()> {
        // Without a listener there is nobody to tell.
        let _ = self.0.send(Arc::new(notice));
        Box::pin(std::future::ready(()))
    }

    fn subscribe(&self) -> Box<dyn Subscription> {
        Box::new(LocalSubscription(self.0.subscribe()))
    }
}

struct LocalSubscription(broadcast::Receiver<Arc<Notice>>);

impl Subscription for LocalSubscription {
    fn next(&mut self) -> Later<'_, Option<Heard>> {
        use broadcast::error::RecvError;
        Box::pin(async {
            match self.0.recv().await {
                Ok(notice) => Some(Heard::Notice(notice)),
                Err(RecvError::Lagged(_)) => Some(Heard::Missed),
                Err(RecvError::Closed) => None,
            }
        })
    }
}
