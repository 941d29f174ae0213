//! What happens in a presentation: the entries of its log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::connections::{RoundTrip, TeamRoundTrip};
use super::slide_time::Reopening;
use super::state::{Locked, Timer};
use super::timer::Restart;
use crate::clock::Timestamp;
use crate::points::Points;
use crate::principal::Principal;
use crate::{AlternativeId, PresentationId, QuestionId, SlideId, TeamId, UserId};

/// A slide and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SlidePlace {
    #[expect(missing_docs, reason = "says itself")]
    pub slide_id: SlideId,
    /// From 0.
    pub slide_order: i32,
}

/// Why a presentation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Somebody ended it.
    Ended,
    /// Nothing happened for so long that it must have been forgotten.
    Expired,
    /// It never was one: results that were entered at the desk, outside any presentation.
    Desk,
}

impl EndReason {
    /// Its word on the wire and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Expired => "expired",
            Self::Desk => "desk",
        }
    }

    /// The reason of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Ended, Self::Expired, Self::Desk].into_iter().find(|reason| reason.word() == word)
    }
}

/// A line of the scoreboard as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "says itself")]
pub struct BoardLine {
    pub team_id: TeamId,
    pub name: String,
    /// From 1. Teams with as many points share a rank: 1, 1, 3.
    pub rank: usize,
    pub total: Points,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of State and of the wire")]
pub enum Event {
    /// It began.
    Started { slide: Option<SlidePlace> },
    /// The operator changed something; what is `None` stayed.
    Synced {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slide: Option<SlidePlace>,
        /// How many clues of the slide had been shown, where it was another one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timer: Option<Timer>,
        /// What is left of a timer that does not run, in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_left: Option<i64>,
        /// Said where the timer was started once more after it had run out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restart: Option<Restart>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        show_scoreboard: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        live_answers: Option<bool>,
        /// What it showed, where the scoreboard was opened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scoreboard: Option<Vec<BoardLine>>,
    },
    /// The timer ran out.
    TimeIsUp { timer: Timer },
    /// An editor moved or deleted slides, and the current one with them.
    SlideMoved {
        slide: Option<SlidePlace>,
        timer: Timer,
        /// How many clues of the slide had been shown.
        #[serde(default)]
        step: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_left: Option<i64>,
    },
    /// A team was given more time on the current slide, or without one all of them were.
    Reopened { team_id: Option<TeamId>, seconds: i64, until: i64, reason: String },
    /// So many clues of the slide are shown now.
    Stepped { slide: SlidePlace, step: u32 },
    /// It is over, or can be resumed until then, in milliseconds since 1970.
    Ended {
        reason: EndReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resumable_until: Option<i64>,
    },
    /// An answer was taken, or withdrawn.
    Answered(Answered),
    /// An answer was not taken, as it came at the wrong time.
    Refused(Refused),
    /// A team was given points, or they were withdrawn.
    Scored(Scored),
    /// All answers and scores that there were count no more. They stay in the log.
    Reset(Reset),
    /// The server's clock was set by so much: forward, or back. So that as much time is left as before,
    /// all that is to come has been put off, or brought forward, with it; this is the timer since.
    ClockSet {
        by_ms: i64,
        timer: Timer,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_left: Option<i64>,
        reopened: Vec<Reopening>,
        /// Until when it can be resumed since, if it is over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resumable_until: Option<i64>,
    },
    /// The operator stopped the timer where it was; so many milliseconds are left.
    TimerPaused { timer: Timer, time_left: i64 },
    /// The operator let the timer go on.
    TimerResumed { timer: Timer },
    /// The operator made the time of the slide longer or shorter, or opened it again for so long.
    TimerAdded {
        seconds: i64,
        timer: Timer,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_left: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restart: Option<Restart>,
    },
    /// The first of a team's screens is back. Since its last entry it had been lost so often, and was
    /// away for so long.
    TeamConnected {
        team_id: TeamId,
        #[serde(default, skip_serializing_if = "is_zero")]
        times_lost: i64,
        #[serde(default, skip_serializing_if = "is_zero")]
        offline_ms: i64,
    },
    /// The last of a team's screens is gone.
    TeamDisconnected {
        team_id: TeamId,
        /// Since they were noted last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        round_trip: Option<RoundTrip>,
    },
    /// How long it took to the screens of teams and back, since it was noted last.
    RoundTrips { teams: Vec<TeamRoundTrip> },
    /// It goes on after its end, as it stood then but for what was edited meanwhile; the timer is
    /// stopped where it was.
    Resumed {
        slide: Option<SlidePlace>,
        step: u32,
        timer: Timer,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_left: Option<i64>,
        show_scoreboard: bool,
        live_answers: bool,
        /// Who has more time than the others, until when now.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reopened: Vec<Reopening>,
        /// For how long it had been over.
        away_ms: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scoreboard: Option<Vec<BoardLine>>,
    },
}

/// An answer that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "says itself")]
pub struct Answered {
    pub team_id: TeamId,
    pub question_id: QuestionId,
    pub question_alternative_id: AlternativeId,
    /// None where it was withdrawn.
    pub answer: Option<String>,
    /// What it replaced.
    pub before: Option<String>,
    /// The alternatives of the question where the team is not ticked any more, as it ticked this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cleared: Vec<AlternativeId>,
    /// Why somebody else than the team gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the audience may see it, as things stood: see [`State::shows_answers`].
    ///
    /// [`State::shows_answers`]: super::State::shows_answers
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shown: bool,
    /// Whether teams and the audience must not know of the question yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// An answer that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "says itself")]
pub struct Refused {
    pub team_id: TeamId,
    pub question_id: QuestionId,
    pub question_alternative_id: AlternativeId,
    pub answer: String,
    pub why: Locked,
}

/// Points that were given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "says itself")]
pub struct Scored {
    pub team_id: TeamId,
    pub question_id: QuestionId,
    /// None where it was withdrawn.
    pub score: Option<Points>,
    /// What it replaced.
    pub before: Option<Points>,
    /// The team's sum with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Points>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the scoreboard was shown when they were given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shown: bool,
    /// Whether teams and the audience must not know of the question yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// Results that count no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// How many answers there were.
    pub answers: i64,
    /// How many scores there were.
    pub scores: i64,
    /// How many teams had any of them.
    pub teams: i64,
    /// Why, where they say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The words of [`Event::kind`].
pub const KINDS: &[&str] = &[
    "started",
    "synced",
    "time_is_up",
    "slide_moved",
    "reopened",
    "stepped",
    "ended",
    "answered",
    "refused",
    "scored",
    "reset",
    "clock_set",
    "timer_paused",
    "timer_resumed",
    "timer_added",
    "team_connected",
    "team_disconnected",
    "round_trips",
    "resumed",
];

impl Event {
    /// Its word in the log, one of [`KINDS`].
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Synced { .. } => "synced",
            Self::TimeIsUp { .. } => "time_is_up",
            Self::SlideMoved { .. } => "slide_moved",
            Self::Reopened { .. } => "reopened",
            Self::Stepped { .. } => "stepped",
            Self::Ended { .. } => "ended",
            Self::Answered(_) => "answered",
            Self::Refused(_) => "refused",
            Self::Scored(_) => "scored",
            Self::Reset(_) => "reset",
            Self::ClockSet { .. } => "clock_set",
            Self::TimerPaused { .. } => "timer_paused",
            Self::TimerResumed { .. } => "timer_resumed",
            Self::TimerAdded { .. } => "timer_added",
            Self::TeamConnected { .. } => "team_connected",
            Self::TeamDisconnected { .. } => "team_disconnected",
            Self::RoundTrips { .. } => "round_trips",
            Self::Resumed { .. } => "resumed",
        }
    }

    /// The team that it is about, if about one.
    pub fn team_id(&self) -> Option<TeamId> {
        match self {
            Self::Reopened { team_id, .. } => *team_id,
            Self::TeamConnected { team_id, .. } | Self::TeamDisconnected { team_id, .. } => {
                Some(*team_id)
            }
            Self::Answered(answered) => Some(answered.team_id),
            Self::Refused(refused) => Some(refused.team_id),
            Self::Scored(scored) => Some(scored.team_id),
            _ => None,
        }
    }

    /// Whether somebody did it, or it happened to the presentation: one in which nothing else is noted
    /// than who is connected was forgotten.
    pub fn is_activity(&self) -> bool {
        !matches!(
            self,
            Self::ClockSet { .. }
                | Self::TeamConnected { .. }
                | Self::TeamDisconnected { .. }
                | Self::RoundTrips { .. }
        )
    }

    /// The question that it is about, if about one.
    pub fn question_id(&self) -> Option<QuestionId> {
        match self {
            Self::Answered(answered) => Some(answered.question_id),
            Self::Refused(refused) => Some(refused.question_id),
            Self::Scored(scored) => Some(scored.question_id),
            _ => None,
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
#[expect(missing_docs, reason = "says itself")]
pub enum Actor {
    /// The server by itself.
    Server,
    /// A user of the administration.
    User { user_id: UserId },
    /// A screen.
    Screen {
        /// The name of its view.
        view: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team_id: Option<TeamId>,
        /// Tells screens apart that were opened with the same code.
        screen: String,
        /// Tells connections apart that the screen has at the same time, where it came over one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        connection: Option<u64>,
    },
}

impl Actor {
    /// The caller with the token of that id.
    pub fn of(principal: &Principal, jti: &str) -> Self {
        match principal {
            Principal::User(user) => Self::User { user_id: user.id },
            Principal::Screen(screen) => Self::Screen {
                view: screen.view.name().to_owned(),
                team_id: screen.team_id,
                screen: screen_of(jti).collect(),
                connection: None,
            },
        }
    }

    /// The same over that connection.
    #[must_use]
    pub fn over(mut self, number: u64) -> Self {
        if let Self::Screen { connection, .. } = &mut self {
            *connection = Some(number);
        }
        self
    }
}

/// What tells the screen with the token of that id apart.
pub(super) fn screen_of(jti: &str) -> impl Iterator<Item = char> {
    jti.chars().take(8)
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    #[expect(missing_docs, reason = "says itself")]
    pub presentation_id: PresentationId,
    /// From 1 without gaps.
    pub seq: i64,
    /// By the server's clock.
    pub at: Timestamp,
    #[expect(missing_docs, reason = "says itself")]
    pub actor: Actor,
    /// What happened, with its `kind`.
    #[serde(flatten)]
    pub event: Event,
    /// Whether what was personal in it was erased: see [`Event::erase`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_event_is_among_the_words() {
        // What reads them knows them all, and says so where it is asked for another one.
        let other = serde_json::json!({"kind": "?"});
        let error = serde_json::from_value::<Event>(other).expect_err("there is none").to_string();
        let known: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
        assert_eq!(known, KINDS, "{error}");
        let ended = Event::Ended { reason: EndReason::Ended, resumable_until: None };
        assert!(KINDS.contains(&ended.kind()));
    }
}
