//! One run of a competition: where it stands, what may change it, and what is told to whom.

mod change;
mod event;
mod group;
mod refusals;
mod shown;
mod state;
mod step;
mod tell;
mod vocabulary;

pub use change::{Change, ChangeError, TimerChange};
pub use event::{
    Actor, Answered, BoardLine, EndReason, Event, KINDS, LogEntry, Refused, Scored, SlidePlace,
};
pub use group::{Group, Presence, Recipients, Teams};
pub use refusals::Refusals;
pub use shown::ShownSlides;
pub use state::{Locked, Presentation, Reopening, SlideInfo, State, Timer};
pub use step::Step;
pub use tell::{Told, full_sync, tell};
pub use vocabulary::{ClientEvent, ServerEvent};
