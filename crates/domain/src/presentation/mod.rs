//! One run of a competition: where it stands, what may change it, and what is told to whom.

mod change;
mod erase;
mod event;
mod group;
mod refusals;
mod shown;
mod slide_time;
mod state;
mod step;
mod tell;
mod timer;
#[cfg(test)]
mod timer_rules;
mod vocabulary;

pub use change::{Change, ChangeError, MAX_REASON};
pub use erase::erased_name;
pub use event::{
    Actor, Answered, BoardLine, EndReason, Event, KINDS, LogEntry, Refused, Reset, Scored,
    SlidePlace,
};
pub use group::{Group, Presence, Recipients, Teams};
pub use refusals::Refusals;
pub use shown::ShownSlides;
pub use slide_time::{Reopening, SlideTime, TimerPhase};
pub use state::{Locked, Presentation, SlideInfo, State, Timer};
pub use step::Step;
pub use tell::{Told, full_sync, tell};
pub use timer::{ChangeRefused, MAX_ADDED, Restart, Rules, TimerAction, TimerChange, TimerRestart};
pub use vocabulary::{ClientEvent, ServerEvent};
