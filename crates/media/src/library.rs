//! All uploaded files: their rows and their contents together.
//!
//! A row without its file would be an image that can't be shown, so files come before rows
//! ([adding](crate::adding)) and go after them ([removing](crate::removing)). In between, a crash
//! leaves a file without a row, which the [sweep](crate::sweep) finds. Files are put and removed
//! outside of transactions, as a slow disk would hold up all who write; that none goes away under a
//! new row is seen to by [claims](estrad_persistence::queries::media_claims).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use chrono::TimeDelta;
use estrad_domain::clock::Clock;
use estrad_domain::types::MediaType;
use estrad_persistence::Database;
use tokio::sync::Semaphore;

use crate::spool::{Spool, SpoolLimits};
use crate::store::{Blob, BlobName, MediaStore, Part};
use crate::upload::Upload;
use crate::{ContentHash, FsStore, MediaError};

/// How large files may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of an image.
    pub image_bytes: u64,
    /// The most bytes of a video.
    pub video_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { image_bytes: 10 * 1024 * 1024, video_bytes: 200 * 1024 * 1024 }
    }
}

impl Limits {
    /// The most bytes of a file of the type.
    pub fn of(self, media_type: MediaType) -> u64 {
        match media_type {
            MediaType::Image => self.image_bytes,
            MediaType::Video => self.video_bytes,
        }
    }
}

/// Uploads under way at once, each with a file of its own; the next one is told "busy".
const MAX_UPLOADS: usize = 16;
/// Images decoded at once. The largest take some 400 MiB meanwhile.
const MAX_CHECKS: usize = 1;
/// Threads that read files at once.
const MAX_READS: usize = 32;
/// Threads that remove files at once.
const MAX_REMOVALS: usize = 4;
/// How old a claim is that a crash left: no work on one content takes so long.
pub(crate) const STALE: TimeDelta = TimeDelta::hours(1);

/// A handle to the files; clones share everything.
#[derive(Clone)]
pub struct Library {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) database: Database,
    pub(crate) store: Box<dyn MediaStore>,
    /// Where uploads are received: where [`FsStore`] can take them from without a copy.
    pub(crate) staging: PathBuf,
    pub(crate) clock: Arc<dyn Clock>,
    limits: Limits,
    uploads: Arc<Semaphore>,
    pub(crate) checks: Semaphore,
    pub(crate) removals: Semaphore,
    reads: Arc<Semaphore>,
}

impl Library {
    /// Keeps files in a directory, which is created when it is not there. Blocks.
    ///
    /// # Errors
    /// When the directory can't be created.
    pub fn open(
        database: Database,
        directory: &Path,
        limits: Limits,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let store = FsStore::open(directory)?;
        Ok(Self::with_store(database, Box::new(store), directory.to_owned(), limits, clock))
    }

    /// Keeps files in a store, and those that are being received in a directory.
    pub fn with_store(
        database: Database,
        store: Box<dyn MediaStore>,
        staging: PathBuf,
        limits: Limits,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let inner = Inner {
            database,
            store,
            staging,
            clock,
            limits,
            uploads: Arc::new(Semaphore::new(MAX_UPLOADS)),
            checks: Semaphore::new(MAX_CHECKS),
            removals: Semaphore::new(MAX_REMOVALS),
            reads: Arc::new(Semaphore::new(MAX_READS)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// A place for other large files on their way in or out: `tmp`, where uploads are received.
    pub fn spool(&self, limits: SpoolLimits) -> Spool {
        Spool::new(self.spool_directory(), limits)
    }

    pub(crate) fn spool_directory(&self) -> PathBuf {
        self.inner.staging.join("tmp")
    }

    /// How large files may be.
    pub fn limits(&self) -> Limits {
        self.inner.limits
    }

    /// Begins to receive a file.
    ///
    /// # Errors
    /// [`MediaError::Busy`], [`MediaError::DiskFull`] or [`MediaError::Io`].
    pub async fn begin(&self, media_type: MediaType) -> Result<Upload, MediaError> {
        let uploads = Arc::clone(&self.inner.uploads);
        let permit = uploads.try_acquire_owned().map_err(|_| MediaError::Busy)?;
        let file = self.blocking(|inner| Ok(Upload::create_file(&inner.staging)?)).await?;
        Ok(Upload::new(media_type, self.inner.limits.of(media_type), file, permit))
    }

    /// Opens a content for reading.
    ///
    /// # Errors
    /// [`MediaError::NotFound`], or what went wrong.
    pub async fn read(&self, hash: &ContentHash, part: Part) -> Result<Reader, MediaError> {
        let name = BlobName::new(hash, part);
        let _turn = self.inner.reads.acquire().await.map_err(|_| MediaError::Interrupted)?;
        let blob = self.blocking(move |inner| {
            inner.store.open(&name).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => MediaError::NotFound,
                _ => error.into(),
            })
        });
        let blob = blob.await?;
        Ok(Reader { blob, reads: Arc::clone(&self.inner.reads) })
    }

    /// Opens a content for reading it from beginning to end. Blocks.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`], or when it can't be opened.
    pub fn content(&self, hash: &ContentHash) -> io::Result<impl io::Read + use<>> {
        let blob = self.inner.store.open(&BlobName::new(hash, Part::Original))?;
        Ok(Sequential { blob, at: 0 })
    }

    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, MediaError> + Send + 'static,
    ) -> Result<T, MediaError> {
        let inner = Arc::clone(&self.inner);
        let task = tokio::task::spawn_blocking(move || work(&inner));
        // A panic of the closure is logged by the panic hook; the caller gets an error.
        task.await.map_err(|_| MediaError::Interrupted)?
    }
}

/// A content that is read from beginning to end.
struct Sequential {
    blob: Box<dyn Blob>,
    at: u64,
}

impl io::Read for Sequential {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.blob.read_at(self.at, buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// A content that is being read.
pub struct Reader {
    blob: Box<dyn Blob>,
    reads: Arc<Semaphore>,
}

impl Reader {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.blob.len()
    }

    /// Reads from a place, at most `limit` bytes; none only at the end.
    ///
    /// # Errors
    /// [`MediaError::Io`].
    pub async fn read_at(mut self, offset: u64, limit: usize) -> Result<(Self, Bytes), MediaError> {
        let reads = Arc::clone(&self.reads);
        let _turn = reads.acquire().await.map_err(|_| MediaError::Interrupted)?;
        let task = tokio::task::spawn_blocking(move || {
            let mut buffer = vec![0; limit];
            let read = self.blob.read_at(offset, &mut buffer)?;
            buffer.truncate(read);
            Ok::<_, io::Error>((self, Bytes::from(buffer)))
        });
        Ok(task.await.map_err(|_| MediaError::Interrupted)??)
    }
}
