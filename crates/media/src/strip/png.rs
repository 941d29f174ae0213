//! PNG: of the chunks that a decoder may pass over, those stay that say how colours and frames are
//! meant.

use super::exif;
use crate::shape::Cursor;

/// PNG (third edition), 11.3, without texts, times and the suggestions nobody shows.
const KEPT: [&[u8; 4]; 14] = [
    b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD",
    b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut cursor = Cursor::new(bytes);
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend(cursor.take(8)?);
    loop {
        let start = cursor.at;
        let length = cursor.take(4)?.try_into().ok().map(u32::from_be_bytes)?;
        let kind: &[u8; 4] = cursor.take(4)?.try_into().ok()?;
        let data = cursor.take(usize::try_from(length).ok()?)?;
        cursor.take(4)?;
        let critical = kind[0].is_ascii_uppercase();
        if kind == b"eXIf" {
            if let Some(minimal) = exif::only_orientation(data) {
                push(&mut kept, kind, &minimal)?;
            }
        } else if critical || KEPT.contains(&kind) {
            kept.extend(&bytes[start..cursor.at]);
        }
        if kind == b"IEND" {
            return Some(kept);
        }
    }
}

fn push(kept: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) -> Option<()> {
    kept.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
    let mut sum = crc32fast::Hasher::new();
    sum.update(kind);
    sum.update(data);
    kept.extend(kind);
    kept.extend(data);
    kept.extend(sum.finalize().to_be_bytes());
    Some(())
}
