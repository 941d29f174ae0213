//! What can go wrong with a file.

use std::io;

use estrad_persistence::Error as StorageError;
use thiserror::Error;

/// Why a file was not taken, given or deleted.
#[derive(Debug, Error)]
pub enum MediaError {
    /// More bytes than files of its type may have.
    #[error("the file is too large")]
    TooLarge,
    /// More pixels than are decoded here.
    #[error("the image has too many pixels")]
    TooManyPixels,
    /// Not a file of a format that is taken, or a broken one, or one with something behind its end.
    #[error("the file is not of a format that is taken")]
    Unsupported,
    /// As many uploads are under way as there may be. Nothing was done: it can be tried again.
    #[error("too many uploads at once")]
    Busy,
    /// There is no such file.
    #[error("there is no such file")]
    NotFound,
    /// The disk has no room for it.
    #[error("the disk is full")]
    DiskFull(#[source] io::Error),
    /// The store failed.
    #[error("the files can't be read or written")]
    Io(#[source] io::Error),
    /// The database failed, or refused: see there.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A fault of ours ended the work.
    #[error("the work on a file was interrupted by a fault")]
    Interrupted,
}

impl From<io::Error> for MediaError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull(error),
            _ => Self::Io(error),
        }
    }
}
