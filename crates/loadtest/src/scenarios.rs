//! The scenarios.

mod answers;
mod fan_out;
mod idle;
mod scoreboard;
mod storm;

pub(crate) use answers::answers;
pub(crate) use fan_out::fan_out;
pub(crate) use idle::idle;
pub(crate) use scoreboard::scoreboard;
pub(crate) use storm::storm;
