//! Writing a bundle: the same bytes for the same competition, on every server and at any time.

use std::collections::HashSet;
use std::io::{Read, Seek, Write, copy};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::document::{Document, MediaFile};
use crate::error::WriteError;
use crate::{DOCUMENT, media_entry};

/// Writes a bundle, with the content of each picture as `open` gives it.
///
/// # Errors
/// [`WriteError`].
pub fn write<W, R>(
    out: W,
    document: &Document,
    mut open: impl FnMut(&MediaFile) -> std::io::Result<R>,
) -> Result<W, WriteError>
where
    W: Write + Seek,
    R: Read,
{
    // The beginning of time as zip knows it: when a file was written says nothing here.
    let options = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .large_file(true);
    let mut zip = ZipWriter::new(out);
    zip.start_file(DOCUMENT, options.compression_method(CompressionMethod::Deflated))?;
    let mut json = serde_json::to_vec_pretty(document)?;
    json.push(b'\n');
    zip.write_all(&json)?;
    let mut written = HashSet::new();
    for file in document.media() {
        // Two names may stand for the same content.
        if written.insert(file.sha256.as_str()) {
            // Pictures are compressed already.
            let stored = options.compression_method(CompressionMethod::Stored);
            zip.start_file(media_entry(&file.sha256), stored)?;
            copy(&mut open(file)?, &mut zip)?;
        }
    }
    Ok(zip.finish()?)
}
