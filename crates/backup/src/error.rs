//! What can go wrong with a backup.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use estrad_persistence::{Error as StorageError, OpenError};
use thiserror::Error;

/// Something in a backup that is not as it should be: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as a path in the backup.
    pub file: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}

/// Why something was not backed up, restored or copied. Nothing of it is left behind, but for media
/// files that no row names, which the server removes by itself.
#[derive(Debug, Error)]
pub enum BackupError {
    /// There is something in the place of the new backup.
    #[error(
        "{} is there already and is not an empty directory: choose another place for the backup",
        .0.display()
    )]
    Occupied(PathBuf),
    /// The disk is full.
    #[error("there is no room left on the disk of {}", .0.display())]
    Full(PathBuf),
    /// A file can't be written.
    #[error("can't write {}", path.display())]
    Write {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file can't be read.
    #[error("can't read {}", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The database can't be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database has tables that this program does not know.
    #[error(
        "the database has tables that are not Estrad's, or that this version does not know: {0}"
    )]
    Uncovered(String),
    /// The backup is damaged.
    #[error("the backup {} is damaged; {}", path.display(), listed(.faults, *.more))]
    Damaged {
        /// The backup.
        path: PathBuf,
        /// The first faults.
        faults: Vec<Fault>,
        /// How many more there are.
        more: usize,
    },
    /// The backup is of a newer version.
    #[error(
        "the backup was made by a newer version of Estrad ({program}; it has the migration {migration}, \
         which this one does not know): restore it with that version"
    )]
    Newer {
        /// The version that made it.
        program: String,
        /// The first migration that is not known.
        migration: String,
    },
    /// There is something in the database that was to be filled.
    #[error(
        "the database {0} is not empty: nothing is written over what is there. Take an empty one \
         (another --data-dir or --database-url, or for SQLite move estrad.db, estrad.db-wal and \
         estrad.db-shm away)"
    )]
    NotEmpty(String),
    /// The empty database has a newer schema than the backup.
    #[error(
        "the database {0} is empty and has the tables of a newer version than the backup: take one \
         without any tables, and the backup is brought up to date in it"
    )]
    TargetAhead(String),
    /// The source of a copy does not have the schema of this program.
    #[error(
        "the database {0} has the tables of an older version: run estrad migrate on it first, when \
         no server of that version uses it any more"
    )]
    SourceBehind(String),
    /// A table does not have the columns that it has where it comes from.
    #[error("the table {0} has other columns in the one place than in the other: nothing is kept")]
    OtherColumns(String),
    /// What was written is read back as something else.
    #[error("the table {0} was not written as it was read: nothing is kept")]
    NotTheSame(String),
    /// Media files went while they were copied, each time anew.
    #[error("media files were deleted faster than they could be copied: try again")]
    Restless,
    /// The work panicked, or the other side of a copy failed.
    #[error("interrupted by a fault")]
    Interrupted,
}

/// At a failure to write in this place.
pub(crate) fn write_error(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BackupError::Full(path),
        _ => BackupError::Write { path, source },
    }
}

/// At a failure to read in this place.
pub(crate) fn read_error(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::Read { path, source }
}

fn listed(faults: &[Fault], more: usize) -> String {
    let lines: Vec<String> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    let count = faults.len() + more;
    let and_more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    let what = if count == 1 { "1 fault".to_owned() } else { format!("{count} faults") };
    format!("{what}:{}{and_more}", lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_called_that() {
        let full = write_error(Path::new("/backups/a"))(io::ErrorKind::StorageFull.into());
        assert_eq!(full.to_string(), "there is no room left on the disk of /backups/a");
        let other = write_error(Path::new("/backups/a"))(io::ErrorKind::PermissionDenied.into());
        assert_eq!(other.to_string(), "can't write /backups/a");
    }
}
