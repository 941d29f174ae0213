//! Where files are kept: an interface, so that something else than the file system can follow.

use std::fmt;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use crate::hash::ContentHash;

/// Which file of a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What was uploaded.
    Original,
    /// Its thumbnail.
    Thumbnail,
}

/// The name of a stored file: `<hash>`, or `<hash>.thumb`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobName {
    /// Of the original, also for its thumbnail.
    pub hash: ContentHash,
    #[expect(missing_docs, reason = "says itself")]
    pub part: Part,
}

const THUMBNAIL_ENDING: &str = ".thumb";

impl BlobName {
    #[expect(missing_docs, reason = "says itself")]
    pub fn new(hash: &ContentHash, part: Part) -> Self {
        Self { hash: hash.clone(), part }
    }

    /// Reads a name; whatever is not one of ours is none.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_suffix(THUMBNAIL_ENDING) {
            Some(hash) => Some(Self { hash: ContentHash::parse(hash)?, part: Part::Thumbnail }),
            None => Some(Self { hash: ContentHash::parse(text)?, part: Part::Original }),
        }
    }
}

impl fmt::Display for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Original => self.hash.fmt(f),
            Part::Thumbnail => write!(f, "{}{THUMBNAIL_ENDING}", self.hash),
        }
    }
}

/// A file that a store has.
#[derive(Debug, Clone)]
pub struct Stored {
    #[expect(missing_docs, reason = "says itself")]
    pub name: BlobName,
    /// When it was put there.
    pub modified: SystemTime,
}

/// A stored file, opened for reading. It stays readable when it is deleted meanwhile.
#[expect(clippy::len_without_is_empty, reason = "no stored file is empty")]
pub trait Blob: Send {
    /// Its size in bytes.
    fn len(&self) -> u64;

    /// Reads from a place, as much as there is or as fits; nothing only at the end.
    ///
    /// # Errors
    /// When it can't be read.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

/// Keeps files by the hash of their content. Every method blocks, and may take its time: the library
/// calls them on blocking threads and never within a transaction of the database.
pub trait MediaStore: Send + Sync {
    /// Keeps a copy of a finished file (or the file itself: it is not changed any more). When this
    /// returns, the file is there whole and survives a crash; before, there is nothing of that
    /// name, or the same from earlier.
    ///
    /// # Errors
    /// When it can't be kept.
    fn put(&self, file: &Path, name: &BlobName) -> io::Result<()>;

    /// Opens a file for reading.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`], or when it can't be opened.
    fn open(&self, name: &BlobName) -> io::Result<Box<dyn Blob>>;

    /// Whether there is such a file.
    ///
    /// # Errors
    /// When that can't be found out.
    fn contains(&self, name: &BlobName) -> io::Result<bool>;

    /// Deletes a file, if it is there.
    ///
    /// # Errors
    /// When it can't be deleted.
    fn delete(&self, name: &BlobName) -> io::Result<()>;

    /// All files.
    ///
    /// # Errors
    /// When they can't be listed.
    fn list(&self) -> io::Result<Vec<Stored>>;
}
