//! Why a configuration was refused.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::hint::question;
use super::source::Origin;

/// Why a configuration was refused. No message shows a secret.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("can't read the configuration file {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        #[expect(missing_docs, reason = "says itself")]
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("{}:{line}:{column}: not valid TOML: {message}", path.display())]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What the parser says, without the text of the line: it may hold a secret.
        message: String,
    },
    /// The file has a key or section that is none.
    #[error("unknown setting {name} ({origin}){}", question(hint.as_deref()))]
    UnknownKey {
        /// With its section.
        name: String,
        /// The place in the file.
        origin: Origin,
        /// What may have been meant.
        hint: Option<String>,
    },
    /// Something else stands where a section belongs.
    #[error("{name} is a section ({origin}): write [{name}]")]
    NotASection {
        /// The section.
        name: String,
        /// The place in the file.
        origin: Origin,
    },
    /// The environment has a variable that looks like ours and is none.
    #[error("unknown environment variable {name}{}", question(hint.as_deref()))]
    UnknownVariable {
        /// The variable.
        name: String,
        /// What may have been meant.
        hint: Option<String>,
    },
    /// A variable whose value is not Unicode.
    #[error("the environment variable {name} is not valid UTF-8")]
    NotUnicode {
        /// The variable.
        name: String,
    },
    /// A file that was found by the data directory says that the data directory is elsewhere.
    #[error(
        "data_dir can't be set here ({origin}): this file was found by looking in the data \
         directory; use --data-dir, ESTRAD_DATA_DIR, or a file that --config or ESTRAD_CONFIG names"
    )]
    DataDirInItself {
        /// The place in the file.
        origin: Origin,
    },
    /// No data directory was chosen, and the platform has none for this user.
    #[error("there is no home directory to keep data in: set --data-dir or ESTRAD_DATA_DIR")]
    NoDataDir,
    /// A value that is not one of the setting's.
    #[error("{name}: {shown} ({origin}) is not valid: expected {expected}{}", because(reason))]
    Invalid {
        /// The setting, with its section.
        name: &'static str,
        /// The value as it was written, or as much of it as may be shown.
        shown: String,
        /// Where the value is from.
        origin: Origin,
        /// What the setting takes.
        expected: String,
        /// What is wrong with the value, if there is more to say; else empty.
        reason: String,
    },
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!("; {reason}") }
}
