//! Measures a live server with thousands of clients: how fast a broadcast reaches all of them, what
//! that costs the server, what an idle client costs it, how fast all come back after a cut, and how
//! many answers a second are taken.
//!
//! Nothing here asserts a time. One thread does everything, so that a second core is enough and the
//! clients share their state without locks; what a client does for each message is kept to one
//! `read` and one search, as a generator that costs more than the server measures itself.

mod ballot;
mod board;
mod bundle;
mod cli;
mod client;
mod compare;
mod crowd;
mod disk;
mod error;
mod estrad;
mod frame;
mod limits;
mod percentile;
mod process;
mod protocol;
mod report;
mod scenarios;
mod table;
mod target;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Command};
use error::LoadError;
use report::Report;
use target::Target;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), LoadError> {
    let text = match cli.command {
        Command::Compare => compare::render(io::stdin().lock())?,
        Command::FanOut(args) => {
            let report =
                measure(async |target| scenarios::fan_out(&args, &target).await, &args.on)?;
            shown(&report, args.on.json)?
        }
        Command::Idle(args) => {
            let report = measure(async |target| scenarios::idle(&args, &target).await, &args.on)?;
            shown(&report, args.on.json)?
        }
        Command::Storm(args) => {
            let report = measure(async |target| scenarios::storm(&args, &target).await, &args.on)?;
            shown(&report, args.on.json)?
        }
        Command::Answers(args) => {
            let report =
                measure(async |mut target| scenarios::answers(&args, &mut target).await, &args.on)?;
            shown(&report, args.on.json)?
        }
        Command::Scoreboard(args) => {
            let scenario = async |mut target| scenarios::scoreboard(&args, &mut target).await;
            shown(&measure(scenario, &args.on)?, args.on.json)?
        }
        Command::Fsync(args) => shown(&disk::fsync(&args)?, args.json)?,
    };
    // A reader that went away (`| head`) has read what it wanted.
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Runs a scenario on one thread, with as many open files as this process may have.
fn measure(
    scenario: impl AsyncFnOnce(Target) -> Result<Report, LoadError>,
    on: &cli::On,
) -> Result<Report, LoadError> {
    limits::raise();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let clients = tokio::task::LocalSet::new();
    clients.block_on(&runtime, async { scenario(Target::find(on).await?).await })
}

fn shown(report: &Report, json: bool) -> Result<String, LoadError> {
    Ok(if json { report.line()? } else { compare::side_by_side(&[report]) })
}
