//! Takes metadata out of files that came before that was done to uploads.

use std::io;
use std::sync::Arc;

use estrad_domain::types::MediaType;
use estrad_persistence::queries::media::{self, StoredContent};
use estrad_persistence::queries::media_claims::{self, Claim};

use crate::adding::Received;
use crate::upload::Upload;
use crate::{ContentHash, Library, MediaError};

/// Contents that the database is asked for at once.
const PAGE: i64 = 200;

/// What became of the files that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StrippedFiles {
    /// Contents that were looked at.
    pub seen: usize,
    /// Those that had metadata.
    pub stripped: usize,
    /// Those that could not be read, or that are not what they were taken for. They stay as they are.
    pub failed: usize,
}

impl Library {
    /// Takes metadata out of all files that are there: each gets a new content under its name, and the
    /// old one goes. With `dry_run` they are only looked at. Uploads, and whoever reads files, go on
    /// meanwhile.
    ///
    /// # Errors
    /// Of the database, or when a file can't be written; what was stripped before stays so.
    pub async fn strip_existing(&self, dry_run: bool) -> Result<StrippedFiles, MediaError> {
        let mut done = StrippedFiles::default();
        let mut after = String::new();
        loop {
            let last = after.clone();
            let page = move |c: &mut _| media::contents_after(c, &last, PAGE);
            let page = self.inner.database.read(page).await?;
            let Some(last) = page.last() else { return Ok(done) };
            after.clone_from(&last.content_hash);
            for content in page {
                done.seen += 1;
                match self.strip_one(&content, dry_run).await {
                    Ok(stripped) => done.stripped += usize::from(stripped),
                    Err(error @ (MediaError::Storage(_) | MediaError::DiskFull(_))) => {
                        return Err(error);
                    }
                    Err(error) => {
                        tracing::warn!(%error, hash = content.content_hash, "can't be stripped");
                        done.failed += 1;
                    }
                }
            }
        }
    }

    /// Says whether there was something to take out.
    async fn strip_one(&self, content: &StoredContent, dry_run: bool) -> Result<bool, MediaError> {
        let old = ContentHash::parse(&content.content_hash).ok_or(MediaError::NotFound)?;
        let (library, hash, media_type) = (self.clone(), old.clone(), content.media_type);
        let copied = self.blocking(move |_| library.copy_and_check(&hash, media_type)).await?;
        let (received, new, byte_size) = copied;
        if new == old {
            return Ok(false);
        }
        if !dry_run {
            let received = Arc::new(received);
            let claim = self.claim(&new).await?;
            let replaced = self.put_and_replace(&received, claim, &old, &new, byte_size).await;
            if replaced.is_err() {
                self.inner.database.write(move |c| media_claims::give_up(c, claim)).await?;
            }
            replaced?;
            self.put_again_if_missing(&new, &received).await?;
            self.remove_unreferenced(vec![old]).await?;
        }
        Ok(true)
    }

    async fn put_and_replace(
        &self,
        received: &Arc<Received>,
        claim: Claim,
        old: &ContentHash,
        new: &ContentHash,
        byte_size: i64,
    ) -> Result<(), MediaError> {
        let (files, of) = (Arc::clone(received), new.clone());
        self.blocking(move |inner| Ok(files.put(&*inner.store, &of)?)).await?;
        let (from, to) = (old.to_string(), new.to_string());
        let replaced = self.inner.database.write(move |connection| {
            media::lock(connection)?;
            if !media_claims::give_up(connection, claim)? {
                return Err(MediaError::NotFound);
            }
            Ok(media::replace_content(connection, &from, &to, byte_size)?)
        });
        replaced.await.map(drop)
    }

    /// A copy without metadata, its hash and its size. Blocks.
    fn copy_and_check(
        &self,
        hash: &ContentHash,
        media_type: MediaType,
    ) -> Result<(Received, ContentHash, i64), MediaError> {
        let mut content = self.content(hash).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => MediaError::NotFound,
            _ => error.into(),
        })?;
        let mut copy = Upload::create_file(&self.inner.staging)?;
        io::copy(&mut content, copy.as_file_mut())?;
        let (received, checked) = Received::check(copy, media_type, &self.inner.staging)?;
        let size = i64::try_from(checked.byte_size).unwrap_or(i64::MAX);
        Ok((received, checked.hash, size))
    }
}
