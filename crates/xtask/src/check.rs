//! `cargo xtask check`: what can be said of the code without running it.

use crate::program::{self, Failure, cargo};

/// Checks formatting, lints and dependencies, and stops at the first that is not right.
pub(crate) fn run() -> Result<(), Failure> {
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !program::succeeds(cargo().args([tool, "--version"])) {
            return Err(Failure::Message(format!(
                "cargo {tool} is missing: rustup component add {component}"
            )));
        }
    }
    program::run(cargo().args(["fmt", "--all", "--check"]))?;
    program::run(
        cargo().args(["clippy", "--workspace", "--all-targets"]).args(["--", "--deny", "warnings"]),
    )?;
    if program::succeeds(cargo().args(["deny", "--version"])) {
        // Advisories need the network and change without the code changing: they are for a
        // `cargo deny check` at one's leisure, not for every change.
        program::run(cargo().args(["deny", "check", "bans", "licenses", "sources"]))?;
    }
    Ok(())
}
