//! The commands: one file each, and the one place that picks between them.

mod config;

use std::io;

use thiserror::Error;

use crate::cli::{Cli, Command};
use crate::config::{ConfigError, Loaded};

/// Why a command did not do what it was asked.
#[derive(Debug, Error)]
pub enum CommandError {
    /// A setting has to be changed first.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What the command prints could not be printed.
    #[error("can't write the output")]
    Output(#[source] io::Error),
    // TEMPORARY: goes when the last command is wired.
    /// The command is not there yet.
    #[error("this command is not wired yet")]
    NotWired,
}

/// Runs the command of a command line.
///
/// # Errors
/// [`CommandError`].
pub fn run(cli: Cli, loaded: Loaded) -> Result<(), CommandError> {
    match cli.command {
        Command::Config => config::run(&loaded),
        // TEMPORARY: goes when the last command is wired.
        _ => Err(CommandError::NotWired),
    }
}
