//! The public clients that the live tests drive, and the programs that run those.

mod install;
mod programs;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::program::Failure;

/// Where tests find the clients.
pub(crate) const FOLDER_VARIABLE: &str = "ESTRAD_TEST_CLIENTS";

/// The folder with the clients, which are installed if need be: the one that the person named, or
/// one among what is built.
pub(crate) fn find_or_install() -> Result<PathBuf, Failure> {
    if let Some(given) = std::env::var_os(FOLDER_VARIABLE).filter(|given| !given.is_empty()) {
        return Ok(given.into());
    }
    programs::find_or_install()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().map_err(|error| Failure::at(&root, &error))?;
    let folder = root.join("target/clients");
    let lists = root.join("crates/server/tests/live/clients");
    install::install(&lists, &folder, !programs::node_is_new_enough())?;
    Ok(folder)
}

/// `cargo xtask clients`: for running single tests.
pub(crate) fn tell() -> Result<(), Failure> {
    let folder = find_or_install()?;
    // Whoever no longer reads this has what they wanted.
    let _ = writeln!(std::io::stdout(), "{FOLDER_VARIABLE}={}", folder.display());
    Ok(())
}
