//! Runs the real binary, with an environment of its own, and looks at what it says and does.
//!
//! What a command does to a database is tried on both, as [`harness::on_both_databases`] says.

mod admin;
mod backup;
mod bundle;
mod configuration;
mod copy_database;
mod demo;
mod deploy;
mod erase;
mod first_admin;
#[cfg(target_os = "linux")]
mod flood;
mod harness;
mod healthcheck;
mod import;
mod listening;
mod media;
mod migrate;
mod openapi;
mod reference;
#[cfg(unix)]
mod stopping;
mod user;
#[cfg(unix)]
mod waiting;
