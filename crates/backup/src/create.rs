//! Making a backup.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use estrad_domain::clock::Timestamp;
use estrad_media::MediaStore;
use estrad_persistence::dump::{self, TableShape, Value};
use estrad_persistence::queries::media;
use estrad_persistence::{AnyConnection, Database, Error as StorageError};

use crate::directory::{self, NewDirectory};
use crate::error::write_error;
use crate::manifest::{FORMAT, FileEntry, TableEntry};
use crate::media_files::{self, Copied};
use crate::{BackupError, KEY_FILE, KeyState, Manifest, Progress, blocking, table_file};

/// How often the rows are read anew because media files went meanwhile.
const TRIES: usize = 5;
/// Hashes that the database is asked about at once.
const BATCH: usize = 500;
/// The table that names media files, and its column that does.
pub(crate) const MEDIA_TABLE: &str = "media";
pub(crate) const HASH_COLUMN: &str = "content_hash";

/// What is backed up.
pub struct Source {
    /// The database.
    pub database: Database,
    /// The migrations that have been run on it.
    pub migrations: Vec<String>,
    /// The media files.
    pub store: Arc<dyn MediaStore>,
    /// The signing key as its file has it, and if it is not to be written, why.
    pub key: Result<Vec<u8>, KeyState>,
}

/// What the backup says of itself.
#[derive(Debug, Clone)]
pub struct About {
    /// The version of the program.
    pub program: String,
    /// The present moment.
    pub now: Timestamp,
}

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Created {
    /// What is in it.
    pub manifest: Manifest,
}

/// Makes a backup in this place, also while servers run: all rows are of one moment, and so are the
/// media files that they name. Uploads and deletions go on meanwhile.
///
/// The files come first, then the rows, then the files that came in between: so the moment is near
/// the end, and what the rows name is there.
///
/// # Errors
/// [`BackupError`]; then there is nothing in that place.
pub async fn create(
    place: PathBuf,
    source: Source,
    about: About,
    progress: Arc<dyn Progress>,
) -> Result<Created, BackupError> {
    let Source { database, migrations, store, key } = source;
    let new = Arc::new(blocking(move || NewDirectory::begin(&place)).await?);
    let present = database.snapshot(media_hashes).await?;
    let mut copied = copy_media(&store, &new, &present, Copied::new(), &progress).await?.0;
    let mut tries = 0;
    let (tables, files, missing) = loop {
        let (directory, telling) = (Arc::clone(&new), Arc::clone(&progress));
        let dumped = database.snapshot(move |c| dump_tables(c, directory.path(), &*telling));
        let Dumped { tables, files, hashes } = dumped.await?;
        let (all, missing) = copy_media(&store, &new, &hashes, copied, &progress).await?;
        copied = all;
        if still_named(&database, &missing).await? {
            let directory = Arc::clone(&new);
            copied = blocking(move || {
                media_files::keep_only(directory.path(), &mut copied, |hash| {
                    hashes.contains(hash)
                })?;
                Ok(copied)
            })
            .await?;
            break (tables, files, missing);
        }
        tries += 1;
        if tries == TRIES {
            return Err(BackupError::Restless);
        }
    };
    blocking(move || {
        let (key, key_file) = match key {
            Ok(content) => {
                let written = directory::write(new.path(), KEY_FILE, &content);
                (KeyState::Included, Some(written.map_err(write_error(new.path()))?))
            }
            Err(why) => (why, None),
        };
        let manifest = Manifest {
            format: FORMAT,
            program: about.program,
            created_at: about.now,
            migrations,
            tables,
            missing_media: missing.into_iter().collect(),
            key,
            files: files.into_iter().chain(copied.into_values()).chain(key_file).collect(),
        };
        let new = Arc::into_inner(new).ok_or(BackupError::Interrupted)?;
        new.finish(&manifest)?;
        Ok(Created { manifest })
    })
    .await
}

struct Dumped {
    tables: Vec<TableEntry>,
    files: Vec<FileEntry>,
    /// The contents that the rows name.
    hashes: BTreeSet<String>,
}

fn dump_tables(
    connection: &mut AnyConnection,
    root: &Path,
    progress: &dyn Progress,
) -> Result<Dumped, BackupError> {
    let uncovered = dump::uncovered(connection)?;
    if !uncovered.is_empty() {
        return Err(BackupError::Uncovered(uncovered.join(", ")));
    }
    let shapes = dump::shapes(connection)?;
    let (mut tables, mut files) = (Vec::new(), Vec::new());
    for shape in &shapes {
        progress.begin(&shape.name, None);
        let (table, file) = table_file::write(connection, shape, root, progress)?;
        tables.push(table);
        files.push(file);
    }
    Ok(Dumped { tables, files, hashes: hashes_of(connection, &shapes)? })
}

fn media_hashes(connection: &mut AnyConnection) -> Result<BTreeSet<String>, BackupError> {
    let shapes = dump::shapes(connection)?;
    Ok(hashes_of(connection, &shapes)?)
}

fn hashes_of(
    connection: &mut AnyConnection,
    shapes: &[TableShape],
) -> Result<BTreeSet<String>, StorageError> {
    let mut hashes = BTreeSet::new();
    let Some(shape) = shapes.iter().find(|shape| shape.name == MEDIA_TABLE) else {
        return Ok(hashes);
    };
    let Some(place) = shape.place(HASH_COLUMN) else { return Ok(hashes) };
    dump::read(connection, shape, |mut row| {
        if let Value::Text(hash) = row.swap_remove(place) {
            hashes.insert(hash);
        }
        Ok::<_, StorageError>(())
    })?;
    Ok(hashes)
}

/// Copies these contents, and gives those that the store does not have.
async fn copy_media(
    store: &Arc<dyn MediaStore>,
    new: &Arc<NewDirectory>,
    hashes: &BTreeSet<String>,
    mut copied: Copied,
    progress: &Arc<dyn Progress>,
) -> Result<(Copied, BTreeSet<String>), BackupError> {
    let (store, new) = (Arc::clone(store), Arc::clone(new));
    let (hashes, progress) = (hashes.clone(), Arc::clone(progress));
    blocking(move || {
        progress.begin("media files", Some(hashes.len() as u64));
        let mut missing = BTreeSet::new();
        for hash in hashes {
            progress.advance(1);
            if !media_files::copy_out(&*store, new.path(), &hash, &mut copied)? {
                missing.insert(hash);
            }
        }
        Ok((copied, missing))
    })
    .await
}

/// Whether rows still name all of these. Then they are missing on the server itself; else they were
/// deleted since, together with their rows.
async fn still_named(database: &Database, missing: &BTreeSet<String>) -> Result<bool, BackupError> {
    let missing: Vec<String> = missing.iter().cloned().collect();
    for batch in missing.chunks(BATCH) {
        let asked = batch.to_vec();
        let named = database.read(move |connection| media::referenced(connection, &asked)).await?;
        if named.len() < batch.len() {
            return Ok(false);
        }
    }
    Ok(true)
}
