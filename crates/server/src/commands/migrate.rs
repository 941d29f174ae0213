//! `estrad migrate`: brings the schema up to date.

use estrad_persistence::Database;

use super::{CommandError, output};
use crate::config::Config;
use crate::{data_dir, telemetry, wiring};

pub(super) fn run(config: &Config) -> Result<(), CommandError> {
    let _log = telemetry::init(&config.log)?;
    data_dir::prepare(&config.data_dir)?;
    let options = wiring::database_options(config);
    let applied = Database::migrate(&options)?;
    let location = &options.location;
    if applied.is_empty() {
        return output::print(&format!("The database {location} is up to date.\n"));
    }
    output::print(&format!(
        "The database {location} is up to date now. Migrations that were run: {}\n",
        applied.join(", ")
    ))
}
