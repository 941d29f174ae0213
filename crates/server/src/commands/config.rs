//! `estrad config`: prints the configuration in effect.

use std::io::{self, Write as _};

use super::CommandError;
use crate::config::Loaded;

pub(super) fn run(loaded: &Loaded) -> Result<(), CommandError> {
    match io::stdout().lock().write_all(loaded.to_toml().as_bytes()) {
        // The reader (`| head`) has read what it wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(CommandError::Output),
    }
}
