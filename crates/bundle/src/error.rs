//! Why a bundle could not be written or read.

use std::io;

use estrad_domain::draft::DraftError;
use thiserror::Error;
use zip::result::ZipError;

/// Why a bundle could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// A picture of the competition is missing from what was handed over.
    #[error("the media {0} is not there")]
    MissingMedia(i64),
    #[expect(missing_docs, reason = "says itself")]
    #[error("can't write the bundle")]
    Io(#[from] io::Error),
    #[expect(missing_docs, reason = "says itself")]
    #[error("can't write the bundle")]
    Zip(#[source] ZipError),
    #[expect(missing_docs, reason = "says itself")]
    #[error("can't write the document")]
    Json(#[from] serde_json::Error),
}

impl From<ZipError> for WriteError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => Self::Io(error),
            other => Self::Zip(other),
        }
    }
}

/// Why a file is no bundle, or none that is taken. Nothing of it is kept.
#[derive(Debug, Error)]
pub enum ReadError {
    /// Not a zip, or a broken one.
    #[error("the file is not a bundle: {0}")]
    NotABundle(String),
    /// There is no document in it.
    #[error("there is no competition.json in the bundle")]
    NoDocument,
    /// More files, or larger ones, than there may be. What the zip says of itself does not count.
    #[error("the bundle is too large: {0}")]
    TooLarge(String),
    /// A file that the document does not name, one that it names and that is not there, or one
    /// whose content is not what its name says.
    #[error("{name} in the bundle: {problem}")]
    Entry {
        #[expect(missing_docs, reason = "says itself")]
        name: String,
        #[expect(missing_docs, reason = "says itself")]
        problem: &'static str,
    },
    /// A document of another kind or of a newer version.
    #[error("the bundle is of a format that this version does not know: {0}")]
    UnknownFormat(String),
    /// A document of the wrong shape.
    #[error("competition.json in the bundle: {0}")]
    Document(String),
    /// A competition that breaks a rule.
    #[error("competition.json in the bundle: {0}")]
    Draft(#[from] DraftError),
    /// The bundle, or a place to put its files, can't be read or written.
    #[error("can't read the bundle")]
    Io(#[from] io::Error),
}
