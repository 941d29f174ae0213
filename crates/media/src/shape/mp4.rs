//! MP4 (ISO 14496-12, 4.2): boxes, each with its size, one after another to the end of the file.

use std::io::{self, Read, Seek, SeekFrom};

use super::read_some;

/// Brands of what browsers play; images (HEIC, AVIF) and QuickTime have the same shape.
const BRANDS: [&[u8]; 9] =
    [b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "];
/// The most boxes: a fragmented film of ten hours, in pieces of a second, has 72,000.
const MAX_BOXES: usize = 100_000;
/// The longest `ftyp` that is read for its brands.
const MAX_BRANDS: u64 = 1_024;

pub(super) fn is_whole(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut at = 0;
    let mut has_film = false;
    for index in 0..MAX_BOXES {
        if at == end {
            return Ok(has_film);
        }
        file.seek(SeekFrom::Start(at))?;
        let Some((kind, head, size)) = box_head(file, end - at)? else { return Ok(false) };
        // The first says what the file is, and it has to be the first.
        if (index == 0) != (&kind == b"ftyp") {
            return Ok(false);
        }
        if index == 0 && !has_known_brand(file, size - head)? {
            return Ok(false);
        }
        has_film |= &kind == b"moov";
        at += size;
    }
    Ok(false)
}

/// The kind, the length of the head, and the size with the head; none when it does not fit in what
/// is left.
pub(crate) fn box_head(file: &mut impl Read, left: u64) -> io::Result<Option<([u8; 4], u64, u64)>> {
    let mut head = [0; 16];
    let length = if left >= 16 { 16 } else { 8 };
    if read_some(file, &mut head[..length])? < 8 {
        return Ok(None);
    }
    let [s0, s1, s2, s3, k0, k1, k2, k3, large @ ..] = head;
    let (head, size) = match u32::from_be_bytes([s0, s1, s2, s3]) {
        // To the end of the file. What stands there can't be told from what was appended.
        0 => return Ok(None),
        1 => (16, u64::from_be_bytes(large)),
        size => (8, size.into()),
    };
    Ok((size >= head && size <= left).then_some(([k0, k1, k2, k3], head, size)))
}

/// Looks through the brands of the first box, major and compatible; the version, which is the second
/// word, is no brand.
fn has_known_brand(file: &mut (impl Read + Seek), length: u64) -> io::Result<bool> {
    file.seek(SeekFrom::Start(8))?;
    let mut brands = vec![0; usize::try_from(length.min(MAX_BRANDS)).unwrap_or_default()];
    let read = read_some(file, &mut brands)?;
    Ok(brands[..read].chunks(4).enumerate().any(|(i, b)| i != 1 && BRANDS.contains(&b)))
}
