//! The data directory: there, ours, and writable, before anything depends on it.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a data directory can't be used.
#[derive(Debug, Error)]
pub enum DataDirError {
    /// Something else has its name.
    #[error("the data directory {} is not a directory", .0.display())]
    NotADirectory(PathBuf),
    /// It is not there and can't be created.
    #[error("can't create the data directory {}", path.display())]
    Create {
        #[expect(missing_docs, reason = "says itself")]
        path: PathBuf,
        #[expect(missing_docs, reason = "says itself")]
        source: io::Error,
    },
    /// Its files can't be listed.
    #[error("can't read the data directory {}", path.display())]
    Unreadable {
        #[expect(missing_docs, reason = "says itself")]
        path: PathBuf,
        #[expect(missing_docs, reason = "says itself")]
        source: io::Error,
    },
    /// No file can be created in it.
    #[error("can't write to the data directory {}", path.display())]
    Unwritable {
        #[expect(missing_docs, reason = "says itself")]
        path: PathBuf,
        #[expect(missing_docs, reason = "says itself")]
        source: io::Error,
    },
}

/// Creates the directory, for its owner only, if it is missing, and tries it out.
///
/// # Errors
/// [`DataDirError`].
pub fn prepare(path: &Path) -> Result<(), DataDirError> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_dir() => {
            return Err(DataDirError::NotADirectory(path.to_owned()));
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(path)
                .map_err(|source| DataDirError::Create { path: path.to_owned(), source })?;
        }
        Err(source) => return Err(DataDirError::Unreadable { path: path.to_owned(), source }),
    }
    fs::read_dir(path)
        .map_err(|source| DataDirError::Unreadable { path: path.to_owned(), source })?;
    // Permissions don't tell all (read-only mounts, access lists, quotas): a file does.
    tempfile::Builder::new()
        .prefix(".writable.")
        .tempfile_in(path)
        .map(drop)
        .map_err(|source| DataDirError::Unwritable { path: path.to_owned(), source })
}

fn create(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_directory_is_created_for_its_owner_only() {
        let parent = tempfile::tempdir().expect("a directory");
        let path = parent.path().join("a/b");
        prepare(&path).expect("prepared");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
        prepare(&path).expect("prepared again");
        assert_eq!(fs::read_dir(&path).expect("readable").count(), 0, "nothing is left behind");
    }

    #[test]
    fn what_is_not_a_directory_is_named() {
        let parent = tempfile::tempdir().expect("a directory");
        let file = parent.path().join("file");
        fs::write(&file, "").expect("writes");
        let said = prepare(&file).expect_err("a file").to_string();
        assert_eq!(said, format!("the data directory {} is not a directory", file.display()));
        let below = file.join("below");
        let said = prepare(&below).expect_err("below a file").to_string();
        assert_eq!(said, format!("can't read the data directory {}", below.display()));
    }
}
