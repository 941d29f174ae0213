//! Starts `estrad` in a directory that is thrown away.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use estrad_persistence::Location;
use estrad_testkit::postgres::{TestDatabase, create_database};
use tempfile::TempDir;

/// An empty home, and the environment that a run gets: nothing else of this process reaches it.
pub(crate) struct Home {
    dir: TempDir,
    variables: Vec<(String, String)>,
    database: Option<TestDatabase>,
}

impl Home {
    /// A home in which the database is the default.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        Self { dir, variables: Vec::new(), database: None }
    }

    /// A home with `DATABASE_URL` of an empty PostgreSQL database.
    pub(crate) fn with_postgres() -> Self {
        let database = create_database("empty", |_| {});
        let url = database.url.clone();
        let home = Self { database: Some(database), ..Self::new() };
        home.with_variable("DATABASE_URL", &url)
    }

    /// Another home with the same PostgreSQL database, whose data is gone with this one.
    pub(crate) fn neighbour(&self) -> Self {
        Self { variables: self.variables.clone(), ..Self::new() }
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

    /// A path in the data directory, which is below the home on Linux only.
    pub(crate) fn data(&self, name: &str) -> PathBuf {
        self.path(".local/share/estrad").join(name)
    }

    /// Where the database is.
    pub(crate) fn location(&self) -> Location {
        match &self.database {
            Some(database) => Location::Postgres(database.url.clone()),
            None => Location::Sqlite(self.data("estrad.db")),
        }
    }

    /// `estrad` with these arguments, separated by spaces, yet to be started.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let home: &Path = self.dir.path();
        let mut command = Command::new(env!("CARGO_BIN_EXE_estrad"));
        command
            .args(arguments.split_whitespace())
            .env_clear()
            .env("HOME", home)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(home);
        command
    }

    /// Runs `estrad` to its end.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        Run(self.command(arguments).output().expect("estrad starts"))
    }

    /// Runs `estrad` to its end, with this as its standard input.
    pub(crate) fn run_with_input(&self, arguments: &str, input: &str) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("estrad starts");
        let mut pipe = child.stdin.take().expect("an input");
        // A run that is refused for another reason may have gone before it reads.
        let _ = pipe.write_all(input.as_bytes());
        drop(pipe);
        Run(child.wait_with_output().expect("estrad ends"))
    }

    /// Makes an administrator called Ada and says how to sign in.
    pub(crate) fn create_ada(&self) -> (&'static str, &'static str) {
        let (email, password) = ("ada@example.org", "correct horse battery");
        let made = self.run_with_input(
            &format!("admin create --email {email} --name Ada --city Lund --password-stdin"),
            &format!("{password}\n"),
        );
        assert_eq!(made.printed(), format!("The administrator {email} can sign in now.\n"));
        (email, password)
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

    /// What was complained about, by a run that was refused: what was given was wrong.
    pub(crate) fn refused(self) -> String {
        self.complaint(2)
    }

    /// What was complained about, by a run that tried and failed.
    pub(crate) fn failed(self) -> String {
        self.complaint(1)
    }

    /// The last line of the standard error: before it there may be a log.
    fn complaint(self, status: i32) -> String {
        let said = String::from_utf8(self.0.stderr).expect("UTF-8");
        assert_eq!(self.0.status.code(), Some(status), "{said}");
        assert_eq!(String::from_utf8_lossy(&self.0.stdout), "");
        let at = said.find("estrad: error: ").unwrap_or_else(|| panic!("{said}"));
        assert!(said[..at].lines().all(|line| line.starts_with('{')), "{said}");
        said[at..].trim_end().trim_start_matches("estrad: error: ").to_owned()
    }
}
