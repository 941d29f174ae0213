//! WebP: the chunks of the image itself stay, and its colour profile.

use super::exif;
use crate::shape::Cursor;

/// RFC 9649, 2.7.1: bits of the first byte of `VP8X`.
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;
/// What stands before the chunks of one frame of an animation.
const FRAME_HEAD: usize = 16;

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut cursor = Cursor::new(bytes);
    let mut kept = cursor.take(12)?.to_vec();
    let mut flags_at = None;
    let mut turned = false;
    while let Some((kind, data)) = chunk(&mut cursor)? {
        match &kind {
            b"VP8X" => {
                flags_at.get_or_insert(kept.len() + 8);
                push(&mut kept, kind, data)?;
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ICCP" => push(&mut kept, kind, data)?,
            b"ANMF" => push(&mut kept, kind, &frame(data)?)?,
            b"EXIF" if !turned => {
                // Some programs put the head before it that JPEG has.
                let exif = data.strip_prefix(b"Exif\0\0").unwrap_or(data);
                if let Some(minimal) = exif::only_orientation(exif) {
                    turned = true;
                    push(&mut kept, kind, &minimal)?;
                }
            }
            _ => {}
        }
    }
    if let Some(flags) = flags_at.and_then(|at| kept.get_mut(at)) {
        *flags &= !(HAS_EXIF | HAS_XMP);
        *flags |= if turned { HAS_EXIF } else { 0 };
    }
    let size = u32::try_from(kept.len() - 8).ok()?;
    kept[4..8].copy_from_slice(&size.to_le_bytes());
    Some(kept)
}

/// A frame with the chunks that it is drawn from.
fn frame(data: &[u8]) -> Option<Vec<u8>> {
    let mut cursor = Cursor::new(data);
    let mut kept = cursor.take(FRAME_HEAD)?.to_vec();
    while let Some((kind, data)) = chunk(&mut cursor)? {
        if [b"VP8 ", b"VP8L", b"ALPH"].contains(&&kind) {
            push(&mut kept, kind, data)?;
        }
    }
    Some(kept)
}

/// The next chunk, or that there is none.
#[expect(clippy::option_option, reason = "the end is another thing than a chunk that is cut off")]
fn chunk<'a>(cursor: &mut Cursor<'a>) -> Option<Option<([u8; 4], &'a [u8])>> {
    if cursor.at == cursor.bytes.len() {
        return Some(None);
    }
    let kind = cursor.take(4)?.try_into().ok()?;
    let size = cursor.take(4)?.try_into().ok().map(u32::from_le_bytes)?;
    let size = usize::try_from(size).ok()?;
    let data = cursor.take(size)?;
    cursor.take(size % 2)?;
    Some(Some((kind, data)))
}

fn push(kept: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) -> Option<()> {
    kept.extend(kind);
    kept.extend(u32::try_from(data.len()).ok()?.to_le_bytes());
    kept.extend(data);
    kept.extend(vec![0; data.len() % 2]);
    Some(())
}
