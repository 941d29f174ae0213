//! Answers of a presentation are published a few times a second however many there are: teams type
//! faster than judges read.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use estrad_domain::presentation::{Event, LogEntry};
use estrad_domain::{AlternativeId, TeamId};
use tokio::time::Instant;

/// The least time from one publication of answers to the next.
const PAUSE: Duration = Duration::from_millis(250);

/// The most answers of one publication: with room to spare what may wait for a client, so that no judge
/// is let go for what thousands of teams do in the same second.
const MOST: usize = 500;

/// The answers of one log that wait to be published.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    /// In their order, one for each team and alternative.
    waiting: BTreeMap<i64, LogEntry>,
    /// Which of them it is: of thousands of teams, none looks through all.
    cells: HashMap<(TeamId, AlternativeId), i64>,
    published: Option<Instant>,
}

impl Gathering {
    /// Takes an entry and gives those that are to be published now, in their order. Whatever is no
    /// answer takes along all that waits.
    pub(crate) fn take(&mut self, entry: LogEntry, now: Instant) -> Vec<LogEntry> {
        let Event::Answered(answered) = &entry.event else {
            let mut due = self.let_all_go(now);
            due.push(entry);
            return due;
        };
        let cell = (answered.team_id, answered.question_alternative_id);
        if let Some(older) = self.cells.insert(cell, entry.seq) {
            self.waiting.remove(&older);
        }
        self.waiting.insert(entry.seq, entry);
        if self.due().is_some_and(|due| due > now) { Vec::new() } else { self.let_go(now) }
    }

    /// When what waits is to be published, if something waits.
    pub(crate) fn due(&self) -> Option<Instant> {
        if self.waiting.is_empty() {
            return None;
        }
        self.published.map(|at| at + PAUSE)
    }

    /// What waits, the oldest first, as far as it is published together.
    pub(crate) fn let_go(&mut self, now: Instant) -> Vec<LogEntry> {
        if self.waiting.len() <= MOST {
            return self.let_all_go(now);
        }
        self.published = Some(now);
        let first: Vec<_> = (0..MOST).map_while(|_| self.waiting.pop_first()).collect();
        self.cells.retain(|_, seq| self.waiting.contains_key(seq));
        first.into_iter().map(|(_, entry)| entry).collect()
    }

    /// All that waits: nothing may overtake it.
    fn let_all_go(&mut self, now: Instant) -> Vec<LogEntry> {
        if !self.waiting.is_empty() {
            self.published = Some(now);
        }
        self.cells.clear();
        std::mem::take(&mut self.waiting).into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use estrad_domain::clock::Timestamp;
    use estrad_domain::presentation::{Actor, Answered};
    use estrad_domain::{PresentationId, QuestionId};

    fn entry(seq: i64, event: Event) -> LogEntry {
        let (presentation_id, at) = (PresentationId(1), Timestamp::UNIX_EPOCH);
        LogEntry { presentation_id, seq, at, actor: Actor::Server, event, erased: false }
    }

    fn answer(seq: i64, team: i64) -> LogEntry {
        entry(
            seq,
            Event::Answered(Answered {
                team_id: TeamId(team),
                question_id: QuestionId(1),
                question_alternative_id: AlternativeId(1),
                answer: seq.to_string(),
                before: None,
                reason: None,
                shown: false,
                hidden: false,
            }),
        )
    }

    fn seqs(entries: &[LogEntry]) -> Vec<i64> {
        entries.iter().map(|entry| entry.seq).collect()
    }

    #[test]
    fn the_first_answer_goes_at_once_and_the_next_ones_together() {
        let (mut gathering, start) = (Gathering::default(), Instant::now());
        assert_eq!(seqs(&gathering.take(answer(1, 1), start)), [1]);
        assert_eq!(gathering.due(), None);
        for (seq, team) in [(2, 1), (3, 2), (4, 1), (5, 3)] {
            assert_eq!(seqs(&gathering.take(answer(seq, team), start)), [0; 0]);
        }
        assert_eq!(gathering.due(), Some(start + PAUSE));
        // The newest of each team, in the order of the log.
        let later = start + PAUSE;
        assert_eq!(seqs(&gathering.let_go(later)), [3, 4, 5]);
        assert_eq!(gathering.due(), None);
        assert_eq!(seqs(&gathering.take(answer(6, 1), later)), [0; 0]);
        assert_eq!(seqs(&gathering.take(answer(7, 2), later + PAUSE)), [6, 7]);
    }

    #[test]
    fn those_of_thousands_of_teams_are_spread() {
        let (mut gathering, start) = (Gathering::default(), Instant::now());
        gathering.take(answer(1, 0), start);
        let most = i64::try_from(MOST).expect("is small");
        for seq in 2..most + 4 {
            gathering.take(answer(seq, seq), start);
        }
        let first = seqs(&gathering.let_go(start + PAUSE));
        assert_eq!((first.len(), first[0]), (MOST, 2));
        assert_eq!(gathering.due(), Some(start + 2 * PAUSE));
        // A newer one of a team that still waits takes its place.
        gathering.take(answer(most + 4, most + 2), start + PAUSE);
        let rest = seqs(&gathering.let_go(start + 2 * PAUSE));
        assert_eq!(rest, [most + 3, most + 4]);
    }

    #[test]
    fn nothing_overtakes_an_answer() {
        let (mut gathering, start) = (Gathering::default(), Instant::now());
        gathering.take(answer(1, 1), start);
        gathering.take(answer(2, 1), start);
        let (slide, timer, time_left) = (None, Default::default(), None);
        let moved = Event::SlideMoved { slide, timer, step: 0, time_left };
        assert_eq!(seqs(&gathering.take(entry(3, moved), start)), [2, 3]);
        assert_eq!(gathering.due(), None);
    }
}
