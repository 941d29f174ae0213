//! Live connections, from the wire to the rooms.

mod abuse;
mod ending;
mod joined;
mod plain;
mod polling;
mod stop;
pub(crate) mod support;
mod tokens;
mod upgrade;
mod waiting;
