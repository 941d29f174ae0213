//! A competition as a bundle.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek, SeekFrom};

use estrad_bundle::{Document, MediaFile, WriteError, write};
use estrad_domain::draft::CompetitionDraft;
use estrad_domain::{CompetitionId, MediaId};
use estrad_media::{ContentHash, Library, Spool};
use estrad_persistence::queries::{media, rich, text_media};
use estrad_persistence::{AnyConnection, Error as StorageError};

use crate::{Exchange, ExchangeError, blocking};

/// A bundle that was written.
#[derive(Debug)]
pub struct Export {
    /// The competition's name and year, for a file's name.
    pub title: String,
    /// The bundle, at its beginning, in a file that is gone when dropped.
    pub file: File,
    /// Its size in bytes.
    pub size: u64,
}

impl Exchange {
    /// Writes a competition as a bundle: with its teams, and with what these answered and were
    /// given where that is asked for.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn export(
        &self,
        id: CompetitionId,
        with_results: bool,
    ) -> Result<Export, ExchangeError> {
        let _turn = self.turn().await?;
        let (draft, files) = self
            .database
            .snapshot(move |connection| {
                let rich = rich::get(connection, id)?;
                let draft = CompetitionDraft::with_teams(&rich, with_results);
                let files = files_of(connection, id, &draft)?;
                Ok::<_, StorageError>((draft, files))
            })
            .await?;
        let (library, spool) = (self.library.clone(), self.spool.clone());
        blocking(move || write_bundle(&library, &spool, &draft, &files)).await
    }
}

/// The files that the competition shows, its texts included.
fn files_of(
    connection: &mut AnyConnection,
    id: CompetitionId,
    draft: &CompetitionDraft,
) -> Result<BTreeMap<MediaId, MediaFile>, StorageError> {
    let mut ids: Vec<MediaId> = draft.media().collect();
    ids.extend(text_media::of_competition(connection, id)?);
    ids.sort_unstable();
    ids.dedup();
    let contents = media::contents(connection, &ids)?;
    Ok(contents
        .into_iter()
        .map(|content| {
            let file = MediaFile { filename: content.filename, sha256: content.content_hash };
            (content.id, file)
        })
        .collect())
}

fn write_bundle(
    library: &Library,
    spool: &Spool,
    draft: &CompetitionDraft,
    files: &BTreeMap<MediaId, MediaFile>,
) -> Result<Export, ExchangeError> {
    let document = Document::new(draft, files)?;
    let mut file = write(io_error(spool.file())?, &document, |media| {
        let hash = ContentHash::parse(&media.sha256).ok_or(std::io::ErrorKind::InvalidData)?;
        library.content(&hash)
    })?;
    let size = io_error(file.seek(SeekFrom::End(0)))?;
    io_error(file.seek(SeekFrom::Start(0)))?;
    Ok(Export { title: format!("{} {}", draft.name, draft.year), file, size })
}

fn io_error<T>(result: std::io::Result<T>) -> Result<T, WriteError> {
    result.map_err(WriteError::Io)
}
