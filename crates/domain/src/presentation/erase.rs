//! Taking what is personal out of an entry of the log. The entry stays, with its place, its kind, its
//! time and its ids: so the state is still the sum of the log, and the standings keep their points.

use super::event::Event;
use crate::TeamId;

/// What a team is called whose name was erased.
pub fn erased_name(id: TeamId) -> String {
    format!("Erased team {id}")
}

impl Event {
    /// Takes out what somebody typed and what teams are called: of one team, or of all. Says whether
    /// there was anything to take out.
    pub fn erase(&mut self, of: Option<TeamId>) -> bool {
        let meant = |id: TeamId| of.is_none_or(|of| of == id);
        match self {
            Self::Answered(answered) if meant(answered.team_id) => {
                let before = answered.before.as_mut().is_some_and(clear);
                let answer = answered.answer.as_mut().is_some_and(clear);
                answer | before | answered.reason.take().is_some()
            }
            Self::Refused(refused) if meant(refused.team_id) => clear(&mut refused.answer),
            Self::Scored(scored) if meant(scored.team_id) => scored.reason.take().is_some(),
            // Why all teams got more time is of none of them.
            Self::Reopened { team_id, reason, .. } if team_id.map_or(of.is_none(), meant) => {
                clear(reason)
            }
            // Nor is why all results were set aside.
            Self::Reset(reset) if of.is_none() => reset.reason.take().is_some(),
            Self::Synced { scoreboard: Some(lines), .. }
            | Self::Resumed { scoreboard: Some(lines), .. } => {
                let mut erased = false;
                for line in lines.iter_mut().filter(|line| meant(line.team_id)) {
                    let name = erased_name(line.team_id);
                    erased |= line.name != name;
                    line.name = name;
                }
                erased
            }
            // What is of another team, and what has neither words nor names in it. Each is named, so
            // that whoever adds a kind says here what is personal in it.
            Self::Answered(_)
            | Self::Refused(_)
            | Self::Scored(_)
            | Self::Reset(_)
            | Self::Reopened { .. }
            | Self::Synced { .. }
            | Self::Resumed { .. }
            | Self::Started { .. }
            | Self::TimeIsUp { .. }
            | Self::SlideMoved { .. }
            | Self::Stepped { .. }
            | Self::Ended { .. }
            | Self::ClockSet { .. }
            | Self::TimerPaused { .. }
            | Self::TimerResumed { .. }
            | Self::TimerAdded { .. }
            | Self::TeamConnected { .. }
            | Self::TeamDisconnected { .. }
            | Self::RoundTrips { .. } => false,
        }
    }
}

/// Empties a text, and says whether there was anything in it.
fn clear(text: &mut String) -> bool {
    !std::mem::take(text).is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::event::{Answered, BoardLine, Reset, Scored};
    use super::*;
    use crate::points::Points;

    fn answered(team: i64) -> Event {
        Event::Answered(Answered {
            team_id: TeamId(team),
            question_id: 1.into(),
            question_alternative_id: 2.into(),
            answer: Some("Anna says 42".to_owned()),
            before: Some("41".to_owned()),
            cleared: Vec::new(),
            reason: Some("Anna was ill".to_owned()),
            shown: true,
            hidden: false,
        })
    }

    #[test]
    fn words_go_and_ids_and_points_stay() {
        let mut event = answered(1);
        assert!(event.erase(Some(TeamId(1))));
        let Event::Answered(erased) = &event else { panic!("{event:?}") };
        assert_eq!((erased.answer.as_deref(), erased.before.as_deref()), (Some(""), Some("")));
        assert_eq!((erased.reason.as_deref(), erased.question_id.0), (None, 1));
        assert!(!event.erase(Some(TeamId(1))), "once is enough");

        let mut event = Event::Scored(Scored {
            team_id: TeamId(1),
            question_id: 1.into(),
            score: Some(Points::whole(2)),
            before: None,
            total: Some(Points::whole(5)),
            reason: Some("Anna asked nicely".to_owned()),
            shown: false,
            hidden: false,
        });
        assert!(event.erase(None));
        let Event::Scored(erased) = &event else { panic!("{event:?}") };
        assert_eq!((erased.score, erased.reason.as_deref()), (Some(Points::whole(2)), None));

        let reason = Some("Anna was not there".to_owned());
        let mut event = Event::Reset(Reset { answers: 1, scores: 1, teams: 1, reason });
        assert!(!event.erase(Some(TeamId(1))), "it is of all teams");
        assert!(event.erase(None) && !event.erase(None));
    }

    #[test]
    fn what_is_of_another_team_stays() {
        let mut event = answered(2);
        assert!(!event.erase(Some(TeamId(1))));
        assert_eq!(event, answered(2));

        let line = |id, name: &str| BoardLine {
            team_id: TeamId(id),
            name: name.to_owned(),
            rank: 1,
            total: Points::whole(3),
        };
        let mut event = Event::Synced {
            slide: None,
            timer: None,
            show_scoreboard: Some(true),
            live_answers: None,
            step: None,
            restart: None,
            time_left: None,
            scoreboard: Some(vec![line(1, "Annas lag"), line(2, "Bos lag")]),
        };
        assert!(event.erase(Some(TeamId(1))));
        let Event::Synced { scoreboard: Some(lines), .. } = &event else { panic!("{event:?}") };
        assert_eq!(lines[..], [line(1, "Erased team 1"), line(2, "Bos lag")]);
        assert!(!event.erase(Some(TeamId(1))), "once is enough");
    }
}
