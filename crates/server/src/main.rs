//! `estrad`: reads the command line and the configuration, runs the command, says how it went.

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use estrad_server::cli::Cli;
use estrad_server::commands::{self, CommandError};
use estrad_server::config::{self, Sources};

/// What was given (the command line, the configuration, a password) has to be changed before another
/// try makes sense.
const MISCONFIGURED: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse_usage(&error),
    };
    let result = config::load(Sources::of_process(cli.flags()))
        .map_err(CommandError::from)
        .and_then(|loaded| commands::run(cli, loaded));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("error: {}\n", with_causes(&error)));
            match error {
                CommandError::Config(_) | CommandError::Argument { .. } => {
                    ExitCode::from(MISCONFIGURED)
                }
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// Help and the version are asked for and go to the standard output; the rest are mistakes.
fn refuse_usage(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A reader that went away (`estrad --help | head -1`) has read what it wanted.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            ExitCode::from(MISCONFIGURED)
        }
        _ => {
            complain(&error.to_string());
            ExitCode::from(MISCONFIGURED)
        }
    }
}

/// On the standard error. The status tells as much to whoever does not read it.
fn complain(text: &str) {
    let _ = write!(io::stderr(), "estrad: {text}");
}

/// The error and what caused it, on one line.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
