//! A file on its way in.

use std::io::Write as _;
use std::path::Path;

use bytes::{Bytes, BytesMut};
use estrad_domain::types::MediaType;
use tempfile::NamedTempFile;
use tokio::sync::OwnedSemaphorePermit;

use crate::MediaError;

/// What the names of unfinished files begin with, so that those of a crash are found.
pub const TEMPORARY_PREFIX: &str = ".upload-";
/// How much is gathered before it is written: each time takes a turn on a blocking thread.
const GATHERED: usize = 256 * 1024;

/// A file that is being received. Dropping it deletes what there is of it.
#[derive(Debug)]
pub struct Upload {
    media_type: MediaType,
    limit: u64,
    received: u64,
    gathered: BytesMut,
    /// None only while it is away being written to, or after that failed.
    file: Option<NamedTempFile>,
    _permit: OwnedSemaphorePermit,
}

impl Upload {
    pub(crate) fn new(
        media_type: MediaType,
        limit: u64,
        file: NamedTempFile,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        let gathered = BytesMut::new();
        Self { media_type, limit, received: 0, gathered, file: Some(file), _permit: permit }
    }

    /// Creates the file. Blocks.
    pub(crate) fn create_file(directory: &Path) -> std::io::Result<NamedTempFile> {
        tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(directory)
    }

    /// What it shall be.
    pub fn media_type(&self) -> MediaType {
        self.media_type
    }

    /// Appends a piece.
    ///
    /// # Errors
    /// [`MediaError::TooLarge`] when it gets larger than it may be; [`MediaError::DiskFull`] or
    /// [`MediaError::Io`]. After an error the upload is of no use any more.
    pub async fn write(&mut self, piece: Bytes) -> Result<(), MediaError> {
        self.received += piece.len() as u64;
        if self.received > self.limit {
            return Err(MediaError::TooLarge);
        }
        self.gathered.extend_from_slice(&piece);
        if self.gathered.len() >= GATHERED { self.flush().await } else { Ok(()) }
    }

    /// The file with all that was received.
    pub(crate) async fn finish(mut self) -> Result<NamedTempFile, MediaError> {
        self.flush().await?;
        self.file.take().ok_or(MediaError::Interrupted)
    }

    async fn flush(&mut self) -> Result<(), MediaError> {
        let bytes = self.gathered.split().freeze();
        let mut file = self.file.take().ok_or(MediaError::Interrupted)?;
        let written = tokio::task::spawn_blocking(move || {
            file.write_all(&bytes)?;
            Ok::<_, MediaError>(file)
        });
        self.file = Some(written.await.map_err(|_| MediaError::Interrupted)??);
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Deleting a large file takes its time.
        if let (Some(file), Ok(runtime)) = (self.file.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn_blocking(move || drop(file));
        }
    }
}
