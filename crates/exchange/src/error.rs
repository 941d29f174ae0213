//! What can go wrong on the way out and in.

use estrad_bundle::{ReadError, WriteError};
use estrad_media::MediaError;
use estrad_persistence::Error as StorageError;
use thiserror::Error;

use crate::UnsafeText;

/// Why a competition was not exchanged. Nothing of it is left behind.
#[derive(Debug, Error)]
pub enum ExchangeError {
    /// The file is no bundle, or none that is taken.
    #[error(transparent)]
    Bundle(#[from] ReadError),
    /// A text that can't be made safe to show.
    #[error(transparent)]
    Text(#[from] UnsafeText),
    /// A media file that is not taken, by its name in the bundle.
    #[error("{name} in the bundle")]
    Media {
        #[expect(missing_docs, reason = "says itself")]
        name: String,
        #[expect(missing_docs, reason = "says itself")]
        source: MediaError,
    },
    /// The bundle could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    #[expect(missing_docs, reason = "says itself")]
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Too many bundles are being written or read; it can be tried again.
    #[error("too many bundles are being written or read")]
    Busy,
    /// The work panicked.
    #[error("interrupted by a fault")]
    Interrupted,
}
