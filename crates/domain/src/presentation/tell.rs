//! Who is told what of an event: the one place that decides it, for what is sent as it happens and
//! for what a client is sent later because it was away.

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::event::{Answered, BoardLine, Event, LogEntry, Refused, Scored, SlidePlace};
use super::group::{Group, Recipients, Teams};
use super::origin::Origin;
use super::slide_time::Reopening;
use super::state::{Locked, Presentation, Timer};
use super::timer::Restart;
use super::vocabulary::ServerEvent;
use crate::clock::Timestamp;
use crate::{PresentationId, TeamId};

/// A message of the wire and who may have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    #[expect(missing_docs, reason = "says itself")]
    pub to: Recipients,
    /// Who of them sent it and is not told it again.
    pub except: Option<Origin>,
    #[expect(missing_docs, reason = "says itself")]
    pub event: ServerEvent,
    /// Its data; an event of the first front-end may have none.
    pub data: Option<Value>,
    /// The same in the words of the first front-end, where they differ.
    pub first_words: Option<Vec<(ServerEvent, Value)>>,
}

impl Told {
    /// Whether it is for a client of that group that comes back with the token of that id.
    pub fn is_for(&self, group: Group, jti: &str) -> bool {
        self.to.include(group) && !self.except.as_ref().is_some_and(|sent| sent.is_screen(jti))
    }
}

/// What an entry of the log is told as, at this moment.
pub fn tell(entry: &LogEntry, now: Timestamp) -> Vec<Told> {
    let mut told = tell_event(entry, now);
    if closes_slide(&entry.event) {
        let head = Head { presentation_id: entry.presentation_id, seq: entry.seq, now };
        told.push(head.slide_locked(Teams::All, Locked::TimeIsUp));
    }
    told
}

/// Whether the slide that is shown takes no answers after it: its time ran out or was stopped.
fn closes_slide(event: &Event) -> bool {
    match event {
        Event::TimeIsUp { .. } | Event::TimerPaused { .. } => true,
        // What is left of a time is said of a timer that was started and does not run.
        Event::Synced { time_left, timer: Some(timer), .. }
        | Event::SlideMoved { time_left, timer, .. }
        | Event::Resumed { time_left, timer, .. }
        | Event::TimerAdded { time_left, timer, .. } => !timer.enabled && time_left.is_some(),
        _ => false,
    }
}

fn tell_event(entry: &LogEntry, now: Timestamp) -> Vec<Told> {
    let head = Head { presentation_id: entry.presentation_id, seq: entry.seq, now };
    match &entry.event {
        Event::Started { slide } => {
            let shown = Shown {
                slide: *slide,
                step: Some(0),
                timer: Some(Timer::default()),
                show_scoreboard: Some(false),
                ..Shown::default()
            };
            vec![head.sync(shown)]
        }
        Event::Synced {
            slide,
            step,
            timer,
            time_left,
            restart,
            show_scoreboard,
            live_answers,
            scoreboard,
        } => head.sync_with_restart(
            Shown {
                slide: *slide,
                step: *step,
                timer: *timer,
                time_left: *time_left,
                show_scoreboard: *show_scoreboard,
                live_answers: *live_answers,
                scoreboard: scoreboard.as_deref(),
            },
            restart.as_ref(),
        ),
        Event::TimeIsUp { timer } => vec![head.sync(Shown::timer(*timer, Some(0)))],
        Event::SlideMoved { slide, timer, step, time_left } => {
            let (slide, step) = (Some(slide.unwrap_or(NO_SLIDE)), Some(*step));
            vec![head.sync(Shown { slide, step, ..Shown::timer(*timer, *time_left) })]
        }
        Event::TimerPaused { timer, time_left } => {
            vec![head.sync(Shown::timer(*timer, Some(*time_left)))]
        }
        Event::TimerResumed { timer } => vec![head.sync(Shown::timer(*timer, None))],
        Event::TimerAdded { timer, time_left, restart, .. } => {
            head.sync_with_restart(Shown::timer(*timer, *time_left), restart.as_ref())
        }
        Event::Stepped { slide, step } => vec![head.step(*slide, *step)],
        Event::Reopened { team_id, seconds, until, reason } => {
            let data = json!({"team_id": team_id, "seconds": seconds, "until": until});
            let with_reason = json!({
                "team_id": team_id, "seconds": seconds, "until": until, "reason": reason,
            });
            let concerned =
                team_id.map_or(HALL, |id| Recipients { teams: Teams::One(id), ..NOBODY });
            vec![
                head.told(Recipients::STAFF, ServerEvent::Reopened, with_reason),
                head.told(concerned, ServerEvent::Reopened, data),
            ]
        }
        // Old clients expect it bare; they pass over what they don't know.
        Event::Ended { reason, resumable_until } => {
            let data = match resumable_until {
                Some(until) => json!({"reason": reason, "resumable_until": until}),
                None => json!({"reason": reason}),
            };
            vec![head.told(Recipients::EVERYONE, ServerEvent::EndPresentation, data)]
        }
        Event::Resumed {
            slide,
            step,
            timer,
            time_left,
            show_scoreboard,
            live_answers,
            scoreboard,
            reopened,
            away_ms: _,
        } => {
            let told = head.sync(Shown {
                slide: Some(slide.unwrap_or(NO_SLIDE)),
                step: Some(*step),
                timer: Some(*timer),
                time_left: *time_left,
                show_scoreboard: Some(*show_scoreboard),
                live_answers: Some(*live_answers),
                scoreboard: scoreboard.as_deref(),
            });
            let sync = with_member(told, "ended", false.into());
            [vec![sync], head.reopened(reopened)].concat()
        }
        Event::Answered(answered) => vec![head.answer(answered, entry)],
        Event::ClockSet { by_ms, timer, time_left, reopened, resumable_until } => {
            let mut sync = head.sync(Shown::timer(*timer, *time_left));
            if let Some(until) = resumable_until {
                sync = with_member(sync, "resumable_until", (*until).into());
            }
            head.clock_set(*by_ms, sync, reopened)
        }
        Event::Refused(refused) => vec![head.locked(refused)],
        Event::TeamConnected { .. } | Event::TeamDisconnected { .. } | Event::RoundTrips { .. } => {
            Vec::new()
        }
        Event::Scored(scored) => head.score(scored),
        // It is done only while the competition is not presented: nobody is there to be told.
        Event::Reset(_) => Vec::new(),
    }
}

/// What a team's screen that joins is told beside where the presentation stands: that its answers on
/// the slide that is shown are not taken, if they are not.
pub fn locked_for(
    presentation: &Presentation,
    team_id: TeamId,
    now: Timestamp,
    grace: TimeDelta,
) -> Option<Told> {
    let Presentation { id, seq, .. } = *presentation;
    let slide = presentation.state.slide?;
    let why = presentation.check_open(slide.slide_id, team_id, now, grace).err()?;
    let head = Head { presentation_id: id, seq, now };
    Some(head.slide_locked(Teams::One(team_id), why))
}

/// Where a presentation stands, for a client that joins: with what the scoreboard has, where that is
/// shown, and `recovered` for one that asked to resume.
pub fn full_sync(
    presentation: &Presentation,
    scoreboard: Option<&[BoardLine]>,
    now: Timestamp,
    recovered: Option<bool>,
) -> Told {
    let Presentation { id, seq, state, .. } = presentation;
    let head = Head { presentation_id: *id, seq: *seq, now };
    let mut told = head.sync(Shown {
        slide: Some(state.slide.unwrap_or(NO_SLIDE)),
        step: Some(state.slide.map_or(0, |slide| state.shown.step(slide.slide_id))),
        timer: Some(state.timer),
        time_left: state.time_left(),
        show_scoreboard: Some(state.show_scoreboard),
        live_answers: Some(state.live_answers),
        scoreboard: scoreboard.filter(|_| presentation.shows_scores()),
    });
    if let Some(recovered) = recovered {
        told = with_member(told, "recovered", recovered.into());
    }
    if !presentation.is_active() {
        told = with_member(told, "ended", true.into());
    }
    if let Some(until) = presentation.resumable_until {
        told = with_member(told, "resumable_until", until.timestamp_millis().into());
    }
    told
}

fn with_member(mut told: Told, name: &str, value: Value) -> Told {
    if let Some(Value::Object(data)) = &mut told.data {
        data.insert(name.to_owned(), value);
    }
    told
}

const NOBODY: Recipients =
    Recipients { teams: Teams::None, judges: false, audience: false, operators: false };

/// Those who don't see what the staff sees.
const HALL: Recipients =
    Recipients { teams: Teams::All, judges: false, audience: true, operators: false };

/// What is shown where there is nothing to show.
const NO_SLIDE: SlidePlace = SlidePlace { slide_id: crate::SlideId(0), slide_order: 0 };

/// Null where there is none.
fn slide_id(slide: SlidePlace) -> Value {
    if slide == NO_SLIDE { Value::Null } else { json!(slide.slide_id) }
}

/// What a `sync` says; what is `None` has not changed.
#[derive(Clone, Copy, Default)]
struct Shown<'a> {
    slide: Option<SlidePlace>,
    step: Option<u32>,
    timer: Option<Timer>,
    /// Of a timer that does not run, in milliseconds.
    time_left: Option<i64>,
    show_scoreboard: Option<bool>,
    live_answers: Option<bool>,
    scoreboard: Option<&'a [BoardLine]>,
}

impl Shown<'_> {
    fn timer(timer: Timer, time_left: Option<i64>) -> Self {
        Self { timer: Some(timer), time_left, ..Self::default() }
    }
}

/// What every message of a log has.
#[derive(Clone, Copy)]
struct Head {
    presentation_id: PresentationId,
    seq: i64,
    now: Timestamp,
}

impl Head {
    fn told(self, to: Recipients, event: ServerEvent, data: Value) -> Told {
        let mut members = match data {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        members.insert("seq".to_owned(), self.seq.into());
        members.insert("presentation_id".to_owned(), self.presentation_id.0.into());
        members.insert("server_time".to_owned(), self.now.timestamp_millis().into());
        Told { to, except: None, event, data: Some(members.into()), first_words: None }
    }

    fn sync(self, shown: Shown<'_>) -> Told {
        let Shown { slide, step, timer, time_left, show_scoreboard, live_answers, scoreboard } =
            shown;
        let mut data = Map::new();
        let mut first = Vec::new();
        if let Some(slide) = slide {
            data.insert("slide_order".to_owned(), slide.slide_order.into());
            data.insert("slide_id".to_owned(), slide_id(slide));
            first.push((ServerEvent::SetSlide, json!({"slide_order": slide.slide_order})));
        }
        if let Some(step) = step {
            data.insert("step".to_owned(), step.into());
        }
        if let Some(timer) = timer {
            data.insert("timer".to_owned(), json!(timer));
            first.push((ServerEvent::SetTimer, json!({"timer": timer})));
            // Without it, the timer of the slide runs or was not started yet.
            if let Some(left) = time_left {
                data.insert("time_left".to_owned(), left.into());
            }
        }
        if let Some(show) = show_scoreboard {
            data.insert("show_scoreboard".to_owned(), show.into());
        }
        if let Some(live) = live_answers {
            data.insert("live_answers".to_owned(), live.into());
        }
        if let Some(scoreboard) = scoreboard {
            data.insert("scoreboard".to_owned(), json!(scoreboard));
        }
        let told = self.told(Recipients::EVERYONE, ServerEvent::Sync, data.into());
        Told { first_words: Some(first), ..told }
    }

    /// The staff is told that a timer was started once more after it had run out.
    fn sync_with_restart(self, shown: Shown<'_>, restart: Option<&Restart>) -> Vec<Told> {
        let told = self.sync(shown);
        let Some(Restart { reason }) = restart else { return vec![told] };
        let mut data = told.data.clone();
        if let Some(Value::Object(data)) = &mut data {
            data.insert("restart".to_owned(), true.into());
            if let Some(reason) = reason {
                data.insert("reason".to_owned(), reason.as_str().into());
            }
        }
        let staff = Told { to: Recipients::STAFF, data, ..told.clone() };
        vec![staff, Told { to: HALL, ..told }]
    }

    /// The first front-end has no word for clues.
    fn step(self, slide: SlidePlace, step: u32) -> Told {
        let data = json!({"slide_id": slide_id(slide), "step": step});
        let told = self.told(Recipients::EVERYONE, ServerEvent::Sync, data);
        Told { first_words: Some(Vec::new()), ..told }
    }

    /// Everybody is told again what is counted down, by the clock as it is now.
    fn clock_set(self, by_ms: i64, sync: Told, reopened: &[Reopening]) -> Vec<Told> {
        let changed =
            self.told(Recipients::STAFF, ServerEvent::ClockChanged, json!({"by_ms": by_ms}));
        [vec![sync, changed], self.reopened(reopened)].concat()
    }

    /// Whoever has more time than the others is told until when, where that has changed.
    fn reopened(self, reopened: &[Reopening]) -> Vec<Told> {
        let now = self.now.timestamp_millis();
        // One whose time is over is told nothing new.
        let open = reopened.iter().filter(|reopening| reopening.until > now);
        let reopened = open.map(|Reopening { team_id, until, .. }| {
            let seconds = (until - now + 999).div_euclid(1_000);
            let to = match team_id {
                Some(id) => Recipients { teams: Teams::One(*id), ..Recipients::STAFF },
                None => Recipients::EVERYONE,
            };
            let data = json!({"team_id": team_id, "seconds": seconds, "until": until});
            self.told(to, ServerEvent::Reopened, data)
        });
        reopened.collect()
    }

    fn answer(self, answered: &Answered, entry: &LogEntry) -> Told {
        let mut data = json!({
            "team_id": answered.team_id,
            "question_id": answered.question_id,
            "question_alternative_id": answered.question_alternative_id,
            "answer": answered.answer,
            "at": entry.at.timestamp_millis(),
        });
        if !answered.cleared.is_empty() {
            data["cleared"] = json!(answered.cleared);
        }
        // Never to another team. Of its own screens the one that sent it may have typed on.
        let to = if answered.hidden {
            Recipients::STAFF
        } else {
            let teams = Teams::One(answered.team_id);
            Recipients { teams, audience: answered.shown, ..Recipients::STAFF }
        };
        let except = Origin::of(&entry.actor, answered.team_id);
        Told { except, ..self.told(to, ServerEvent::Answer, data) }
    }

    /// Teams are told that the slide that is shown takes no answers.
    fn slide_locked(self, teams: Teams, reason: Locked) -> Told {
        let to = Recipients { teams, ..NOBODY };
        self.told(to, ServerEvent::Locked, json!({"reason": reason}))
    }

    /// All screens of the team are told where its answers are not taken, whichever of them tried.
    fn locked(self, refused: &Refused) -> Told {
        let data = json!({
            "team_id": refused.team_id,
            "question_id": refused.question_id,
            "question_alternative_id": refused.question_alternative_id,
            "reason": refused.why,
        });
        let to = Recipients { teams: Teams::One(refused.team_id), ..NOBODY };
        self.told(to, ServerEvent::Locked, data)
    }

    fn score(self, scored: &Scored) -> Vec<Told> {
        let data = json!({
            "team_id": scored.team_id,
            "question_id": scored.question_id,
            "score": scored.score,
            "total": scored.total,
        });
        let to = if scored.hidden {
            Recipients::STAFF
        } else if scored.shown {
            Recipients::EVERYONE
        } else {
            Recipients { teams: Teams::One(scored.team_id), ..Recipients::STAFF }
        };
        vec![self.told(to, ServerEvent::Score, data)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::points::Points;
    use crate::presentation::Actor;
    use crate::{AlternativeId, QuestionId};

    fn told(event: Event) -> Vec<Told> {
        let at = Timestamp::UNIX_EPOCH;
        let presentation_id = PresentationId(1);
        tell(
            &LogEntry { presentation_id, seq: 7, at, actor: Actor::Server, event, erased: false },
            at,
        )
    }

    /// Whether the own team, a rival, the judges, the audience and the operators are told.
    fn heard(told: &[Told]) -> [bool; 5] {
        let groups = [
            Group::Team(TeamId(1)),
            Group::Team(TeamId(2)),
            Group::Judges,
            Group::Audience,
            Group::Operators,
        ];
        groups.map(|group| told.iter().any(|told| told.to.include(group)))
    }

    #[test]
    fn answers_are_for_the_own_team_and_those_who_correct_and_for_the_audience_once_shown() {
        let answered = |shown| {
            Event::Answered(Answered {
                team_id: TeamId(1),
                question_id: QuestionId(1),
                question_alternative_id: AlternativeId(1),
                answer: Some("x".to_owned()),
                before: None,
                cleared: Vec::new(),
                reason: None,
                shown,
                hidden: false,
            })
        };
        assert_eq!(heard(&told(answered(false))), [true, false, true, false, true]);
        assert_eq!(heard(&told(answered(true))), [true, false, true, true, true]);
        let refused = Event::Refused(Refused {
            team_id: TeamId(1),
            question_id: QuestionId(1),
            question_alternative_id: AlternativeId(1),
            answer: "x".to_owned(),
            why: Locked::TimeIsUp,
        });
        let locked = told(refused);
        assert_eq!(heard(&locked), [true, false, false, false, false]);
        let data = locked[0].data.as_ref().expect("data");
        assert_eq!((&data["reason"], data.get("answer")), (&json!("time_is_up"), None));
    }

    #[test]
    fn teams_are_told_when_the_slide_is_closed() {
        let locked = |event: Event| {
            let told = told(event);
            let locked: Vec<_> =
                told.iter().filter(|told| told.event == ServerEvent::Locked).cloned().collect();
            heard(&locked)
        };
        let timer = |enabled| Timer { value: Some(1), enabled };
        let teams = [true, true, false, false, false];
        assert_eq!(locked(Event::TimeIsUp { timer: timer(false) }), teams);
        let synced = |timer: Timer, time_left: Option<i64>| {
            let change = json!({"kind": "synced", "timer": timer, "time_left": time_left});
            serde_json::from_value::<Event>(change).expect("an event")
        };
        assert_eq!(locked(synced(timer(false), Some(5))), teams);
        assert_eq!(locked(synced(timer(true), None)), [false; 5]);
        assert_eq!(locked(synced(Timer::default(), None)), [false; 5], "it was not started");
    }

    #[test]
    fn scores_are_for_the_own_team_and_for_all_while_the_scoreboard_is_shown() {
        let scored = |shown| {
            Event::Scored(Scored {
                team_id: TeamId(1),
                question_id: QuestionId(1),
                score: Some(Points::whole(2)),
                before: None,
                total: Some(Points::from_hundredths(550)),
                reason: Some("for the judges".to_owned()),
                shown,
                hidden: false,
            })
        };
        assert_eq!(heard(&told(scored(false))), [true, false, true, false, true]);
        let all = told(scored(true));
        assert_eq!(heard(&all), [true; 5]);
        let data = all[0].data.as_ref().expect("data");
        assert_eq!(
            (&data["score"], &data["total"], &data["seq"]),
            (&json!(2), &json!(5.5), &json!(7))
        );
        assert!(data.get("reason").is_none());
    }
}
