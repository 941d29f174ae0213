//! Takes out of files what cameras and programs write into them about people, places and devices.
//!
//! What is shown stays as it is, byte by byte: the pixels' own data, colour profiles, transparency,
//! animation, and how a photograph is to be turned. Everything else goes, also what nobody has
//! thought of yet: of the parts that a decoder may pass over, only known ones are kept.
//!
//! The parts of each format are walked as in [`shape`](crate::shape), which has accepted a file before
//! it comes here. A file in which something unexpected is found is left as it is from there on.
//! Stripping a file twice changes nothing the second time, and no file gets larger by it.

mod exif;
mod gif;
mod jpeg;
mod mp4;
mod png;
#[cfg(test)]
mod tests;
mod webm;
mod webp;

use std::io::{self, Read, Seek, Write};

use crate::format::Format;

/// An image without its metadata; none when there is nothing to take out.
pub(crate) fn image(bytes: &[u8], format: Format) -> Option<Vec<u8>> {
    let stripped = match format {
        Format::Png => png::strip(bytes),
        Format::Jpeg => jpeg::strip(bytes),
        Format::Gif => gif::strip(bytes),
        Format::WebP => webp::strip(bytes),
        Format::Mp4 | Format::WebM => None,
    };
    stripped.filter(|stripped| stripped != bytes)
}

/// Blanks the metadata of a video where it stands, so that nothing in it moves. Blocks. Says whether
/// something was blanked.
///
/// # Errors
/// When the file can't be read or written.
pub(crate) fn video(file: &mut (impl Read + Write + Seek), format: Format) -> io::Result<bool> {
    match format {
        Format::Mp4 => mp4::blank(file),
        Format::WebM => webm::blank(file),
        Format::Png | Format::Jpeg | Format::Gif | Format::WebP => Ok(false),
    }
}

/// Overwrites `length` bytes from `at` on with zeros; says whether one of them was none.
fn zero(file: &mut (impl Read + Write + Seek), at: u64, length: u64) -> io::Result<bool> {
    const PIECE: u64 = 64 * 1024;
    let mut changed = false;
    let mut done = 0;
    while done < length {
        let piece = (length - done).min(PIECE) as usize;
        let mut there = vec![0; piece];
        file.seek(io::SeekFrom::Start(at + done))?;
        file.read_exact(&mut there)?;
        if there.iter().any(|byte| *byte != 0) {
            file.seek(io::SeekFrom::Start(at + done))?;
            file.write_all(&vec![0; piece])?;
            changed = true;
        }
        done += piece as u64;
    }
    Ok(changed)
}
