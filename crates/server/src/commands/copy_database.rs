//! `estrad copy-database`: from SQLite to PostgreSQL and back.

use std::sync::Arc;

use estrad_backup::{Copied, copy};
use estrad_persistence::{Location, Options};

use super::progress::Bars;
use super::{CommandError, output};
use crate::cli::CopyDatabaseArgs;
use crate::config::{Config, DatabaseUrl};
use crate::wiring;

/// Copies all rows of one moment. The media and the signing key stay where they are.
pub(super) fn run(arguments: &CopyDatabaseArgs, config: &Config) -> Result<(), CommandError> {
    let from = options("--from", &arguments.from, config)?;
    let to = options("--to", &arguments.to, config)?;
    let (source, target) = (from.location.to_string(), to.location.to_string());
    let copied = wiring::block_on(copy(from, to, Arc::new(Bars::default()))).map_err(Box::new)?;
    let Copied { tables, rows } = copied;
    output::print(&format!(
        "{rows} rows of {tables} tables are in {target} now, each as it is in {source}. What was \
         written to {source} since the copy began is not among them: if a server was running, copy \
         again with it stopped. The media and the signing key stay in the data directory.\n"
    ))
}

fn options(what: &'static str, url: &str, config: &Config) -> Result<Options, CommandError> {
    let url = DatabaseUrl::parse(url)
        .map_err(|error| CommandError::Argument { what, why: error.to_string() })?;
    let location = match url {
        DatabaseUrl::Sqlite(path) => Location::Sqlite(path),
        DatabaseUrl::Postgres(url) => Location::Postgres(url),
    };
    Ok(Options { busy_timeout: config.database.busy_timeout, ..Options::new(location) })
}
