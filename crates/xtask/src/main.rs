//! The project's own chores, reached as `cargo xtask <chore>` on Linux and macOS.
//!
//! **Architecture invariant:** this crate has no dependencies. It is the first thing that a fresh
//! machine builds, and it says what that machine lacks before the long build begins.

mod check;
mod clients;
mod postgres;
mod program;
mod test;

use std::process::ExitCode;

use program::Failure;

const USAGE: &str = "\
Usage: cargo xtask <chore>

  test [-- ARGS]  run all tests, with a PostgreSQL server and public clients made for them;
                  ARGS go to the test runner (cargo nextest, else cargo test)
  check           formatting, lints and, where cargo-deny is installed, the dependencies
  postgres        start that PostgreSQL server alone, until Ctrl-C or the end of the input
  clients         install those clients alone, and say where they are

ESTRAD_TEST_POSTGRES_URL names a server to test on instead (its role must be a superuser),
ESTRAD_TEST_CLIENTS a folder with the clients.";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["test"] => test::run(&[]),
        ["test", "--", rest @ ..] => test::run(rest),
        ["check"] => check::run(),
        ["postgres"] => postgres::serve(),
        ["clients"] => clients::tell(),
        _ => Err(Failure::Message(USAGE.to_owned())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Message(message)) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
        Err(Failure::Exit(code)) => ExitCode::from(code),
    }
}
