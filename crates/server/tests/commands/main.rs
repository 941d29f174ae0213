//! Runs the real binary, with an environment of its own, and looks at what it says and does.
//!
//! What a command does to a database is tried on both, as [`harness::on_both_databases`] says.

mod admin;
mod bundle;
mod configuration;
mod demo;
mod first_admin;
mod harness;
mod import;
mod listening;
mod media;
mod migrate;
mod openapi;
mod reference;
#[cfg(unix)]
mod stopping;
