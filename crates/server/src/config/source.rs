//! Where settings come from.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use etcetera::AppStrategy as _;
use etcetera::app_strategy::{AppStrategyArgs, choose_native_strategy};

use super::setting::Setting;

/// Everything that the configuration is read from, apart from files.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// What the command line says.
    pub flags: Flags,
    /// The environment's variables.
    pub environment: Vec<(OsString, OsString)>,
    /// Where this platform would keep our data, if it has a place for the user.
    pub platform_data_dir: Option<PathBuf>,
}

impl Sources {
    /// What surrounds this process.
    pub fn of_process(flags: Flags) -> Self {
        Self {
            flags,
            environment: std::env::vars_os().collect(),
            platform_data_dir: platform_data_dir(),
        }
    }
}

fn platform_data_dir() -> Option<PathBuf> {
    let app = AppStrategyArgs {
        top_level_domain: String::new(),
        author: String::new(),
        app_name: "estrad".to_owned(),
    };
    choose_native_strategy(app).ok().map(|strategy| strategy.data_dir())
}

/// The flags of the command line that are settings, as they were written.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--data-dir`.
    pub data_dir: Option<String>,
    /// `--database-url`.
    pub database_url: Option<String>,
    /// `--listen`.
    pub listen: Option<String>,
    /// `--demo`, which has a data directory of its own unless another place for the data is chosen.
    pub demo: bool,
}

impl Flags {
    /// What was said, by the flag's name.
    pub(super) fn said(self) -> impl Iterator<Item = (&'static str, String)> {
        [
            ("--data-dir", self.data_dir),
            ("--database-url", self.database_url),
            ("--listen", self.listen),
        ]
        .into_iter()
        .filter_map(|(flag, value)| value.map(|value| (flag, value)))
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A line of a configuration file, from 1.
    #[expect(missing_docs, reason = "says itself")]
    File { path: PathBuf, line: usize },
    /// An environment variable.
    Environment(String),
    /// A flag, with its hyphens.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("built-in default"),
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A value that somebody gave to a setting, not yet looked at.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) setting: &'static Setting,
    pub(super) raw: Raw,
    pub(super) origin: Origin,
}

/// A value as it was written.
#[derive(Debug, Clone)]
pub(super) enum Raw {
    /// By a variable, a flag or the table, where everything is text and the setting's kind decides
    /// how it reads.
    Text(String),
    /// By a file, where numbers, texts and lists are told apart.
    Toml(toml::Value),
}

impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Toml(toml::Value::Table(_)) => f.write_str("a section"),
            Self::Toml(value) => write!(f, "{value}"),
        }
    }
}
