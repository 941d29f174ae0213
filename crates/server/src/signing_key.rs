//! The key that tokens are signed with.
//!
//! It is the operator's (`jwt_secret`), or else a file of the data directory that the first start
//! makes. The text of the file is the key as it stands: put into `ESTRAD_JWT_SECRET` on another
//! server, it is the same key.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use rand::TryRng as _;
use rand::rngs::{SysError, SysRng};
use thiserror::Error;

use crate::config::{Config, JwtSecret};

/// The key's file in the data directory.
pub const FILE_NAME: &str = "signing.key";
/// Random bytes in a new key, twice as many as HMAC-SHA-256 can make use of.
const RANDOM_BYTES: usize = 64;
/// Bytes of a key's file, at most: what is larger is no key.
const MAX_FILE_BYTES: u64 = 4_096;

/// A key of [`JwtSecret::MIN_BYTES`] or more. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(Vec<u8>);

/// Why there is no key.
#[derive(Debug, Error)]
pub enum SigningKeyError {
    /// The system has no random bytes.
    #[error("can't get random bytes for a signing key")]
    Random(#[source] SysError),
    /// A new key could not be kept.
    #[error("can't write the signing key {}", path.display())]
    Write {
        #[expect(missing_docs, reason = "says itself")]
        path: PathBuf,
        #[expect(missing_docs, reason = "says itself")]
        source: io::Error,
    },
    /// There is a key, and it can't be read.
    #[error("can't read the signing key {}", path.display())]
    Read {
        #[expect(missing_docs, reason = "says itself")]
        path: PathBuf,
        #[expect(missing_docs, reason = "says itself")]
        source: io::Error,
    },
    /// The file's text is empty, cut off or much too long.
    #[error(
        "the signing key {} has {bytes} bytes instead of {} to {MAX_FILE_BYTES}: put the right \
         file back, or remove it for a new key (everybody has to log in again)",
        path.display(),
        JwtSecret::MIN_BYTES
    )]
    Size {
        #[expect(missing_docs, reason = "says itself")]
        path: PathBuf,
        /// Bytes that were found, without white space at the end.
        bytes: usize,
    },
    /// Others than the file's owner may use it.
    #[error(
        "the signing key {} is open to other users (mode {mode:03o}): remove it for a new key if \
         they may have read it, else run chmod 600 on it",
        path.display()
    )]
    Open {
        #[expect(missing_docs, reason = "says itself")]
        path: PathBuf,
        /// The file's permission bits.
        mode: u32,
    },
}

impl SigningKey {
    /// The key for this configuration. Makes the file if it is needed and missing; the data
    /// directory has to be there.
    ///
    /// # Errors
    /// [`SigningKeyError`].
    pub fn load(config: &Config) -> Result<Self, SigningKeyError> {
        if let Some(secret) = &config.jwt_secret {
            return Ok(Self(secret.as_bytes().to_vec()));
        }
        let path = config.data_dir.join(FILE_NAME);
        if !path.try_exists().map_err(|source| read_error(&path, source))? {
            create(&config.data_dir, &path)?;
        }
        // What was just made is read back as well: another process may have been first.
        read(&path)
    }

    /// The content of the key's file in a data directory, if there is one; nothing is made.
    ///
    /// # Errors
    /// [`SigningKeyError`].
    pub fn file_content(data_dir: &Path) -> Result<Option<Vec<u8>>, SigningKeyError> {
        let path = data_dir.join(FILE_NAME);
        if !path.try_exists().map_err(|source| read_error(&path, source))? {
            return Ok(None);
        }
        let Self(mut content) = read(&path)?;
        content.push(b'\n');
        Ok(Some(content))
    }

    /// The key as tokens are signed with it.
    pub fn for_tokens(&self) -> estrad_auth::SigningKey {
        estrad_auth::SigningKey::new(&self.0).expect("no key is shorter than the least")
    }

    /// The key itself.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(******)")
    }
}

fn read_error(path: &Path, source: io::Error) -> SigningKeyError {
    SigningKeyError::Read { path: path.to_owned(), source }
}

fn read(path: &Path) -> Result<SigningKey, SigningKeyError> {
    let file = File::open(path).map_err(|source| read_error(path, source))?;
    refuse_open_to_others(path, &file)?;
    let mut text = Vec::new();
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(|source| read_error(path, source))?;
    let key = text.trim_ascii_end();
    if key.len() < JwtSecret::MIN_BYTES || text.len() as u64 > MAX_FILE_BYTES {
        return Err(SigningKeyError::Size { path: path.to_owned(), bytes: key.len() });
    }
    Ok(SigningKey(key.to_vec()))
}

#[cfg(unix)]
fn refuse_open_to_others(path: &Path, file: &File) -> Result<(), SigningKeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().map_err(|source| read_error(path, source))?;
    match metadata.permissions().mode() & 0o777 {
        mode if mode & 0o077 == 0 => Ok(()),
        mode => Err(SigningKeyError::Open { path: path.to_owned(), mode }),
    }
}

#[cfg(not(unix))]
fn refuse_open_to_others(_: &Path, _: &File) -> Result<(), SigningKeyError> {
    Ok(())
}

/// Writes a new key beside its place and moves it there when all of it is on disk, unless another
/// process was faster: then that one's key is left as it is.
fn create(dir: &Path, path: &Path) -> Result<(), SigningKeyError> {
    let mut random = [0; RANDOM_BYTES];
    SysRng.try_fill_bytes(&mut random).map_err(SigningKeyError::Random)?;
    let text: String =
        random.iter().map(|byte| format!("{byte:02x}")).chain(["\n".into()]).collect();
    write_new(dir, path, text.as_bytes())
        .map_err(|source| SigningKeyError::Write { path: path.to_owned(), source })
}

fn write_new(dir: &Path, path: &Path, text: &[u8]) -> io::Result<()> {
    // Temporary files are created with mode 0600, and removed unless they are persisted.
    let mut file = tempfile::Builder::new().prefix(".signing.key.").tempfile_in(dir)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(error.error),
    }
    sync_dir(dir)
}

/// The new name is on disk only when the directory is.
#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::sync::Barrier;

    use super::*;

    fn config(dir: &Path) -> Config {
        Config::defaults(dir).expect("the defaults")
    }

    #[test]
    fn the_first_start_makes_a_key_and_the_next_ones_find_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let first = SigningKey::load(&config(dir.path())).expect("a key");
        assert_eq!(first.as_bytes().len(), 2 * RANDOM_BYTES);
        assert_eq!(SigningKey::load(&config(dir.path())).expect("a key"), first);
        assert_eq!(fs::read_dir(dir.path()).expect("readable").count(), 1, "only the key is left");
        assert_eq!(format!("{first:?}"), "SigningKey(******)");
        let other = tempfile::tempdir().expect("a directory");
        assert_ne!(SigningKey::load(&config(other.path())).expect("a key"), first);
    }

    #[test]
    fn those_who_start_at_once_get_the_same_key() {
        let dir = tempfile::tempdir().expect("a directory");
        let (config, gate) = (config(dir.path()), Barrier::new(8));
        let keys: BTreeSet<_> = std::thread::scope(|scope| {
            let start = || {
                gate.wait();
                SigningKey::load(&config).expect("a key").as_bytes().to_vec()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert_eq!(keys.len(), 1);
    }

    #[test]
    fn a_chosen_secret_is_taken_and_no_file_is_made() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut config = config(dir.path());
        config.jwt_secret = Some(JwtSecret::parse(&"x".repeat(40)).expect("long enough"));
        assert_eq!(SigningKey::load(&config).expect("a key").as_bytes(), [b'x'; 40]);
        assert!(!dir.path().join(FILE_NAME).exists());
    }

    #[test]
    fn files_that_are_no_keys_are_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let config = config(dir.path());
        SigningKey::load(&config).expect("a key");
        let path = dir.path().join(FILE_NAME);
        for (text, bytes) in [(String::new(), 0), (format!("{}\n", "x".repeat(31)), 31)] {
            fs::write(&path, text).expect("writes");
            match SigningKey::load(&config) {
                Err(SigningKeyError::Size { bytes: found, .. }) => assert_eq!(found, bytes),
                other => panic!("{other:?}"),
            }
        }
        fs::write(&path, "x".repeat(5_000)).expect("writes");
        assert!(matches!(SigningKey::load(&config), Err(SigningKeyError::Size { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("a directory");
        let config = config(dir.path());
        let key = SigningKey::load(&config).expect("a key");
        let path = dir.path().join(FILE_NAME);
        for (mode, good) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("chmod");
            match SigningKey::load(&config) {
                Ok(found) => assert!(good && found == key, "{mode:o}"),
                Err(error) => assert!(!good, "{error}"),
            }
        }
    }
}
