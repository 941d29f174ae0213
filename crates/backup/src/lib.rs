//! Backups: everything that a server keeps, as a directory that is the same for both databases, and
//! back into an empty one. Copies from one database to the other go the same way, without files.
//!
//! A backup is a directory: `manifest.json` names every file with its size and digest, `tables/` has
//! one file of JSON lines for each table, `media/` the uploaded files by the hash of their content,
//! `signing.key` the key that tokens are signed with. `docs/backup-format.md` says it in full.
//!
//! **Architecture invariant:** what looks like a backup is whole. It is written beside its place,
//! synced, and renamed; the manifest is written last.

mod copy;
mod create;
mod digest;
mod directory;
mod error;
mod manifest;
mod media_files;
mod progress;
mod restore;
mod table_file;
mod verify;

pub use copy::{Copied, copy};
pub use create::{About, Created, Source, create};
pub use error::{BackupError, Fault};
pub use manifest::{KeyState, Manifest};
pub use progress::{NoProgress, Progress};
pub use restore::{Restored, Target, restore};
pub use verify::verify;

/// The signing key's file in a backup.
pub const KEY_FILE: &str = "signing.key";

/// Runs what blocks off the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| BackupError::Interrupted)?
}
