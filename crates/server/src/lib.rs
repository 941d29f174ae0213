//! What the `estrad` binary is made of: its command line, its configuration, its commands.
//!
//! This crate is the composition root. It knows every other crate and no other crate knows it;
//! what is decided here reaches them as plain values.

pub mod cli;
pub mod commands;
pub mod config;
pub mod data_dir;
pub mod signing_key;
pub mod telemetry;
pub mod wiring;
