//! Starts `estrad` in a directory that is thrown away.

use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

/// An empty home, and the environment that a run gets: nothing else of this process reaches it.
pub(crate) struct Home {
    dir: TempDir,
    variables: Vec<(String, String)>,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a directory"), variables: Vec::new() }
    }

    /// Sets a variable for the runs that follow.
    pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes a file for the runs that follow.
    pub(crate) fn with_file(self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("creates");
        std::fs::write(path, text).expect("writes");
        self
    }

    /// A path in this home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs `estrad` with these arguments, separated by spaces.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_estrad"))
            .args(arguments.split_whitespace())
            .env_clear()
            .env("HOME", self.dir.path())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.dir.path())
            .output()
            .expect("estrad starts");
        Run(output)
    }
}

/// What came of a run.
pub(crate) struct Run(Output);

impl Run {
    /// What was printed, by a run that went well.
    pub(crate) fn printed(self) -> String {
        let complaint = String::from_utf8_lossy(&self.0.stderr);
        assert!(self.0.status.success(), "{complaint}");
        assert_eq!(complaint, "");
        String::from_utf8(self.0.stdout).expect("UTF-8")
    }

    /// What was complained about, by a run that was refused with status 2.
    pub(crate) fn refused(self) -> String {
        let complaint = String::from_utf8(self.0.stderr).expect("UTF-8");
        assert_eq!(self.0.status.code(), Some(2), "{complaint}");
        assert_eq!(self.0.stdout, b"");
        let complaint = complaint.trim_end();
        complaint.strip_prefix("estrad: error: ").expect(complaint).to_owned()
    }
}
