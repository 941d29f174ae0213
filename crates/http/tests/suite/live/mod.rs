//! Live connections, from the wire to the rooms.

mod abuse;
mod plain;
mod polling;
mod stop;
mod support;
mod tokens;
mod upgrade;
