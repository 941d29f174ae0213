//! Who stands where: results out of the log, and ranks out of results.
//!
//! The log is what counts. Replaying it gives what the tables of answers and scores have, for all that
//! has not been deleted since, and standings as of any moment.

use std::collections::BTreeMap;

use crate::points::Points;
use crate::presentation::{BoardLine, Event};
use crate::question::CLEARED;
use crate::team::Team;
use crate::{AlternativeId, QuestionId, TeamId};

/// One place of the scoreboard.
pub type Cell = (TeamId, QuestionId);

/// What teams have answered and been given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    /// One text for each team and alternative; an answer that was taken back is an empty one.
    pub answers: BTreeMap<(TeamId, AlternativeId), String>,
    #[expect(missing_docs, reason = "says itself")]
    pub scores: BTreeMap<Cell, Points>,
}

impl Results {
    /// What comes of these events, in their order, from nothing.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut results = Self::default();
        events.into_iter().for_each(|event| results.apply(event));
        results
    }

    /// Moves on by the next event of the log. Of several at one place the last one counts.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Answered(given) => {
                let place = (given.team_id, given.question_alternative_id);
                for &other in &given.cleared {
                    self.answers.insert((given.team_id, other), CLEARED.to_owned());
                }
                match &given.answer {
                    Some(answer) => self.answers.insert(place, answer.clone()),
                    None => self.answers.remove(&place),
                };
            }
            Event::Scored(given) => {
                let cell = (given.team_id, given.question_id);
                match given.score {
                    Some(score) => self.scores.insert(cell, score),
                    None => self.scores.remove(&cell),
                };
            }
            Event::Reset(_) => *self = Self::default(),
            Event::Started { .. }
            | Event::Synced { .. }
            | Event::TimeIsUp { .. }
            | Event::SlideMoved { .. }
            | Event::Reopened { .. }
            | Event::Stepped { .. }
            | Event::Ended { .. }
            | Event::ClockSet { .. }
            | Event::TeamConnected { .. }
            | Event::TeamDisconnected { .. }
            | Event::RoundTrips { .. }
            | Event::Refused(_)
            | Event::TimerPaused { .. }
            | Event::TimerResumed { .. }
            | Event::Resumed { .. }
            | Event::TimerAdded { .. } => {}
        }
    }
}

/// Where a team stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    #[expect(missing_docs, reason = "says itself")]
    pub team_id: TeamId,
    /// From 1. Teams with as many points share a rank, and the next one is as many further: 1, 1, 3.
    pub rank: usize,
    #[expect(missing_docs, reason = "says itself")]
    pub total: Points,
    /// By question; none where the team was given nothing yet.
    pub scores: Vec<(QuestionId, Points)>,
}

/// The standings of these teams, the best first and those of one rank by id. Scores of other teams
/// are passed over.
pub fn standings(teams: &[TeamId], scores: &BTreeMap<Cell, Points>) -> Vec<Standing> {
    let mut standings: Vec<Standing> = teams
        .iter()
        .map(|&team_id| {
            let own = (team_id, QuestionId(i64::MIN))..=(team_id, QuestionId(i64::MAX));
            let scores: Vec<_> =
                scores.range(own).map(|(&(_, question_id), &score)| (question_id, score)).collect();
            let total = scores.iter().map(|(_, score)| *score).sum();
            Standing { team_id, rank: 0, total, scores }
        })
        .collect();
    standings.sort_by(|a, b| b.total.cmp(&a.total).then(a.team_id.cmp(&b.team_id)));
    let mut before: Option<(usize, Points)> = None;
    for (place, standing) in (1..).zip(&mut standings) {
        standing.rank = match before {
            Some((rank, total)) if total == standing.total => rank,
            _ => place,
        };
        before = Some((standing.rank, standing.total));
    }
    standings
}

/// The same as they are shown, with the names of the teams.
pub fn board_lines(teams: &[Team], scores: &BTreeMap<Cell, Points>) -> Vec<BoardLine> {
    let names: BTreeMap<TeamId, &str> =
        teams.iter().map(|team| (team.id, team.name.as_str())).collect();
    let ids: Vec<TeamId> = names.keys().copied().collect();
    let line = |Standing { team_id, rank, total, .. }| {
        let name = names.get(&team_id).copied().unwrap_or_default().to_owned();
        BoardLine { team_id, name, rank, total }
    };
    standings(&ids, scores).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::presentation::{Answered, EndReason, Locked, Refused, Reset, Scored, Timer};

    fn scored(team: i64, question: i64, hundredths: i64) -> Event {
        Event::Scored(Scored {
            team_id: team.into(),
            question_id: question.into(),
            score: Some(Points::from_hundredths(hundredths)),
            before: None,
            total: None,
            reason: None,
            shown: false,
            hidden: false,
        })
    }

    fn answered(team: i64, alternative: i64, answer: String) -> Event {
        Event::Answered(Answered {
            team_id: team.into(),
            question_id: 1.into(),
            question_alternative_id: alternative.into(),
            answer: Some(answer),
            before: None,
            cleared: Vec::new(),
            reason: None,
            shown: false,
            hidden: false,
        })
    }

    fn withdrawn(team: i64, place: i64, answer: bool) -> Event {
        let mut event =
            if answer { answered(team, place, String::new()) } else { scored(team, place, 0) };
        match &mut event {
            Event::Answered(given) => given.answer = None,
            Event::Scored(given) => given.score = None,
            _ => {}
        }
        event
    }

    /// One that took another choice back.
    fn chosen(team: i64, alternative: i64, instead_of: i64) -> Event {
        let mut event = answered(team, alternative, "1".to_owned());
        if let Event::Answered(given) = &mut event
            && alternative != instead_of
        {
            given.cleared = vec![instead_of.into()];
        }
        event
    }

    fn refused(team: i64, alternative: i64, answer: String) -> Event {
        Event::Refused(Refused {
            team_id: team.into(),
            question_id: 1.into(),
            question_alternative_id: alternative.into(),
            answer,
            why: Locked::TimeIsUp,
        })
    }

    fn any_event() -> impl Strategy<Value = Event> {
        prop_oneof![
            4 => (1i64..4, 1i64..4, 0i64..500).prop_map(|(t, q, p)| scored(t, q, p)),
            4 => (1i64..4, 1i64..6, "[a-c]{0,2}").prop_map(|(t, a, text)| answered(t, a, text)),
            1 => (1i64..4, 1i64..6, "[a-c]{0,2}").prop_map(|(t, a, text)| refused(t, a, text)),
            2 => (1i64..4, 1i64..6, 1i64..6).prop_map(|(t, a, b)| chosen(t, a, b)),
            2 => (1i64..4, 1i64..4, any::<bool>()).prop_map(|(t, p, a)| withdrawn(t, p, a)),
            1 => Just(Event::Reset(Reset { answers: 1, scores: 1, teams: 1, reason: None })),
            1 => Just(Event::TimeIsUp { timer: Timer::default() }),
            1 => Just(Event::Started { slide: None }),
            1 => Just(Event::Ended { reason: EndReason::Ended, resumable_until: None }),
        ]
    }

    #[test]
    fn teams_with_as_many_points_share_a_rank() {
        let results = Results::replay(&[
            scored(1, 1, 100),
            scored(2, 1, 150),
            scored(2, 2, 50),
            scored(3, 1, 200),
            scored(9, 1, 900),
        ]);
        let teams: Vec<TeamId> = (1..=4).map(TeamId).collect();
        let standings = standings(&teams, &results.scores);
        let short: Vec<_> = standings.iter().map(|s| (s.team_id.0, s.rank, s.total)).collect();
        assert_eq!(
            short,
            [
                (2, 1, Points::whole(2)),
                (3, 1, Points::whole(2)),
                (1, 3, Points::whole(1)),
                (4, 4, Points::whole(0)),
            ]
        );
        let cells = [(QuestionId(1), 150), (QuestionId(2), 50)];
        let cells = cells.map(|(question, points)| (question, Points::from_hundredths(points)));
        assert_eq!(standings[0].scores, cells);
    }

    proptest! {
        #[test]
        fn replaying_a_log_gives_what_its_events_gave_one_by_one(
            log in prop::collection::vec(any_event(), 0..60),
            cut in 0usize..60,
        ) {
            // The plain rule that it must agree with: at each place, the last event that is about it,
            // of those after the last reset.
            let mut answers = BTreeMap::new();
            let mut scores = BTreeMap::new();
            for event in log.iter().rev() {
                match event {
                    Event::Answered(a) => {
                        let place = (a.team_id, a.question_alternative_id);
                        answers.entry(place).or_insert_with(|| a.answer.clone());
                        for other in &a.cleared {
                            answers
                                .entry((a.team_id, *other))
                                .or_insert_with(|| Some(CLEARED.to_owned()));
                        }
                    }
                    Event::Scored(s) => {
                        scores.entry((s.team_id, s.question_id)).or_insert(s.score);
                    }
                    Event::Reset(_) => break,
                    _ => {}
                }
            }
            let answers: BTreeMap<_, _> =
                answers.into_iter().filter_map(|(place, a)| Some((place, a?))).collect();
            let scores: BTreeMap<_, _> =
                scores.into_iter().filter_map(|(cell, s)| Some((cell, s?))).collect();
            let whole = Results::replay(&log);
            prop_assert_eq!(&whole, &Results { answers, scores });
            // And wherever one stops and goes on.
            let (first, rest) = log.split_at(cut.min(log.len()));
            let mut resumed = Results::replay(first);
            rest.iter().for_each(|event| resumed.apply(event));
            prop_assert_eq!(resumed, whole);
        }

        #[test]
        fn ranks_count_those_who_are_better(
            points in prop::collection::vec(0i64..4, 0..12),
        ) {
            let log: Vec<Event> =
                (0..).zip(&points).map(|(team, &points)| scored(team, 1, points)).collect();
            let teams: Vec<TeamId> = (0..points.len() as i64).map(TeamId).collect();
            for standing in standings(&teams, &Results::replay(&log).scores) {
                let better = points.iter().filter(|&&p| Points::from_hundredths(p) > standing.total);
                prop_assert_eq!(standing.rank, better.count() + 1);
            }
        }
    }
}
