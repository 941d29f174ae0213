//! Uploaded images and videos: checked, named, stored once, and swept.
//!
//! [`Library`] is the whole of it for callers: begin an [`Upload`], write to it, add it, read it by
//! its content hash, delete it. What a file is, its content says, not its name or its sender:
//! [`format`] lists what is taken, `shape` finds where a file of each format ends, `picture` decodes
//! images and makes thumbnails. Files lie in a [`MediaStore`] under the hash of their content; the
//! rows that name them are `estrad_persistence`'s.
//!
//! **Architecture invariant:** nothing here names actix. What blocks runs on blocking threads, each
//! kind behind a semaphore.

mod adding;
mod check;
mod error;
mod existing;
pub mod format;
mod fs_store;
mod hash;
mod library;
mod name;
mod picture;
mod removing;
mod shape;
mod spool;
mod store;
mod strip;
mod sweep;
mod upload;

pub use error::MediaError;
pub use existing::StrippedFiles;
pub use fs_store::FsStore;
pub use hash::ContentHash;
pub use library::{Library, Limits, Reader};
pub use picture::{MAX_PIXELS, MAX_SIDE, THUMBNAIL_SIDE};
pub use spool::{Incoming, Spool, SpoolLimits, Spooled};
pub use store::{Blob, BlobName, MediaStore, Part, Stored};
pub use sweep::Swept;
pub use upload::{TEMPORARY_PREFIX, Upload};
