//! All uploaded files: their rows and their contents together.
//!
//! A row without its file would be an image that can't be shown, so files come before rows and go
//! after them. In between, a crash leaves a file without a row, which the [sweep](crate::sweep)
//! finds. Whoever adds a row or removes a file takes turns by a lock in the database, and looks
//! under it whether the file is still there, or still needed.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use estrad_domain::audit::Change;
use estrad_domain::clock::Clock;
use estrad_domain::media::Media;
use estrad_domain::types::MediaType;
use estrad_domain::{MediaId, UserId};
use estrad_persistence::queries::audit;
use estrad_persistence::queries::media::{self, NewMedia};
use estrad_persistence::{Database, Error as StorageError};
use tempfile::NamedTempFile;
use tokio::sync::Semaphore;

use crate::check::{Checked, check};
use crate::name::SafeName;
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
/// How often adding is tried when somebody else is faster: at the name, or at removing the file.
const TRIES: usize = 5;

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
    checks: Semaphore,
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
            reads: Arc::new(Semaphore::new(MAX_READS)),
        };
        Self { inner: Arc::new(inner) }
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

    /// Adds a file that has been received, under the name that it was sent with as far as that is
    /// safe and free. Once begun, this is done to its end, also when the caller goes away. The change is
    /// for the audit log; without one this is part of a change that has its own line.
    ///
    /// # Errors
    /// [`MediaError::Unsupported`], [`MediaError::TooManyPixels`], or what went wrong; then nothing
    /// was added.
    pub async fn add(
        &self,
        upload: Upload,
        sent_name: &str,
        upload_by_id: Option<UserId>,
        change: Option<Change>,
    ) -> Result<Media, MediaError> {
        let (library, sent_name) = (self.clone(), sent_name.to_owned());
        let task =
            async move { library.add_to_the_end(upload, &sent_name, upload_by_id, change).await };
        tokio::spawn(task).await.map_err(|_| MediaError::Interrupted)?
    }

    async fn add_to_the_end(
        &self,
        upload: Upload,
        sent_name: &str,
        upload_by_id: Option<UserId>,
        change: Option<Change>,
    ) -> Result<Media, MediaError> {
        let media_type = upload.media_type();
        let file = upload.finish().await?;
        let (received, checked) = {
            let _turn = self.inner.checks.acquire().await.map_err(|_| MediaError::Interrupted)?;
            self.blocking(move |inner| Received::check(file, media_type, &inner.staging)).await?
        };
        let name = SafeName::new(sent_name, checked.format);
        let new = NewMedia {
            media_type,
            stem: name.stem,
            extension: name.extension,
            upload_by_id,
            content_type: checked.format.content_type(),
            content_hash: checked.hash.to_string(),
            byte_size: i64::try_from(checked.byte_size).unwrap_or(i64::MAX),
            dimensions: checked.picture.map(|((width, height), _)| (width as i32, height as i32)),
        };
        let received = Arc::new(received);
        let added = self.put_and_insert(&checked.hash, &received, new, change).await;
        if added.is_err() {
            // Nobody may refer to what was put. The first error is the one to tell of.
            if let Err(error) = self.remove_unreferenced(checked.hash).await {
                tracing::warn!(%error, "a file stays behind until it is swept");
            }
        }
        self.blocking(move |_| {
            drop(received);
            Ok(())
        })
        .await?;
        added
    }

    async fn put_and_insert(
        &self,
        hash: &ContentHash,
        received: &Arc<Received>,
        new: NewMedia,
        change: Option<Change>,
    ) -> Result<Media, MediaError> {
        let now = self.inner.clock.now();
        let mut last = MediaError::Interrupted;
        for _ in 0..TRIES {
            let (files, of) = (Arc::clone(received), hash.clone());
            self.blocking(move |inner| Ok(files.put(&*inner.store, &of)?)).await?;
            let (inner, new, change) = (Arc::clone(&self.inner), new.clone(), change.clone());
            let (parts, of) = (received.parts(), hash.clone());
            let added = self.inner.database.write(move |connection| {
                media::lock(connection)?;
                for part in parts {
                    if !inner.store.contains(&BlobName::new(&of, part))? {
                        return Err(MediaError::NotFound);
                    }
                }
                let media = media::insert(connection, &new, now)?;
                if let Some(change) = &change {
                    audit::record(connection, change, &[media.id.0])?;
                }
                Ok::<_, MediaError>(media)
            });
            match added.await {
                // The last row of the same content went at the same moment, and the file with it;
                // or the name was taken.
                Err(
                    error @ (MediaError::NotFound | MediaError::Storage(StorageError::Duplicate)),
                ) => last = error,
                result => return result,
            }
        }
        Err(last)
    }

    /// Deletes a file: its row, and its content unless another row has the same. The change is for the
    /// audit log.
    ///
    /// # Errors
    /// [`MediaError::Storage`] with `NotFound`, or with `InUse` while something shows the file;
    /// then nothing was deleted.
    pub async fn delete(
        &self,
        id: MediaId,
        media_type: MediaType,
        change: Option<Change>,
    ) -> Result<(), MediaError> {
        let library = self.clone();
        let task = async move {
            let database = &library.inner.database;
            let deleted = database.write(move |connection| {
                let hash = media::delete(connection, id, media_type)?;
                if let Some(change) = &change {
                    audit::record(connection, change, &[id.0])?;
                }
                Ok::<_, StorageError>(hash)
            });
            let hash = deleted.await?;
            let hash = ContentHash::parse(&hash);
            // The row is gone, which is what was asked for. What can't be removed now is swept.
            if let Some(Err(error)) = match hash {
                Some(hash) => Some(library.remove_unreferenced(hash).await),
                None => None,
            } {
                tracing::warn!(%error, %id, "a file stays behind until it is swept");
            }
            Ok(())
        };
        tokio::spawn(task).await.map_err(|_| MediaError::Interrupted)?
    }

    /// Removes the files of a content unless a row refers to it; says whether it did.
    pub(crate) async fn remove_unreferenced(&self, hash: ContentHash) -> Result<bool, MediaError> {
        let inner = Arc::clone(&self.inner);
        let removed = self.inner.database.write(move |connection| {
            media::lock(connection)?;
            if !media::referenced(connection, &[hash.to_string()])?.is_empty() {
                return Ok(false);
            }
            for part in [Part::Thumbnail, Part::Original] {
                inner.store.delete(&BlobName::new(&hash, part))?;
            }
            Ok::<_, MediaError>(true)
        });
        removed.await
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

/// The files of an upload, finished and on disk, under temporary names. Dropping it blocks.
pub(crate) struct Received {
    original: NamedTempFile,
    thumbnail: Option<NamedTempFile>,
}

impl Received {
    /// Finds out what was received, and makes the thumbnail.
    pub(crate) fn check(
        mut original: NamedTempFile,
        media_type: MediaType,
        staging: &Path,
    ) -> Result<(Self, Checked), MediaError> {
        use io::Write as _;
        let checked = check(original.as_file_mut(), media_type)?;
        original.as_file().sync_all()?;
        let thumbnail = match &checked.picture {
            Some((_, bytes)) => {
                let mut file = Upload::create_file(staging)?;
                file.write_all(bytes)?;
                file.as_file().sync_all()?;
                Some(file)
            }
            None => None,
        };
        Ok((Self { original, thumbnail }, checked))
    }

    pub(crate) fn put(&self, store: &dyn MediaStore, hash: &ContentHash) -> io::Result<()> {
        if let Some(thumbnail) = &self.thumbnail {
            store.put(thumbnail.path(), &BlobName::new(hash, Part::Thumbnail))?;
        }
        store.put(self.original.path(), &BlobName::new(hash, Part::Original))
    }

    pub(crate) fn parts(&self) -> Vec<Part> {
        let thumbnail = self.thumbnail.as_ref().map(|_| Part::Thumbnail);
        [Some(Part::Original), thumbnail].into_iter().flatten().collect()
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
