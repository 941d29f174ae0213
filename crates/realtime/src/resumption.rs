//! Clients that wait for a presentation to be resumed, and what becomes of them when it is not.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use estrad_domain::PresentationId;
use estrad_domain::clock::Timestamp;
use estrad_persistence::queries::presentations;
use estrad_persistence::{AnyConnection, Error as StorageError};

use crate::close::Close;
use crate::hub::Publication;
use crate::{Live, LiveError};

/// The presentations that have ended and that clients of this server wait for: at most as many as there
/// are connections.
#[derive(Debug, Default)]
pub(crate) struct Resumptions(Mutex<HashSet<PresentationId>>);

impl Resumptions {
    /// A client waits for it from now on.
    pub(crate) fn add(&self, id: PresentationId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
    }

    fn all(&self) -> Vec<PresentationId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    fn remove(&self, id: PresentationId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

/// How it stands with a presentation that clients wait for.
enum Stands {
    /// It goes on: they are told by its log.
    GoesOn,
    /// It can be resumed until then.
    Waits(Timestamp),
    /// Another one was started: who waits comes back and joins that one.
    Replaced,
    /// Nobody resumed it in time.
    Over,
}

/// Lets go of those who wait for nothing any more, and gives the time at which to look again.
///
/// # Errors
/// Those of the database.
pub(crate) async fn look(live: &Live) -> Result<Option<Timestamp>, LiveError> {
    let mut next: Option<Timestamp> = None;
    for id in live.resumptions().all() {
        let close = match stands(live, id).await? {
            Stands::Waits(until) => {
                next = Some(next.map_or(until, |next| next.min(until)));
                continue;
            }
            Stands::GoesOn => None,
            Stands::Replaced => Some(Close::Resumable),
            Stands::Over => Some(Close::Ended),
        };
        live.resumptions().remove(id);
        if close.is_some() {
            live.hub().publish(Publication {
                presentation_id: id,
                seq: None,
                parts: Vec::new(),
                ends: close,
            });
        }
    }
    Ok(next)
}

async fn stands(live: &Live, id: PresentationId) -> Result<Stands, LiveError> {
    let now = live.now();
    let read = move |c: &mut AnyConnection| {
        let waited_for = match presentations::get(c, id) {
            // It was deleted with its competition.
            Err(StorageError::NotFound) => return Ok(Stands::Over),
            found => found?,
        };
        let latest = presentations::latest(c, waited_for.competition_id)?;
        Ok::<_, StorageError>(if waited_for.is_active() {
            Stands::GoesOn
        } else if latest.is_some_and(|latest| latest.id != id) {
            Stands::Replaced
        } else {
            let until = waited_for.resumable_until.filter(|until| now < *until);
            until.map_or(Stands::Over, Stands::Waits)
        })
    };
    Ok(live.database().snapshot(read).await?)
}
