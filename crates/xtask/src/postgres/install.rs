//! Installing PostgreSQL where that can be done without asking, else saying how to.

use std::path::PathBuf;
use std::process::Stdio;

use super::find::find;
use crate::program::{self, Failure};

const SCRIPT: &str = include_str!("install.sh");

const HOW_TO: &str = "\
no PostgreSQL server found. Install one, version 13 or newer:
  Debian, Ubuntu:  apt-get install postgresql
  Fedora:          dnf install postgresql-server
  Alpine:          apk add postgresql
  Arch:            pacman -S postgresql
  macOS:           brew install postgresql
or set ESTRAD_TEST_POSTGRES_URL=postgres://USER:PASSWORD@HOST:PORT/DATABASE to use a running one,
with a superuser's role.";

/// The folder of PostgreSQL's server programs, which are installed if need be.
pub(super) fn find_or_install() -> Result<PathBuf, Failure> {
    if let Some(folder) = find() {
        return Ok(folder);
    }
    if program::is_on_path("apt-get")
        && let Some(mut root) = program::root_shell()
    {
        eprintln!("No PostgreSQL server found: installing the package postgresql.");
        program::run(root.arg(SCRIPT).stdin(Stdio::null()))?;
    }
    find().ok_or_else(|| Failure::Message(HOW_TO.to_owned()))
}
