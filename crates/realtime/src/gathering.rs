//! Answers of a presentation are published a few times a second however many there are: teams type
//! faster than judges read.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use estrad_domain::presentation::{Answered, Event, LogEntry};
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
        let mut entry = entry;
        let Event::Answered(answered) = &mut entry.event else {
            let mut due = self.let_all_go(now);
            due.push(entry);
            return due;
        };
        self.replace(answered);
        let cell = (answered.team_id, answered.question_alternative_id);
        self.cells.insert(cell, entry.seq);
        self.waiting.insert(entry.seq, entry);
        if self.due().is_some_and(|due| due > now) { Vec::new() } else { self.let_go(now) }
    }

    /// Takes away what waits at the places that an answer is about: its own, and those that it cleared.
    ///
    /// What one of these had cleared itself is told with the new answer, unless something was answered there
    /// since: that is newer, and still waits.
    fn replace(&mut self, answered: &mut Answered) {
        let (team_id, own) = (answered.team_id, answered.question_alternative_id);
        let places: Vec<_> = std::iter::once(own).chain(answered.cleared.iter().copied()).collect();
        let older: Vec<_> =
            places.iter().filter_map(|place| self.cells.remove(&(team_id, *place))).collect();
        for older in older {
            let Some(LogEntry { event: Event::Answered(older), .. }) = self.waiting.remove(&older)
            else {
                continue;
            };
            for place in older.cleared {
                let known = place == own
                    || answered.cleared.contains(&place)
                    || self.cells.contains_key(&(team_id, place));
                if !known {
                    answered.cleared.push(place);
                }
            }
        }
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
    use estrad_domain::presentation::Actor;
    use estrad_domain::standings::Results;
    use estrad_domain::{PresentationId, QuestionId};
    use proptest::prelude::*;

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
                answer: Some(seq.to_string()),
                before: None,
                cleared: Vec::new(),
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

    /// A choice of the team 1 that took back others.
    fn choice(seq: i64, alternative: i64, answer: &str, cleared: &[i64]) -> LogEntry {
        let mut entry = answer_at(seq, alternative);
        if let Event::Answered(given) = &mut entry.event {
            given.answer = Some(answer.to_owned());
            given.cleared = cleared.iter().map(|&id| AlternativeId(id)).collect();
        }
        entry
    }

    fn answer_at(seq: i64, alternative: i64) -> LogEntry {
        let mut entry = answer(seq, 1);
        if let Event::Answered(given) = &mut entry.event {
            given.question_alternative_id = AlternativeId(alternative);
        }
        entry
    }

    /// What a judge sees who is told of these entries: the alternatives that are chosen.
    fn seen<'a>(entries: impl IntoIterator<Item = &'a LogEntry>) -> Vec<i64> {
        let results = Results::replay(entries.into_iter().map(|entry| &entry.event));
        let chosen = results.answers.iter().filter(|(_, answer)| *answer == "1");
        chosen.map(|((_, alternative), _)| alternative.0).collect()
    }

    #[test]
    fn what_a_choice_cleared_is_told_though_a_later_answer_takes_its_place() {
        let (mut gathering, start) = (Gathering::default(), Instant::now());
        let mut told = gathering.take(choice(1, 1, "1", &[]), start);
        for entry in [choice(2, 2, "1", &[1]), choice(3, 1, "1", &[2]), choice(4, 2, "1", &[1])] {
            told.extend(gathering.take(entry, start));
        }
        // One entry of each place at most, and the last says all.
        told.extend(gathering.take(choice(5, 2, "0", &[]), start));
        let rest = gathering.let_go(start + PAUSE);
        assert_eq!(seqs(&rest), [5]);
        told.extend(rest);
        assert_eq!(seen(&told), [0; 0]);
    }

    proptest! {
        /// Whatever a team ticks and takes back, and whenever it is published: whoever hears what is
        /// published sees in the end what is in the log.
        #[test]
        fn what_is_published_adds_up_to_the_log(
            steps in prop::collection::vec((1i64..5, any::<bool>(), any::<bool>()), 1..40),
        ) {
            let (mut gathering, mut now) = (Gathering::default(), Instant::now());
            let (mut log, mut told) = (Vec::new(), Vec::new());
            let mut chosen: Option<i64> = None;
            for (seq, (alternative, tick, wait)) in (1..).zip(steps) {
                let cleared: Vec<i64> =
                    chosen.filter(|&other| tick && other != alternative).into_iter().collect();
                chosen = if tick { Some(alternative) } else { chosen.filter(|&c| c != alternative) };
                let entry = choice(seq, alternative, if tick { "1" } else { "0" }, &cleared);
                log.push(entry.clone());
                if wait {
                    now += PAUSE;
                    told.extend(gathering.let_go(now));
                }
                told.extend(gathering.take(entry, now));
            }
            told.extend(gathering.let_go(now + PAUSE));
            prop_assert_eq!(seen(&told), seen(&log));
            prop_assert!(told.is_sorted_by_key(|entry| entry.seq));
        }
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
