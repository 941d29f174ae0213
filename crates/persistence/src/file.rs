//! The file of an SQLite database: made for its owner only, and tried out before anything depends on it.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

/// Makes the file, readable by its owner only, if it is not there, and finds out whether it can be written. SQLite
/// would open one that can't, and fail at the first write; and its `-wal` and `-shm` get the rights of the file.
pub(crate) fn prepare(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            // Another process may be as far: whichever is first makes it.
            options.create(true).truncate(false).open(path).map(drop)
        }
        opened => opened.map(drop),
    }
}

/// Whether other users of the machine may read the file: by its own rights and those of its directory.
#[cfg(unix)]
pub(crate) fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    const READ: u32 = 0o044;
    const ENTER: u32 = 0o011;
    let mode = |path: &Path| fs::metadata(path).map_or(0, |file| file.permissions().mode());
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let (file, directory) = (mode(path) & READ, mode(directory.unwrap_or(Path::new("."))) & ENTER);
    // The bits of the group and of the rest stand at the same places.
    (file >> 2) & directory != 0
}

/// The rights of a file are not told apart here.
#[cfg(not(unix))]
pub(crate) fn is_readable_by_others(path: &Path) -> bool {
    let _ = fs::metadata(path);
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn allow(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
    }

    #[test]
    fn a_new_file_is_its_owners_and_an_old_one_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a directory");
        let path = folder.path().join("new.db");
        prepare(&path).expect("made");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        fs::write(&path, "content").expect("writable");
        allow(&path, 0o640);
        prepare(&path).expect("there");
        assert_eq!(fs::read(&path).expect("there"), b"content");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn others_read_what_they_reach() {
        let folder = tempfile::tempdir().expect("a directory");
        let path = folder.path().join("some.db");
        prepare(&path).expect("made");
        for (directory, file, readable) in [
            (0o755, 0o644, true),
            (0o755, 0o600, false),
            (0o700, 0o644, false),
            (0o750, 0o640, true),
            (0o750, 0o604, false),
        ] {
            allow(folder.path(), directory);
            allow(&path, file);
            assert_eq!(is_readable_by_others(&path), readable, "{directory:o} {file:o}");
        }
    }
}
