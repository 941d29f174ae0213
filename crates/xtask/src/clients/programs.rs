//! Node, npm, Python and Chromium: found, installed where that can be done without asking, or said
//! how to.

use std::process::{Command, Stdio};

use crate::program::{self, Failure};

const SCRIPT: &str = include_str!("install.sh");

const HOW_TO: &str = "\
The live tests drive public clients, which run with Node 20 or newer, npm, Python 3.10 or newer with
venv, and Chromium. Install what is missing:
  Debian, Ubuntu:  apt-get install nodejs npm python3-venv chromium
  Fedora:          dnf install nodejs npm python3 chromium
  Alpine:          apk add nodejs npm python3 chromium
  Arch:            pacman -S nodejs npm python chromium
  macOS:           brew install node python, and brew install --cask chromium
(An older Node will do, too: npm then installs a newer one among what is built. Where Chromium is
elsewhere than /usr/bin/chromium, ESTRAD_TEST_CHROMIUM says where.)";

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

/// The oldest Node that the clients run with.
const OLDEST_NODE: u32 = 20;

/// Whether the Node that is there is new enough for the clients: that of a distribution may not be.
pub(super) fn node_is_new_enough() -> bool {
    let version = Command::new("node").arg("--version").output();
    let major = version.ok().and_then(|output| major_version(&output.stdout));
    major.is_some_and(|major| major >= OLDEST_NODE)
}

/// Of `v20.20.2`.
fn major_version(printed: &[u8]) -> Option<u32> {
    let printed = std::str::from_utf8(printed).ok()?;
    printed.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
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

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn what_node_prints_is_read() {
        assert_eq!(major_version(b"v18.20.4\n"), Some(18));
        assert_eq!(major_version(b"v22.23.3\n"), Some(22));
        for other in [&b""[..], b"22.1.0", b"v", b"\xFF"] {
            assert_eq!(major_version(other), None);
        }
    }
}
