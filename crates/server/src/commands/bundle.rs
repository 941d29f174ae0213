//! `estrad export` and `estrad import bundle`: competitions as portable files.

use std::fs::File;
use std::io;
use std::path::Path;

use estrad_domain::CompetitionId;
use estrad_domain::audit::Change;
use estrad_domain::clock::{Clock as _, SystemClock};
use estrad_domain::text::Name;
use estrad_exchange::{BundleTarget, City, Exchange, ExchangeError};
use estrad_persistence::Error as StorageError;

use super::{CommandError, output};
use crate::cli::{ExportArgs, ImportBundleArgs};
use crate::config::Config;
use crate::{data_dir, wiring};

pub(super) fn export(arguments: &ExportArgs, config: &Config) -> Result<(), CommandError> {
    let exchange = exchange(config)?;
    let id = CompetitionId(arguments.id);
    let mut export =
        wiring::block_on(exchange.export(id, arguments.answers)).map_err(|error| match error {
            ExchangeError::Storage(StorageError::NotFound) => {
                CommandError::NoCompetition(arguments.id)
            }
            other => Box::new(other).into(),
        })?;
    write_new(&arguments.file, &mut export.file)?;
    output::print(&format!("{} is in {} now.\n", export.title, arguments.file.display()))
}

/// Copies into a file that is not there yet.
fn write_new(path: &Path, bundle: &mut File) -> Result<(), CommandError> {
    let failed = |source| CommandError::WriteFile { path: path.to_owned(), source };
    let mut file = File::create_new(path).map_err(failed)?;
    let copied = io::copy(bundle, &mut file).and_then(|_| file.sync_all());
    copied.map_err(|source| {
        // Half a bundle is worse than none.
        let _ = std::fs::remove_file(path);
        failed(source)
    })
}

pub(super) fn import(arguments: &ImportBundleArgs, config: &Config) -> Result<(), CommandError> {
    let name = |what, text: &str| {
        Name::new(text.trim())
            .map_err(|error| CommandError::Argument { what, why: error.to_string() })
    };
    let target = BundleTarget {
        city: City::Named(name("--city", &arguments.city)?),
        name: arguments.name.as_deref().map(|text| name("--name", text)).transpose()?,
        user_id: None,
        change: Change::by_command(
            "import bundle",
            "import",
            "competition",
            &[],
            SystemClock.now(),
        ),
    };
    let file = File::open(&arguments.file)
        .map_err(|source| CommandError::ReadFile { path: arguments.file.clone(), source })?;
    let exchange = exchange(config)?;
    let imported =
        wiring::block_on(exchange.import(file, target)).map_err(|error| match error {
            ExchangeError::Storage(StorageError::Duplicate) => CommandError::BundleTaken,
            other => Box::new(other).into(),
        })?;
    let (name, year, id) = (imported.name, imported.year, imported.id);
    output::print(&format!(
        "Imported {name:?} of {year} into {}, with the id {id}.\n",
        arguments.city
    ))
}

fn exchange(config: &Config) -> Result<Exchange, CommandError> {
    data_dir::prepare(&config.data_dir)?;
    let database = wiring::open_database(config)?;
    let library = wiring::library(config, database.clone()).map_err(CommandError::Media)?;
    Ok(wiring::exchange(config, database, library))
}
