//! Where a file of each format ends, by the format's own rules.
//!
//! A file can be two things at once: an image to the one who decodes it, an archive or a script to
//! the one who looks for that at its end. So an upload has to end where its format says that it
//! ends.

pub(crate) mod gif;
mod jpeg;
pub(crate) mod mp4;
mod png;
mod webm;
mod webp;

use std::io::{self, Read, Seek};

use crate::format::Format;

/// What is behind the end of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Nothing.
    None,
    /// Something that is no part of the image, from this byte on, to be cut off.
    From(usize),
}

/// Looks for the end of an image. `None` when its parts don't fit together, when it has no end, or
/// when something follows.
///
/// Behind a JPEG something may follow: telephones put previews, films and depth maps there.
pub(crate) fn of_image(bytes: &[u8], format: Format) -> Option<Tail> {
    let end = match format {
        Format::Png => png::end(bytes)?,
        Format::Jpeg => {
            let end = jpeg::end(bytes)?;
            return Some(if end == bytes.len() { Tail::None } else { Tail::From(end) });
        }
        Format::Gif => gif::end(bytes)?,
        Format::WebP => webp::end(bytes)?,
        Format::Mp4 | Format::WebM => return None,
    };
    (end == bytes.len()).then_some(Tail::None)
}

/// Whether a video's outermost parts fit together and fill the file exactly.
pub(crate) fn is_video(file: &mut (impl Read + Seek), format: Format) -> io::Result<bool> {
    match format {
        Format::Mp4 => mp4::is_whole(file),
        Format::WebM => webm::is_whole(file),
        Format::Png | Format::Jpeg | Format::Gif | Format::WebP => Ok(false),
    }
}

/// Bytes that are taken from the front.
pub(crate) struct Cursor<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|taken| taken[0])
    }
}

/// Fills as much of the buffer as there is.
pub(crate) fn read_some(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}
