//! The directory of a new backup: made beside its place, and moved there when it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::BackupError;
use crate::digest;
use crate::error::{read_error, write_error};
use crate::manifest::{FileEntry, MANIFEST_FILE, Manifest, SUM_FILE};

/// Where the tables are.
pub(crate) const TABLES: &str = "tables";
/// Where the media are.
pub(crate) const MEDIA: &str = "media";

/// A backup that is being written. Dropped before it is finished, it is removed.
pub(crate) struct NewDirectory {
    temporary: TempDir,
    place: PathBuf,
    parent: PathBuf,
}

impl NewDirectory {
    /// Begins, if there is nothing in that place but perhaps an empty directory. Whoever is not its
    /// owner sees nothing of it: there are the hashes of all passwords in it.
    pub(crate) fn begin(place: &Path) -> Result<Self, BackupError> {
        match fs::read_dir(place) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(BackupError::Occupied(place.to_owned()));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(BackupError::Occupied(place.to_owned()));
            }
            Err(error) => return Err(read_error(place)(error)),
        }
        let name = place.file_name().ok_or_else(|| BackupError::Occupied(place.to_owned()))?;
        let parent = match place.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let prefix = format!(".{}.unfinished-", name.to_string_lossy());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let temporary = builder.tempdir_in(&parent).map_err(write_error(&parent))?;
        for part in [TABLES, MEDIA] {
            let path = temporary.path().join(part);
            fs::create_dir(&path).map_err(write_error(&path))?;
        }
        Ok(Self { temporary, place: place.to_owned(), parent })
    }

    /// Where it is written.
    pub(crate) fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// Writes the manifest, makes sure that everything is on the disk, and moves it to its place.
    pub(crate) fn finish(self, manifest: &Manifest) -> Result<(), BackupError> {
        let root = self.temporary.path();
        let mut text = serde_json::to_vec_pretty(manifest)
            .map_err(|error| write_error(&self.place)(error.into()))?;
        text.push(b'\n');
        let sum = format!("{}  {MANIFEST_FILE}\n", digest::of_bytes(&text));
        write(root, SUM_FILE, sum.as_bytes()).map_err(write_error(&self.place))?;
        write(root, MANIFEST_FILE, &text).map_err(write_error(&self.place))?;
        for directory in [&root.join(TABLES), &root.join(MEDIA), root] {
            sync_directory(directory).map_err(write_error(&self.place))?;
        }
        fs::rename(root, &self.place).map_err(|error| match error.kind() {
            // Somebody else was faster.
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists => {
                BackupError::Occupied(self.place.clone())
            }
            _ => write_error(&self.place)(error),
        })?;
        // Nothing is left in the old place.
        let _ = self.temporary.keep();
        sync_directory(&self.parent).map_err(write_error(&self.parent))
    }
}

/// A new file that only its owner reads.
pub(crate) fn create_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a small file whole.
pub(crate) fn write(root: &Path, path: &str, content: &[u8]) -> io::Result<FileEntry> {
    let mut file = create_file(&root.join(path))?;
    file.write_all(content)?;
    file.sync_all()?;
    let sha256 = digest::of_bytes(content);
    Ok(FileEntry { path: path.to_owned(), bytes: content.len() as u64, sha256 })
}

/// Only then is a new name in the directory there after a crash.
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(path)?.sync_all()?;
    Ok(())
}
