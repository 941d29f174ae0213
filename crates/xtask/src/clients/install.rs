//! The packages of npm and PyPI, as their lock files have them, in a folder among what is built.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::{self, Failure};

/// What says which packages there are.
const LISTS: [&str; 4] = [".npmrc", "package.json", "package-lock.json", "requirements.txt"];
/// What brings a newer Node than the machine has, as `node_modules/node/bin/node`.
const NODE: &str = "node@22";
/// Written last: what was installed.
const DONE: &str = "installed";

/// Installs what the lists in `from` say into `folder`, unless it is there; and a Node for it, where
/// the machine's is too old.
pub(super) fn install(from: &Path, folder: &Path, own_node: bool) -> Result<(), Failure> {
    let mut wanted = if own_node { NODE.to_owned() } else { String::new() };
    for list in LISTS {
        let path = from.join(list);
        wanted += &fs::read_to_string(&path).map_err(|error| Failure::at(&path, &error))?;
    }
    let done = folder.join(DONE);
    if fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("For the live tests: installing public clients into {}.", folder.display());
    // An environment is bound to the Python that made it.
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| Failure::at(folder, &error))?;
    }
    fs::create_dir_all(folder).map_err(|error| Failure::at(folder, &error))?;
    for list in LISTS {
        let copy = folder.join(list);
        fs::copy(from.join(list), &copy).map_err(|error| Failure::at(&copy, &error))?;
    }
    run(Command::new("npm").args(["ci", "--loglevel=error"]).current_dir(folder))?;
    if own_node {
        run(Command::new("npm")
            .args(["install", "--no-save", "--loglevel=error", NODE])
            .current_dir(folder))?;
    }
    run(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(folder))?;
    run(Command::new(folder.join("venv/bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(["--only-binary=:all:", "--requirement", "requirements.txt"])
        .current_dir(folder))?;
    fs::write(&done, wanted).map_err(|error| Failure::at(&done, &error))
}

/// What these print is no output of ours.
fn run(command: &mut Command) -> Result<(), Failure> {
    program::run(command.stdin(Stdio::null()).stdout(Stdio::null()))
}
