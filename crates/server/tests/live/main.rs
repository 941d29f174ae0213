//! The live part as clients see it: public clients, each in its own program, against the real binary.
//!
//! `cargo xtask test` installs the clients and says where by `ESTRAD_TEST_CLIENTS`. The programs in
//! `clients` are dumb: they do as they are told and tell what happens. The stories are told here.

// What the tests of the commands need of it and these don't.
#[allow(dead_code, unused_imports, unused_macros, reason = "shared with the tests of the commands")]
#[path = "../commands/harness/mod.rs"]
mod harness;

mod browser;
#[cfg(target_os = "linux")]
mod clock;
mod competition;
mod crowd;
mod driver;
mod every_client;
mod joining;
mod kills;
mod leaving;
mod restarts;
mod revoked;
mod stage;
mod tokens;
mod wire;
