//! The scenarios.

mod fan_out;
mod idle;
mod storm;

pub(crate) use fan_out::fan_out;
pub(crate) use idle::idle;
pub(crate) use storm::storm;
