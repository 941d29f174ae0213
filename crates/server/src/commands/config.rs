//! `estrad config`: prints the configuration in effect.

use super::{CommandError, output};
use crate::config::Loaded;

pub(super) fn run(loaded: &Loaded) -> Result<(), CommandError> {
    output::print(&loaded.to_toml())
}
