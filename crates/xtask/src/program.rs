//! Other programs: is one there, and does it succeed?

use std::env;
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Why a chore is not done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Said to the person.
    Message(String),
    /// A program failed, said why itself, and ended with this code.
    Exit(u8),
}

impl Failure {
    /// For a file or folder that can't be read or written.
    pub(crate) fn at(path: &Path, error: &std::io::Error) -> Self {
        Self::Message(format!("{}: {error}", path.display()))
    }
}

/// The cargo that runs this, to run more of it.
///
/// `cargo run` tells its child about the package that it runs. Taken on to another build, that
/// would look like a changed environment to build scripts that watch it.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    for (name, _) in env::vars_os() {
        let told = name.to_str().is_some_and(|n| {
            n.starts_with("CARGO_PKG_") || n.starts_with("CARGO_MANIFEST_") || n == "OUT_DIR"
        });
        if told {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Whether the program can be started and succeeds; its output is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a program to its end.
///
/// # Errors
/// It cannot be started, or ends with another code than 0.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    judge(status)
}

/// What is said when a program cannot be started.
pub(crate) fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure::Message(format!("cannot start {}: {error}", command.get_program().display()))
}

/// Turns a program's end into ours; for one that a signal ended, as a shell does.
pub(crate) fn judge(status: ExitStatus) -> Result<(), Failure> {
    if status.success() {
        return Ok(());
    }
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    Err(Failure::Exit(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

/// The folders in which a shell would look for programs.
pub(crate) fn search_path() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

/// Whether a shell would find a program of that name.
pub(crate) fn is_on_path(name: &str) -> bool {
    search_path().iter().any(|folder| folder.join(name).is_file())
}

/// `sh -c` as root, where that takes no password.
pub(crate) fn root_shell() -> Option<Command> {
    let mut shell = if is_root() {
        Command::new("sh")
    } else if succeeds(Command::new("sudo").args(["-n", "true"])) {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "sh"]);
        sudo
    } else {
        return None;
    };
    shell.arg("-c");
    Some(shell)
}

fn is_root() -> bool {
    succeeds(Command::new("sh").args(["-c", r#"[ "$(id -u)" = 0 ]"#]))
}
