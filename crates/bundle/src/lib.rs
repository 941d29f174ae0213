//! Competitions as portable files, for taking them to another server or keeping them.
//!
//! A bundle is a zip with `competition.json`, which is a [`Document`], and a file under `media/` for
//! each picture, named by the SHA-256 of its content. There are no ids in it: parts refer to each
//! other by their place, so that the same competition always gives the same bundle. Codes are not
//! in it either: every server makes its own.
//!
//! [`write`] makes one, [`read`] reads one without trusting anything that it says.
//!
//! **Architecture invariant:** no database and no async in this crate.

mod document;
mod error;
mod read;
mod write;

pub use document::{Document, MediaFile};
pub use error::{ReadError, WriteError};
pub use read::{Bundle, Limits, read};
pub use write::write;

/// The document's name in the zip.
const DOCUMENT: &str = "competition.json";

/// The name of a media file in the zip.
fn media_entry(sha256: &str) -> String {
    format!("media/{sha256}")
}
