//! Telling of edits: the first at once, and then no more than a few a second.
//!
//! Everybody who is told reads the competition anew. An editor who drags and types changes it thirty times in
//! a few seconds, and a script more often.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use estrad_domain::{CompetitionId, PresentationId};

use crate::Live;
use crate::broker::Notice;

/// How long is waited for more edits after one was told of.
const PAUSE: Duration = Duration::from_millis(250);

/// That a competition is of a version now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edit {
    pub(crate) competition_id: CompetitionId,
    pub(crate) presentation_id: PresentationId,
    pub(crate) version: i64,
}

/// The competitions of which an edit was told a moment ago, with the newest one since.
#[derive(Debug, Default)]
pub(crate) struct Edits(Mutex<HashMap<CompetitionId, Option<Edit>>>);

impl Edits {
    fn lock(&self) -> MutexGuard<'_, HashMap<CompetitionId, Option<Edit>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is to be told now. If not, it is told after the pause, unless a newer one comes.
    fn is_first(&self, edit: Edit) -> bool {
        let mut edits = self.lock();
        let Some(later) = edits.get_mut(&edit.competition_id) else {
            edits.insert(edit.competition_id, None);
            return true;
        };
        if later.is_none_or(|later| later.version <= edit.version) {
            *later = Some(edit);
        }
        false
    }

    /// What waits to be told, of all competitions.
    fn waiting(&self) -> Vec<Edit> {
        self.lock().values_mut().filter_map(Option::take).collect()
    }

    /// What came in the pause; if nothing did, the next one is a first one again.
    fn after_pause(&self, id: CompetitionId) -> Option<Edit> {
        let mut edits = self.lock();
        let later = edits.get_mut(&id)?.take();
        if later.is_none() {
            edits.remove(&id);
        }
        later
    }
}

impl Live {
    /// Tells of it, at once or with those that follow.
    pub(crate) async fn tell_edit(&self, edit: Edit) {
        if !self.edits().is_first(edit) {
            return;
        }
        self.tell_of(edit).await;
        let (live, id) = (self.clone(), edit.competition_id);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(PAUSE).await;
                match live.edits().after_pause(id) {
                    Some(edit) => live.tell_of(edit).await,
                    None => return,
                }
            }
        });
    }

    /// Tells of what waits: what comes next is to come after it.
    pub(crate) async fn tell_waiting_edits(&self) {
        for edit in self.edits().waiting() {
            self.tell_of(edit).await;
        }
    }

    async fn tell_of(&self, edit: Edit) {
        let Edit { competition_id, presentation_id, version } = edit;
        self.tell(Notice::Edited { competition_id, presentation_id, version }).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(version: i64) -> Edit {
        let (competition_id, presentation_id) = (CompetitionId(1), PresentationId(1));
        Edit { competition_id, presentation_id, version }
    }

    #[test]
    fn of_many_edits_the_first_and_the_last_are_told() {
        let edits = Edits::default();
        assert!(edits.is_first(edit(2)));
        for version in [3, 5, 4] {
            assert!(!edits.is_first(edit(version)));
        }
        assert_eq!(edits.after_pause(CompetitionId(1)).map(|edit| edit.version), Some(5));
        assert!(!edits.is_first(edit(6)), "that was told a moment ago");
        assert_eq!(edits.after_pause(CompetitionId(1)).map(|edit| edit.version), Some(6));
        assert!(edits.after_pause(CompetitionId(1)).is_none());
        assert!(edits.is_first(edit(7)));
    }
}
