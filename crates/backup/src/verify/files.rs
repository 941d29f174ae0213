//! The files of a backup: each one that is named, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{Faults, Sound};
use crate::directory::{MEDIA, TABLES};
use crate::error::read_error;
use crate::manifest::{FileEntry, MANIFEST_FILE, Manifest, SUM_FILE};
use crate::{BackupError, KEY_FILE, Progress, digest};

/// Compares all files with the manifest and gives those that are sound.
pub(super) fn check(
    backup: &Path,
    manifest: &Manifest,
    faults: &mut Faults,
    progress: &dyn Progress,
) -> Result<Sound, BackupError> {
    let mut named: BTreeMap<&str, &FileEntry> = BTreeMap::new();
    for entry in &manifest.files {
        if !is_ours(&entry.path) {
            faults.add(
                MANIFEST_FILE,
                format!("it names the file {:?}, which no backup has", entry.path),
            );
        } else if named.insert(&entry.path, entry).is_some() {
            faults.add(MANIFEST_FILE, format!("it names {} twice", entry.path));
        }
    }
    for path in present(backup)? {
        if !named.contains_key(path.as_str()) {
            faults.add(&path, "it is there, and the manifest does not name it");
        }
    }
    progress.begin("files", Some(named.len() as u64));
    let mut sound = Sound::new();
    for (path, entry) in named {
        progress.advance(1);
        match state(backup, entry)? {
            None => drop(sound.insert(path.to_owned())),
            Some(what) => faults.add(path, what),
        }
    }
    Ok(sound)
}

/// What is wrong with a file.
fn state(backup: &Path, entry: &FileEntry) -> Result<Option<String>, BackupError> {
    let path = backup.join(&entry.path);
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some("it is missing".to_owned()));
        }
        Err(error) => return Err(read_error(&path)(error)),
    };
    let (bytes, sha256) = digest::copy(&mut file, io::sink()).map_err(read_error(&path))?;
    let expected = entry.bytes;
    Ok(if bytes < expected {
        Some(format!("it is cut off: it has {bytes} bytes instead of {expected}"))
    } else if bytes > expected {
        Some(format!("it is too long: it has {bytes} bytes instead of {expected}"))
    } else if sha256 != entry.sha256 {
        Some("its content was changed: it does not have the digest in the manifest".to_owned())
    } else {
        None
    })
}

/// All files but the manifest, as paths in the backup. What is neither a file nor one of the two
/// directories is a file too many.
fn present(backup: &Path) -> Result<BTreeSet<String>, BackupError> {
    let mut paths = BTreeSet::new();
    for (directory, prefix) in [
        (backup.to_owned(), String::new()),
        (backup.join(TABLES), format!("{TABLES}/")),
        (backup.join(MEDIA), format!("{MEDIA}/")),
    ] {
        let entries = match fs::read_dir(&directory) {
            Ok(entries) => entries,
            // Its files are missing, or it has none.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(read_error(&directory)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(read_error(&directory))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let expected = [TABLES, MEDIA, MANIFEST_FILE, SUM_FILE].contains(&name.as_str());
            if !expected {
                paths.insert(name);
            }
        }
    }
    Ok(paths)
}

/// Whether a path stays within the backup, in one of its places.
fn is_ours(path: &str) -> bool {
    let name = |name: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.".contains(&b);
        !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain)
    };
    match path.split_once('/') {
        Some((directory, file)) => [TABLES, MEDIA].contains(&directory) && name(file),
        None => path == KEY_FILE,
    }
}
