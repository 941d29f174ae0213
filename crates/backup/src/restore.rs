//! A backup into an empty database.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use estrad_media::MediaStore;
use estrad_persistence::dump::{self, Loader, TableShape};
use estrad_persistence::{AnyConnection, Database, Error as StorageError, Options};

use crate::directory::sync_directory;
use crate::error::{read_error, write_error};
use crate::manifest::TableEntry;
use crate::table_file::TableReader;
use crate::{
    BackupError, Fault, KEY_FILE, KeyState, Manifest, Progress, blocking, digest, media_files,
    verify,
};

/// Where a backup goes.
pub struct Target {
    /// The empty database.
    pub options: Options,
    /// The media files.
    pub store: Arc<dyn MediaStore>,
    /// Where they are received: on the disk of the store.
    pub staging: PathBuf,
    /// The file of the signing key; none where the key is a setting.
    pub key: Option<PathBuf>,
}

/// A backup that was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What it was.
    pub manifest: Manifest,
    /// Whether the tokens that were given out before are good: not if there is another key.
    pub same_key: bool,
    /// The migrations that were run after it.
    pub migrated: Vec<String>,
}

/// Restores a backup, after checking it. The media files come first, then the key, then all rows in
/// one transaction, into the schema that they are of; then the schema is brought up to date.
///
/// # Errors
/// [`BackupError`]; then the database is as empty as before.
pub async fn restore(
    backup: PathBuf,
    target: Target,
    progress: Arc<dyn Progress>,
) -> Result<Restored, BackupError> {
    let (path, telling) = (backup.clone(), Arc::clone(&progress));
    let manifest = Arc::new(blocking(move || verify(&path, &*telling)).await?);
    refuse_newer(&manifest)?;
    let Target { options, store, staging, key } = target;
    let location = options.location.to_string();

    let (at, wanted) = (options.clone(), manifest.migrations.clone());
    let not_empty = location.clone();
    let (database, applied) = blocking(move || Ok(Database::open_at(&at, &[])?)).await?;
    database.snapshot(move |connection| refuse_filled(connection, &not_empty)).await?;
    if applied.iter().any(|migration| !wanted.contains(migration)) {
        return Err(BackupError::TargetAhead(location));
    }
    let at = options.clone();
    let (database, _) = blocking(move || Ok(Database::open_at(&at, &wanted)?)).await?;

    let (from, reading, telling) = (backup.clone(), Arc::clone(&manifest), Arc::clone(&progress));
    let same_key = blocking(move || {
        media_files::copy_in(&from, &reading, &*store, &staging, &*telling)?;
        put_key(&from, &reading, key.as_deref())
    })
    .await?;

    let reading = Arc::clone(&manifest);
    let load = move |connection: &mut AnyConnection| {
        load(connection, &backup, &reading, &location, &*progress)
    };
    database.write(load).await?;
    let migrated = blocking(move || Ok(Database::migrate(&options)?)).await?;
    let manifest = Arc::unwrap_or_clone(manifest);
    Ok(Restored { manifest, same_key, migrated })
}

fn refuse_newer(manifest: &Manifest) -> Result<(), BackupError> {
    let known = Database::known_migrations();
    let newer = manifest.migrations.iter().find(|migration| !known.contains(migration));
    newer.map_or(Ok(()), |migration| {
        Err(BackupError::Newer { program: manifest.program.clone(), migration: migration.clone() })
    })
}

/// Refuses a database with anything in it, also with tables that are not ours.
pub(crate) fn refuse_filled(
    connection: &mut AnyConnection,
    location: &str,
) -> Result<(), BackupError> {
    let shapes = dump::shapes(connection)?;
    if !dump::uncovered(connection)?.is_empty() || !dump::are_empty(connection, &shapes)? {
        return Err(BackupError::NotEmpty(location.to_owned()));
    }
    Ok(())
}

fn load(
    connection: &mut AnyConnection,
    root: &Path,
    manifest: &Manifest,
    location: &str,
    progress: &dyn Progress,
) -> Result<(), BackupError> {
    let shapes = dump::shapes(connection)?;
    let entries = matching(&shapes, manifest)?;
    lock_empty(connection, &shapes, location)?;
    for (shape, entry) in shapes.iter().zip(entries) {
        progress.begin(&shape.name, Some(entry.rows));
        let path = root.join(&entry.file);
        let rows = TableReader::open(root, &entry.file, shape).map_err(read_error(&path))?;
        let mut loader = Loader::begin(connection, shape)?;
        for row in rows {
            // It was checked before: it has changed since.
            let (_, row) = row.map_err(|what| BackupError::Damaged {
                path: root.to_owned(),
                faults: vec![Fault { file: entry.file.clone(), what }],
                more: 0,
            })?;
            loader.push(row)?;
            progress.advance(1);
        }
        loader.finish(entry.last_id)?;
        let digest = digest::of_table(connection, shape)?;
        if digest.sha256 != entry.lines_sha256 {
            return Err(BackupError::NotTheSame(shape.name.clone()));
        }
    }
    Ok(())
}

pub(crate) fn lock_empty(
    connection: &mut AnyConnection,
    shapes: &[TableShape],
    location: &str,
) -> Result<(), BackupError> {
    dump::lock_empty(connection, shapes).map_err(|error| match error {
        StorageError::Duplicate => BackupError::NotEmpty(location.to_owned()),
        other => other.into(),
    })
}

/// The entries of these tables, in their order: all of them and no others, with the same columns.
fn matching<'a>(
    shapes: &[TableShape],
    manifest: &'a Manifest,
) -> Result<Vec<&'a TableEntry>, BackupError> {
    let mut entries: BTreeMap<&str, &TableEntry> =
        manifest.tables.iter().map(|entry| (entry.name.as_str(), entry)).collect();
    let mut found = Vec::with_capacity(shapes.len());
    for shape in shapes {
        let other = || BackupError::OtherColumns(shape.name.clone());
        let entry = entries.remove(shape.name.as_str()).ok_or_else(other)?;
        if entry.shape().is_none_or(|of_backup| of_backup.columns != shape.columns) {
            return Err(other());
        }
        found.push(entry);
    }
    match entries.keys().next() {
        Some(name) => Err(BackupError::OtherColumns((*name).to_owned())),
        None => Ok(found),
    }
}

/// Puts the key in its place, unless there is one; says whether it is that of the backup.
fn put_key(root: &Path, manifest: &Manifest, place: Option<&Path>) -> Result<bool, BackupError> {
    let Some(place) = place else { return Ok(manifest.key == KeyState::Setting) };
    if manifest.key != KeyState::Included {
        return Ok(false);
    }
    let from = root.join(KEY_FILE);
    let key = fs::read(&from).map_err(read_error(&from))?;
    let parent = place.parent().unwrap_or(Path::new("."));
    let put = || {
        // Temporary files have the mode 0600.
        let mut file = tempfile::Builder::new().prefix(".signing.key.").tempfile_in(parent)?;
        file.write_all(&key)?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(place) {
            Ok(_) => sync_directory(parent).map(|()| true),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                Ok(fs::read(place)?.trim_ascii_end() == key.trim_ascii_end())
            }
            Err(error) => Err(error.error),
        }
    };
    put().map_err(write_error(place))
}
