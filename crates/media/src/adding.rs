//! Adding a file that was received: checked, put where files are kept, and then given a row.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use estrad_domain::UserId;
use estrad_domain::audit::Change;
use estrad_domain::media::Media;
use estrad_domain::types::MediaType;
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::audit;
use estrad_persistence::queries::media::{self, NewMedia};
use estrad_persistence::queries::media_claims::{self, Claim};
use tempfile::NamedTempFile;

use crate::check::{Checked, check};
use crate::library::STALE;
use crate::name::SafeName;
use crate::store::{BlobName, MediaStore, Part};
use crate::upload::Upload;
use crate::{ContentHash, Library, MediaError};

/// How often adding is tried when somebody else is faster: at the name, or when the claim was taken
/// for one that a crash left.
const TRIES: usize = 5;
/// How often it is asked whether the files of the same content are removed by now.
const WAITS: usize = 50;
/// How long is waited in between.
const WAIT: Duration = Duration::from_millis(100);

impl Library {
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
            if let Err(error) = self.remove_unreferenced(vec![checked.hash]).await {
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
        let mut last = MediaError::Interrupted;
        for _ in 0..TRIES {
            let claim = self.claim(hash).await?;
            let (files, of) = (Arc::clone(received), hash.clone());
            let put = self.blocking(move |inner| Ok(files.put(&*inner.store, &of)?)).await;
            let added = match put {
                Ok(()) => self.insert(claim, new.clone(), change.clone()).await,
                Err(error) => Err(error),
            };
            match added {
                Ok(media) => {
                    self.put_again_if_missing(hash, received).await?;
                    return Ok(media);
                }
                Err(error) => {
                    let given_up =
                        self.inner.database.write(move |c| media_claims::give_up(c, claim));
                    given_up.await?;
                    match error {
                        MediaError::NotFound | MediaError::Storage(StorageError::Duplicate) => {
                            last = error;
                        }
                        other => return Err(other),
                    }
                }
            }
        }
        Err(last)
    }

    /// Claims the content: from now on nobody removes its files.
    pub(crate) async fn claim(&self, hash: &ContentHash) -> Result<Claim, MediaError> {
        for _ in 0..WAITS {
            let (now, of) = (self.inner.clock.now(), hash.to_string());
            let claim = self
                .inner
                .database
                .write(move |c| media_claims::claim(c, &of, now, now - STALE))
                .await?;
            match claim {
                Some(claim) => return Ok(claim),
                None => tokio::time::sleep(WAIT).await,
            }
        }
        Err(MediaError::Busy)
    }

    /// Adds the row, and gives the claim up with it.
    async fn insert(
        &self,
        claim: Claim,
        new: NewMedia,
        change: Option<Change>,
    ) -> Result<Media, MediaError> {
        let now = self.inner.clock.now();
        let inserted = self.inner.database.write(move |connection| {
            media::lock(connection)?;
            if !media_claims::give_up(connection, claim)? {
                return Err(MediaError::NotFound);
            }
            let media = media::insert(connection, &new, now)?;
            if let Some(change) = &change {
                audit::record(connection, change, &[media.id.0])?;
            }
            Ok::<_, MediaError>(media)
        });
        inserted.await
    }

    /// Servers of the version before don't look for claims, nor does a hand in the directory: what
    /// they removed before the row was there is put again.
    pub(crate) async fn put_again_if_missing(
        &self,
        hash: &ContentHash,
        received: &Arc<Received>,
    ) -> Result<(), MediaError> {
        let (files, of) = (Arc::clone(received), hash.clone());
        self.blocking(move |inner| {
            for part in files.parts() {
                if !inner.store.contains(&BlobName::new(&of, part))? {
                    files.put(&*inner.store, &of)?;
                }
            }
            Ok(())
        })
        .await
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
