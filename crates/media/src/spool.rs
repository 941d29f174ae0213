//! Large files on their way in or out, such as bundles: as many and as large as the disk is for.
//!
//! They lie in a directory of their own beside the media, so that it is the data directory's disk
//! that fills up and not the system's. They have no names where the system knows such files; what a
//! crash leaves otherwise is [swept](crate::sweep).

use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::MediaError;

/// How much is gathered before it is written: each time takes a turn on a blocking thread.
const GATHERED: usize = 256 * 1024;

/// How much is received at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpoolLimits {
    /// Files that are being received, or that wait and are read after that.
    pub files: usize,
    /// The bytes of all of them.
    pub bytes: u64,
}

impl Default for SpoolLimits {
    fn default() -> Self {
        Self { files: 4, bytes: 1024 * 1024 * 1024 }
    }
}

/// A directory for large files for a while; clones share their limits.
#[derive(Debug, Clone)]
pub struct Spool {
    directory: PathBuf,
    limit: u64,
    places: Arc<Semaphore>,
    taken: Arc<AtomicU64>,
}

impl Spool {
    pub(crate) fn new(directory: PathBuf, limits: SpoolLimits) -> Self {
        let places = Arc::new(Semaphore::new(limits.files));
        Self { directory, limit: limits.bytes, places, taken: Arc::new(AtomicU64::new(0)) }
    }

    /// A new file, gone when dropped. Blocks.
    ///
    /// # Errors
    /// When the directory or the file can't be created.
    pub fn file(&self) -> io::Result<File> {
        fs::create_dir_all(&self.directory)?;
        tempfile::tempfile_in(&self.directory)
    }

    /// Begins to receive a file of at most so many bytes.
    ///
    /// # Errors
    /// [`MediaError::Busy`], [`MediaError::DiskFull`] or [`MediaError::Io`].
    pub async fn begin(&self, limit: u64) -> Result<Incoming, MediaError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| MediaError::Busy)?;
        let spool = self.clone();
        let file = blocking(move || Ok(spool.file()?)).await?;
        let room = Room { _place: place, spool: self.clone(), bytes: 0 };
        // What is more than all may have together never fits.
        let limit = limit.min(self.limit);
        Ok(Incoming { file: Some(file), gathered: BytesMut::new(), limit, room })
    }
}

/// A place among those who are received, and the bytes that count against the limit of all.
#[derive(Debug)]
struct Room {
    _place: OwnedSemaphorePermit,
    spool: Spool,
    bytes: u64,
}

impl Room {
    fn take(&mut self, bytes: u64) -> Result<(), MediaError> {
        let before = self.spool.taken.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        if before + bytes > self.spool.limit { Err(MediaError::Busy) } else { Ok(()) }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.spool.taken.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A file that is being received. Dropping it deletes what there is of it.
#[derive(Debug)]
pub struct Incoming {
    /// None only while it is away being written to, or after that failed.
    file: Option<File>,
    gathered: BytesMut,
    limit: u64,
    room: Room,
}

impl Incoming {
    /// Appends a piece.
    ///
    /// # Errors
    /// [`MediaError::TooLarge`] when it gets larger than it may be, [`MediaError::Busy`] when all that
    /// are received get larger than they may be together; [`MediaError::DiskFull`] or
    /// [`MediaError::Io`]. After an error it is of no use any more.
    pub async fn write(&mut self, piece: Bytes) -> Result<(), MediaError> {
        if self.room.bytes + piece.len() as u64 > self.limit {
            return Err(MediaError::TooLarge);
        }
        self.room.take(piece.len() as u64)?;
        self.gathered.extend_from_slice(&piece);
        if self.gathered.len() >= GATHERED { self.flush().await } else { Ok(()) }
    }

    /// The file with all that was received, at its beginning.
    ///
    /// # Errors
    /// As [`Incoming::write`].
    pub async fn finish(mut self) -> Result<Spooled, MediaError> {
        self.flush().await?;
        let mut file = self.file.take().ok_or(MediaError::Interrupted)?;
        let file = blocking(move || {
            file.seek(SeekFrom::Start(0))?;
            Ok(file)
        });
        Ok(Spooled { file: file.await?, room: Some(self.room) })
    }

    async fn flush(&mut self) -> Result<(), MediaError> {
        let bytes = self.gathered.split().freeze();
        let mut file = self.file.take().ok_or(MediaError::Interrupted)?;
        let written = blocking(move || {
            file.write_all(&bytes)?;
            Ok(file)
        });
        self.file = Some(written.await?);
        Ok(())
    }
}

/// A file that was received, and its place among them until it is dropped.
#[derive(Debug)]
pub struct Spooled {
    file: File,
    room: Option<Room>,
}

impl Spooled {
    /// The file, and what keeps its place until it is dropped.
    pub fn into_parts(self) -> (File, impl Send + use<>) {
        (self.file, self.room)
    }
}

/// A file that takes nobody's place, such as one of the command line.
impl From<File> for Spooled {
    fn from(file: File) -> Self {
        Self { file, room: None }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, MediaError> + Send + 'static,
) -> Result<T, MediaError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| MediaError::Interrupted)?
}
