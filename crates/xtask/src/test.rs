//! `cargo xtask test`: all tests, on a fresh machine too.

use std::env;
use std::path::Path;

use crate::clients;
use crate::postgres::{self, Server};
use crate::program::{self, Failure, cargo, is_on_path};

/// Runs all tests, or those that `args` tell the test runner to.
///
/// The runner comes last, so that its summary ends the output.
pub(crate) fn run(args: &[&str]) -> Result<(), Failure> {
    find_c_compiler()?;
    let clients = clients::find_or_install()?;
    let nextest = program::succeeds(cargo().args(["nextest", "--version"]));
    let server = match postgres::given_url() {
        Some(_) => None,
        None => Some(Server::start()?),
    };

    // nextest leaves documentation tests out, and its filters mean nothing to them.
    if nextest && args.is_empty() {
        let documentation = &["test", "--workspace", "--doc", "--quiet"];
        run_with(server.as_ref(), &clients, documentation, &[])?;
    }
    let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
    run_with(server.as_ref(), &clients, &[runner, &["--workspace"]].concat(), args)
}

fn run_with(
    server: Option<&Server>,
    clients: &Path,
    runner: &[&str],
    args: &[&str],
) -> Result<(), Failure> {
    let mut command = cargo();
    command.args(runner).args(args).env(clients::FOLDER_VARIABLE, clients);
    match server {
        Some(server) => server.run(&mut command),
        None => program::run(&mut command),
    }
}

/// SQLite, libpq and the cryptography are built from source.
fn find_c_compiler() -> Result<(), Failure> {
    if env::var_os("CC").is_some() || is_on_path("cc") {
        return Ok(());
    }
    Err(Failure::Message(
        "no C compiler (cc) found; SQLite and libpq are built with it. Install one:\n\
         \x20 Debian, Ubuntu:  apt-get install build-essential\n\
         \x20 Fedora:          dnf install gcc\n\
         \x20 Alpine:          apk add build-base\n\
         \x20 macOS:           xcode-select --install"
            .to_owned(),
    ))
}
