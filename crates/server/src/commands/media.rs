//! `estrad media`: uploaded files that are there.

use estrad_media::StrippedFiles;

use super::{CommandError, output};
use crate::cli::StripMetadataArgs;
use crate::config::Config;
use crate::{data_dir, wiring};

pub(super) fn strip_metadata(
    arguments: &StripMetadataArgs,
    config: &Config,
) -> Result<(), CommandError> {
    data_dir::prepare(&config.data_dir)?;
    let database = wiring::open_database(config)?;
    let library = wiring::library(config, database).map_err(CommandError::Media)?;
    let done = wiring::block_on(library.strip_existing(arguments.dry_run))
        .map_err(CommandError::StripMetadata)?;
    output::print(&summary(done, arguments.dry_run))
}

fn summary(done: StrippedFiles, dry_run: bool) -> String {
    let StrippedFiles { seen, stripped, failed } = done;
    let what = if dry_run { "have metadata" } else { "had metadata, which is gone" };
    let failed = match failed {
        0 => String::new(),
        failed => format!("; {failed} could not be read and stay as they are"),
    };
    format!("Of {seen} files, {stripped} {what}{failed}.\n")
}
