//! The files of a bundle: those that are not there yet are added, and taken back when the
//! competition is refused.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use bytes::Bytes;
use estrad_bundle::MediaFile;
use estrad_domain::types::MediaType;
use estrad_domain::{MediaId, UserId};
use estrad_media::MediaError;
use estrad_media::format::Format;
use estrad_persistence::queries::media;

use crate::{Exchange, ExchangeError};

/// How much of a file is read at a time.
const PIECE: usize = 256 * 1024;

/// A file of a bundle as it is here.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) id: MediaId,
    pub(crate) media_type: MediaType,
    /// Another name than in the bundle, where that one was given out already.
    pub(crate) filename: String,
}

/// What was added for an import, to be taken back if it fails.
pub(crate) type Added = Vec<(MediaId, MediaType)>;

impl Exchange {
    /// Where the files are now, in their order; those that were not there are added, and noted.
    pub(crate) async fn add_all(
        &self,
        files: &[MediaFile],
        contents: &mut BTreeMap<String, File>,
        user_id: Option<UserId>,
        added: &mut Added,
    ) -> Result<Vec<Placed>, ExchangeError> {
        let mut placed = Vec::with_capacity(files.len());
        for file in files {
            let (name, hash) = (file.filename.clone(), file.sha256.clone());
            let there = self
                .database
                .read(move |connection| media::find_content(connection, &name, &hash))
                .await?;
            if let Some((id, media_type)) = there {
                placed.push(Placed { id, media_type, filename: file.filename.clone() });
                continue;
            }
            let failed = |source| ExchangeError::Media { name: file.filename.clone(), source };
            // Read twice when two names stand for it: so it goes back.
            let content = contents.remove(&file.sha256).ok_or(ExchangeError::Interrupted)?;
            let (new, content) =
                self.add(content, &file.filename, user_id).await.map_err(failed)?;
            contents.insert(file.sha256.clone(), content);
            added.push((new.id, new.media_type));
            placed.push(new);
        }
        Ok(placed)
    }

    async fn add(
        &self,
        content: File,
        name: &str,
        user_id: Option<UserId>,
    ) -> Result<(Placed, File), MediaError> {
        let (start, mut content) = piece(content, Some(0), Format::MAGIC_LENGTH).await?;
        // What begins like no format is refused as an image.
        let media_type = Format::of(&start).map_or(MediaType::Image, Format::media_type);
        let mut upload = self.library.begin(media_type).await?;
        let mut from = Some(0);
        loop {
            let (piece, file) = piece(content, from.take(), PIECE).await?;
            content = file;
            if piece.is_empty() {
                break;
            }
            upload.write(piece).await?;
        }
        let media = self.library.add(upload, name, user_id, None).await?;
        Ok((Placed { id: media.id, media_type, filename: media.filename }, content))
    }

    /// Takes back what was added for a competition that was not stored.
    pub(crate) async fn take_back(&self, added: Added) {
        for (id, media_type) in added {
            if let Err(error) = self.library.delete(id, media_type, None).await {
                tracing::warn!(%error, %id, "a file of a refused bundle stays behind");
            }
        }
    }
}

/// The next bytes of a file, or those from a place, off the async threads.
async fn piece(
    content: File,
    from: Option<u64>,
    length: usize,
) -> Result<(Bytes, File), MediaError> {
    let read = tokio::task::spawn_blocking(move || {
        if let Some(from) = from {
            (&content).seek(SeekFrom::Start(from))?;
        }
        let mut piece = Vec::with_capacity(length);
        (&content).take(length as u64).read_to_end(&mut piece)?;
        Ok::<_, std::io::Error>((Bytes::from(piece), content))
    });
    Ok(read.await.map_err(|_| MediaError::Interrupted)??)
}
