//! Media files between a store and a backup.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read};
use std::path::Path;

use estrad_media::{Blob, BlobName, ContentHash, MediaStore, Part, TEMPORARY_PREFIX};

use crate::digest;
use crate::directory::{MEDIA, create_file};
use crate::error::{read_error, write_error};
use crate::manifest::{FileEntry, Manifest};
use crate::{BackupError, Progress};

/// The files that are in the backup so far, by their path.
pub(crate) type Copied = BTreeMap<String, FileEntry>;

/// Copies what belongs to a content, unless it is there already; says whether the original was there
/// and is what its name says.
pub(crate) fn copy_out(
    store: &dyn MediaStore,
    root: &Path,
    hash: &str,
    copied: &mut Copied,
) -> Result<bool, BackupError> {
    let Some(hash) = ContentHash::parse(hash) else { return Ok(false) };
    for part in [Part::Original, Part::Thumbnail] {
        let name = BlobName::new(&hash, part);
        let path = format!("{MEDIA}/{name}");
        if copied.contains_key(&path) {
            continue;
        }
        let place = root.join(&path);
        let blob = match store.open(&name) {
            Ok(blob) => blob,
            // A thumbnail is only of a picture.
            Err(error) if error.kind() == io::ErrorKind::NotFound => match part {
                Part::Original => return Ok(false),
                Part::Thumbnail => continue,
            },
            Err(error) => return Err(read_error(Path::new(&path))(error)),
        };
        let file = create_file(&place).map_err(write_error(&place))?;
        let mut from = Sequential { blob, at: 0, failed: false };
        let (bytes, sha256) = match digest::copy(&mut from, BufWriter::new(&file)) {
            Ok(done) => done,
            Err(error) if from.failed => return Err(read_error(Path::new(&path))(error)),
            Err(error) => return Err(write_error(&place)(error)),
        };
        file.sync_all().map_err(write_error(&place))?;
        if part == Part::Original && sha256 != hash.as_str() {
            fs::remove_file(&place).map_err(write_error(&place))?;
            return Ok(false);
        }
        copied.insert(path.clone(), FileEntry { path, bytes, sha256 });
    }
    Ok(true)
}

/// Removes what was copied and is of no content that the rows name.
pub(crate) fn keep_only(
    root: &Path,
    copied: &mut Copied,
    wanted: impl Fn(&str) -> bool,
) -> Result<(), BackupError> {
    let hash_of = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        name.split('.').next().unwrap_or_default().to_owned()
    };
    let unwanted: Vec<String> =
        copied.keys().filter(|path| !wanted(&hash_of(path))).cloned().collect();
    for path in unwanted {
        let place = root.join(&path);
        fs::remove_file(&place).map_err(write_error(&place))?;
        copied.remove(&path);
    }
    Ok(())
}

/// Puts all media files of a backup into a store. Those that are there already stay.
pub(crate) fn copy_in(
    root: &Path,
    manifest: &Manifest,
    store: &dyn MediaStore,
    staging: &Path,
    progress: &dyn Progress,
) -> Result<(), BackupError> {
    let prefix = format!("{MEDIA}/");
    let media = manifest.files.iter().filter(|file| file.path.starts_with(&prefix));
    progress.begin("media files", Some(media.clone().count() as u64));
    for entry in media {
        progress.advance(1);
        let Some(name) = entry.path.strip_prefix(&prefix).and_then(BlobName::parse) else {
            continue;
        };
        let path = root.join(&entry.path);
        let mut file = File::open(&path).map_err(read_error(&path))?;
        // A file of its own and of this user's: the store may keep it as it is. If this is cut
        // short, it is swept like an upload.
        let copy = tempfile::Builder::new()
            .prefix(TEMPORARY_PREFIX)
            .tempfile_in(staging)
            .map_err(write_error(staging))?;
        let (_, sha256) = digest::copy(&mut file, copy.as_file()).map_err(write_error(staging))?;
        if sha256 != entry.sha256 {
            return Err(read_error(&path)(io::ErrorKind::InvalidData.into()));
        }
        copy.as_file().sync_all().map_err(write_error(staging))?;
        store.put(copy.path(), &name).map_err(write_error(staging))?;
    }
    Ok(())
}

/// A stored file that is read from beginning to end.
struct Sequential {
    blob: Box<dyn Blob>,
    at: u64,
    /// Whether it was reading that failed, and not writing.
    failed: bool,
}

impl Read for Sequential {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.blob.read_at(self.at, buffer).inspect_err(|_| self.failed = true)?;
        self.at += read as u64;
        Ok(read)
    }
}
