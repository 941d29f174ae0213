//! Removing what a crash left: unfinished uploads, and contents that no row refers to.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use estrad_persistence::queries::{media, media_claims};

use crate::library::STALE;
use crate::upload::TEMPORARY_PREFIX;
use crate::{ContentHash, Library, MediaError};

/// Younger files are left alone: an upload, perhaps another server's, may still be at them. One that
/// is being received is written to every half minute at least.
const SPARED: Duration = Duration::from_secs(3_600);
/// Hashes that the database is asked about at once.
const BATCH: usize = 500;

/// What a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Unfinished uploads.
    pub temporary: usize,
    /// Contents without a row; with a thumbnail they count once.
    pub contents: usize,
}

impl Library {
    /// Removes unfinished uploads and contents without a row that are older than an hour. It takes
    /// nothing from uploads that are under way, here or on another server.
    ///
    /// # Errors
    /// What went wrong; what was removed before is removed.
    pub async fn sweep(&self) -> Result<Swept, MediaError> {
        let now = SystemTime::from(self.inner.clock.now());
        self.sweep_before(now.checked_sub(SPARED).unwrap_or(SystemTime::UNIX_EPOCH)).await
    }

    /// As [`Library::sweep`], of files from before a moment.
    ///
    /// # Errors
    /// As [`Library::sweep`].
    pub async fn sweep_before(&self, moment: SystemTime) -> Result<Swept, MediaError> {
        let spool = self.spool_directory();
        let (temporary, old) = self
            .blocking(move |inner| {
                let temporary = remove_temporary(&inner.staging, TEMPORARY_PREFIX, moment)?
                    + remove_temporary(&spool, "", moment)?;
                let stored = inner.store.list()?.into_iter();
                let old = stored.filter(|stored| stored.modified < moment);
                Ok((temporary, old.map(|stored| stored.name.hash).collect::<BTreeSet<_>>()))
            })
            .await?;
        let old: Vec<ContentHash> = old.into_iter().collect();
        let mut swept = Swept { temporary, contents: 0 };
        for batch in old.chunks(BATCH) {
            let hashes: Vec<String> = batch.iter().map(ToString::to_string).collect();
            let referenced =
                self.inner.database.read(move |c| media::referenced(c, &hashes)).await?;
            let referenced: BTreeSet<String> = referenced.into_iter().collect();
            let left = batch.iter().filter(|hash| !referenced.contains(hash.as_str()));
            swept.contents += self.remove_unreferenced(left.cloned().collect()).await?;
        }
        let stale = self.inner.clock.now() - STALE;
        self.inner.database.write(move |c| media_claims::forget_stale(c, stale)).await?;
        Ok(swept)
    }
}

/// Removes the files of a directory whose names begin like this.
fn remove_temporary(directory: &Path, prefix: &str, moment: SystemTime) -> io::Result<usize> {
    let entries = match fs::read_dir(directory) {
        // Nothing was received yet.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut removed = 0;
    for entry in entries {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        // What is gone by now was finished, or swept by another server.
        let gone = match entry.metadata().and_then(|metadata| metadata.modified()) {
            Ok(modified) if modified < moment => fs::remove_file(entry.path()),
            Ok(_) => continue,
            Err(error) => Err(error),
        };
        match gone {
            Ok(()) => removed += 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(removed)
}
