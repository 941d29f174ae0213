//! Files in a directory, the default store.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use crate::store::{Blob, BlobName, MediaStore, Stored};
use crate::upload::TEMPORARY_PREFIX;

/// A directory, of which the store leaves alone whatever does not have a name of its kind.
#[derive(Debug, Clone)]
pub struct FsStore {
    directory: PathBuf,
}

impl FsStore {
    /// Uses a directory, which is created when it is not there.
    ///
    /// # Errors
    /// When it can't be created.
    pub fn open(directory: impl Into<PathBuf>) -> io::Result<Self> {
        let directory = directory.into();
        fs::create_dir_all(&directory)?;
        Ok(Self { directory })
    }

    fn path(&self, name: &BlobName) -> PathBuf {
        self.directory.join(name.to_string())
    }

    /// For file systems without links, and for putting right a file that is not what it should be.
    fn put_copy(&self, file: &Path, target: &Path) -> io::Result<()> {
        let mut copy =
            tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(&self.directory)?;
        io::copy(&mut File::open(file)?, copy.as_file_mut())?;
        copy.as_file().sync_all()?;
        copy.persist(target).map(drop).map_err(|error| error.error)
    }

    /// Only then is a new name in the directory there after a crash.
    fn sync_directory(&self) -> io::Result<()> {
        #[cfg(unix)]
        File::open(&self.directory)?.sync_all()?;
        Ok(())
    }
}

impl MediaStore for FsStore {
    fn put(&self, file: &Path, name: &BlobName) -> io::Result<()> {
        let target = self.path(name);
        match fs::hard_link(file, &target) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if fs::metadata(file)?.len() != fs::metadata(&target)?.len() {
                    self.put_copy(file, &target)?;
                }
            }
            Err(_) => self.put_copy(file, &target)?,
        }
        self.sync_directory()
    }

    fn open(&self, name: &BlobName) -> io::Result<Box<dyn Blob>> {
        let file = File::open(self.path(name))?;
        let length = file.metadata()?.len();
        Ok(Box::new(OpenFile { file, length }))
    }

    fn contains(&self, name: &BlobName) -> io::Result<bool> {
        self.path(name).try_exists()
    }

    fn delete(&self, name: &BlobName) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn list(&self) -> io::Result<Vec<Stored>> {
        let mut stored = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            let Some(name) = entry.file_name().to_str().and_then(BlobName::parse) else { continue };
            match entry.metadata() {
                Ok(metadata) => stored.push(Stored { name, modified: metadata.modified()? }),
                // Deleted since.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(stored)
    }
}

struct OpenFile {
    file: File,
    length: u64,
}

impl Blob for OpenFile {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.seek(SeekFrom::Start(offset))?;
        self.file.read(buffer)
    }
}
