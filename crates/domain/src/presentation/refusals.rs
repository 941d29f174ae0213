//! Which refused answers the log knows, so that a screen that keeps on sending can't fill the disk.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::event::{Event, LogEntry, Refused};
use crate::{PresentationId, TeamId};

/// The most refusals of a team that are logged between two of its answers that were taken.
const MOST_OF_TEAM: usize = 100;
/// The most teams that are remembered; with one more, all are forgotten, and what they send again is
/// logged once more.
const MOST_TEAMS: usize = 20_000;

/// What one server remembers of refusals. The log stays right if it forgets: an entry comes twice.
#[derive(Debug, Default)]
pub struct Refusals {
    of: HashMap<TeamId, HashSet<u64>>,
    hasher: RandomState,
}

impl Refusals {
    /// Whether it needs no entry: the team was refused the same answer at the same place for the same
    /// reason before, or was refused too much since its last answer that was taken.
    pub fn has(&self, presentation_id: PresentationId, refused: &Refused) -> bool {
        self.of.get(&refused.team_id).is_some_and(|known| {
            known.len() >= MOST_OF_TEAM || known.contains(&self.digest(presentation_id, refused))
        })
    }

    /// Takes note of an entry that is in the log.
    pub fn note(&mut self, entry: &LogEntry) {
        match &entry.event {
            Event::Refused(refused) => {
                let digest = self.digest(entry.presentation_id, refused);
                if self.of.len() >= MOST_TEAMS && !self.of.contains_key(&refused.team_id) {
                    self.of.clear();
                }
                self.of.entry(refused.team_id).or_default().insert(digest);
            }
            Event::Answered(answered) => {
                self.of.remove(&answered.team_id);
            }
            _ => {}
        }
    }

    fn digest(&self, presentation_id: PresentationId, refused: &Refused) -> u64 {
        let Refused { question_alternative_id, answer, why, .. } = refused;
        self.hasher.hash_one((presentation_id.0, question_alternative_id.0, answer, why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::presentation::{Actor, Answered, Locked};
    use crate::{AlternativeId, QuestionId};

    fn refused(team: i64, answer: &str, why: Locked) -> Refused {
        Refused {
            team_id: TeamId(team),
            question_id: QuestionId(1),
            question_alternative_id: AlternativeId(1),
            answer: answer.to_owned(),
            why,
        }
    }

    fn entry(event: Event) -> LogEntry {
        let (presentation_id, at) = (PresentationId(1), Timestamp::UNIX_EPOCH);
        LogEntry { presentation_id, seq: 1, at, actor: Actor::Server, event, erased: false }
    }

    #[test]
    fn the_same_refusal_is_known_and_another_is_not() {
        let mut refusals = Refusals::default();
        let first = refused(1, "a", Locked::TimeIsUp);
        assert!(!refusals.has(PresentationId(1), &first));
        refusals.note(&entry(Event::Refused(first.clone())));
        assert!(refusals.has(PresentationId(1), &first));
        assert!(!refusals.has(PresentationId(2), &first));
        for other in [
            refused(1, "b", Locked::TimeIsUp),
            refused(1, "a", Locked::OtherSlide),
            refused(2, "a", Locked::TimeIsUp),
        ] {
            assert!(!refusals.has(PresentationId(1), &other), "{other:?}");
        }
    }

    #[test]
    fn a_team_is_logged_so_often_and_then_again_once_it_was_heard() {
        let mut refusals = Refusals::default();
        for n in 0..MOST_OF_TEAM {
            let one = refused(1, &n.to_string(), Locked::TimeIsUp);
            assert!(!refusals.has(PresentationId(1), &one), "{n}");
            refusals.note(&entry(Event::Refused(one)));
        }
        let more = refused(1, "more", Locked::TimeIsUp);
        assert!(refusals.has(PresentationId(1), &more));
        refusals.note(&entry(Event::Answered(Answered {
            team_id: TeamId(1),
            question_id: QuestionId(1),
            question_alternative_id: AlternativeId(1),
            answer: Some(String::new()),
            before: None,
            cleared: Vec::new(),
            reason: None,
            shown: false,
            hidden: false,
        })));
        assert!(!refusals.has(PresentationId(1), &more));
    }
}
