//! Removing rows, and the files of contents that no row refers to any more.

use std::time::Instant;

use estrad_domain::MediaId;
use estrad_domain::audit::Change;
use estrad_domain::types::MediaType;
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::{audit, media, media_claims};

use crate::library::STALE;
use crate::store::{BlobName, Part};
use crate::{ContentHash, Library, MediaError};

impl Library {
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
            let hashes = ContentHash::parse(&hash).into_iter().collect();
            // The row is gone, which is what was asked for. What can't be removed now is swept.
            if let Err(error) = library.remove_unreferenced(hashes).await {
                tracing::warn!(%error, %id, "a file stays behind until it is swept");
            }
            Ok(())
        };
        tokio::spawn(task).await.map_err(|_| MediaError::Interrupted)?
    }

    /// Removes the files of contents, but of those that a row refers to or somebody is about to; says
    /// of how many. At most a thousand at once.
    pub(crate) async fn remove_unreferenced(
        &self,
        hashes: Vec<ContentHash>,
    ) -> Result<usize, MediaError> {
        if hashes.is_empty() {
            return Ok(0);
        }
        let _turn = self.inner.removals.acquire().await.map_err(|_| MediaError::Interrupted)?;
        let now = self.inner.clock.now();
        let names: Vec<String> = hashes.iter().map(ToString::to_string).collect();
        let database = &self.inner.database;
        let claimed = database
            .write(move |c| media_claims::claim_removal(c, &names, now, now - STALE))
            .await?;
        if claimed.is_empty() {
            return Ok(0);
        }
        let contents: Vec<ContentHash> =
            claimed.iter().filter_map(|hash| ContentHash::parse(hash)).collect();
        let removed = self.blocking(move |inner| {
            let begun = Instant::now();
            let mut removed = 0;
            for hash in &contents {
                // A claim that is taken for one that a crash left holds nobody back.
                if begun.elapsed() > STALE.to_std().unwrap_or_default() / 2 {
                    break;
                }
                for part in [Part::Thumbnail, Part::Original] {
                    inner.store.delete(&BlobName::new(hash, part))?;
                }
                removed += 1;
            }
            Ok(removed)
        });
        let removed = removed.await;
        database.write(move |c| media_claims::removed(c, &claimed, now)).await?;
        removed
    }
}
