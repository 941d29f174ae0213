//! Node, npm, Python and Chromium: found, installed where that can be done without asking, or said
//! how to.

use std::process::{Command, Stdio};

use crate::program::{self, Failure};

const SCRIPT: &str = include_str!("install.sh");

const HOW_TO: &str = "\
The live tests drive public clients, which run with Node 18 or newer, npm, Python 3.10 or newer with
venv, and Chromium. Install what is missing:
  Debian, Ubuntu:  apt-get install nodejs npm python3-venv chromium
  Fedora:          dnf install nodejs npm python3 chromium
  Alpine:          apk add nodejs npm python3 chromium
  Arch:            pacman -S nodejs npm python chromium
  macOS:           brew install node python, and brew install --cask chromium
(Where Chromium is elsewhere than /usr/bin/chromium, ESTRAD_TEST_CHROMIUM says where.)";

/// What is needed, by Debian's name for it.
const PACKAGES: [&str; 4] = ["nodejs", "npm", "python3-venv", "chromium"];

/// Whether a package's programs are there, from wherever they came.
fn is_there(package: &str) -> bool {
    match package {
        "nodejs" => succeeds("node", &["--version"]),
        "npm" => succeeds("npm", &["--version"]),
        // Debian has Python without what makes environments.
        "python3-venv" => succeeds("python3", &["-c", "import ensurepip, venv"]),
        _ => has_chromium(),
    }
}

/// Makes sure that all of it is there.
pub(super) fn find_or_install() -> Result<(), Failure> {
    let mut missing = missing();
    if !missing.is_empty()
        && program::is_on_path("apt-get")
        && let Some(mut root) = program::root_shell()
    {
        eprintln!("For the live tests: installing {}.", missing.join(", "));
        program::run(root.arg(SCRIPT).arg("install").args(&missing).stdin(Stdio::null()))?;
        missing = self::missing();
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::Message(format!("not found: {}. {HOW_TO}", missing.join(", "))))
}

fn missing() -> Vec<&'static str> {
    PACKAGES.into_iter().filter(|package| !is_there(package)).collect()
}

fn has_chromium() -> bool {
    std::env::var_os("ESTRAD_TEST_CHROMIUM").is_some()
        || std::path::Path::new("/usr/bin/chromium").is_file()
}

fn succeeds(name: &str, args: &[&str]) -> bool {
    program::succeeds(Command::new(name).args(args))
}
