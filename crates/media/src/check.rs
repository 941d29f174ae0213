//! Finding out what an uploaded file is.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use estrad_domain::types::MediaType;

use crate::MediaError;
use crate::format::Format;
use crate::hash::ContentHash;
use crate::picture::{Head, PictureError};
use crate::shape::{self, Tail};
use crate::strip;

/// A file that is what it should be.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) format: Format,
    pub(crate) hash: ContentHash,
    pub(crate) byte_size: u64,
    /// Of images: width and height as shown, and the thumbnail.
    pub(crate) picture: Option<((u32, u32), Vec<u8>)>,
}

impl From<PictureError> for MediaError {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::TooLarge => Self::TooManyPixels,
            PictureError::Broken => Self::Unsupported,
        }
    }
}

/// Checks a file of which a type is expected. What follows the end of a JPEG is cut off, and what
/// tells of people, places and devices is taken [out](crate::strip). Blocks;
/// takes as much memory as the file is large, and for images what decoding takes.
///
/// # Errors
/// [`MediaError::Unsupported`], [`MediaError::TooManyPixels`], or what went wrong with the file.
pub(crate) fn check(file: &mut File, expected: MediaType) -> Result<Checked, MediaError> {
    let format = format_of(file)?.filter(|format| format.media_type() == expected);
    let format = format.ok_or(MediaError::Unsupported)?;
    let picture = match expected {
        MediaType::Image => Some(check_image(file, format)?),
        MediaType::Video => {
            if !shape::is_video(file, format)? {
                return Err(MediaError::Unsupported);
            }
            strip::video(file, format)?;
            None
        }
    };
    let byte_size = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let hash = ContentHash::of(file)?;
    Ok(Checked { format, hash, byte_size, picture })
}

fn format_of(file: &mut File) -> io::Result<Option<Format>> {
    let mut start = Vec::new();
    file.rewind()?;
    file.take(Format::MAGIC_LENGTH as u64).read_to_end(&mut start)?;
    Ok(Format::of(&start))
}

fn check_image(file: &mut File, format: Format) -> Result<((u32, u32), Vec<u8>), MediaError> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    let head = Head::read(&bytes, format)?;
    let dimensions = head.dimensions();
    let tail = shape::of_image(&bytes, format).ok_or(MediaError::Unsupported)?;
    let thumbnail = head.thumbnail()?;
    let whole = match tail {
        Tail::None => &bytes[..],
        Tail::From(end) => &bytes[..end],
    };
    file.set_len(whole.len() as u64)?;
    if let Some(stripped) = strip::image(whole, format) {
        file.rewind()?;
        file.write_all(&stripped)?;
        file.set_len(stripped.len() as u64)?;
    }
    Ok((dimensions, thumbnail))
}

#[cfg(test)]
mod tests;
