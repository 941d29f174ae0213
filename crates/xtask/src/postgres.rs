//! A PostgreSQL server for the tests, thrown away after them.

mod find;
mod install;
mod server;

use std::io::{Read, Write};

use crate::program::Failure;
pub(crate) use server::Server;

/// Where tests find the server.
pub(crate) const URL_VARIABLE: &str = "ESTRAD_TEST_POSTGRES_URL";

/// The server that the person wants the tests to use, if any.
pub(crate) fn given_url() -> Option<String> {
    std::env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty())
}

/// `cargo xtask postgres`: keeps a server until the input ends, for running single tests.
pub(crate) fn serve() -> Result<(), Failure> {
    let server = Server::start()?;
    let told = writeln!(std::io::stdout(), "{URL_VARIABLE}={}", server.url());
    // Whoever no longer reads the address no longer wants the server either.
    if told.is_ok() {
        eprintln!("The server is there until Ctrl-C or the end of the input.");
        // A broken input has ended, too.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
    }
    Ok(())
}
