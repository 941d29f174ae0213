//! Why an export could not be read. Each error names the file and the place in it.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

/// The largest file that is read, in bytes: 64 MiB.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// Why nothing was read. There is no half-read import.
#[derive(Debug, Error)]
pub enum ReadError {
    /// A file is missing or can't be read.
    #[error("{file} can't be read: {source}", file = file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is larger than [`MAX_FILE_BYTES`].
    #[error("{file} is larger than {MAX_FILE_BYTES} bytes", file = file.display())]
    TooLarge {
        /// Which file.
        file: PathBuf,
    },
    /// A document is truncated or not JSON.
    #[error("{file}, document {document}: {message} at {at}", file = file.display())]
    Broken {
        /// Which file.
        file: PathBuf,
        /// The document's number in it, from 1.
        document: usize,
        /// Where it went wrong.
        at: Position,
        /// What was wrong there.
        message: String,
    },
    /// A document is JSON, but not what was expected.
    #[error(
        "{file}, document {document} at {at}: {expected} was expected as {field}, not {found}",
        file = file.display()
    )]
    Shape {
        /// Which file.
        file: PathBuf,
        /// The document's number in it, from 1.
        document: usize,
        /// Where the document starts.
        at: Position,
        /// Which field of it, as a path such as `answer.subQuestions[2].type`.
        field: String,
        /// What should have been there.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// Two documents of a file have the same id.
    #[error("{file}, document {document} has the id {id} of document {first}", file = file.display())]
    DuplicateId {
        /// Which file.
        file: PathBuf,
        /// The second document's number, from 1.
        document: usize,
        /// The first document's number, from 1.
        first: usize,
        /// The id of both.
        id: String,
    },
    /// A competition has more of something than a competition can have.
    #[error("the competition \"{competition}\" has {count} {what}, and {max} is the most")]
    TooMany {
        /// Its name.
        competition: String,
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many there may be.
        max: usize,
    },
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// In bytes, from 0.
    pub offset: usize,
    /// From 1.
    pub line: usize,
    /// In bytes, from 1.
    pub column: usize,
}

impl Position {
    /// The place at this offset, which may be the end.
    pub(super) fn of(bytes: &[u8], offset: usize) -> Self {
        let before = &bytes[..offset.min(bytes.len())];
        let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
        Self { offset: before.len(), line, column: before.len() - line_start + 1 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {} (line {}, column {})", self.offset, self.line, self.column)
    }
}

/// A field that is not what was expected, before it is known in which document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShapeError {
    pub(super) field: String,
    pub(super) expected: &'static str,
    pub(super) found: String,
}
