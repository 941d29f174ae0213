//! PNG (W3C PNG, 5): a signature, then chunks up to `IEND`.

use super::Cursor;

pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let mut cursor = Cursor::new(bytes);
    cursor.take(8)?;
    loop {
        let length = cursor.take(4)?.try_into().ok().map(u32::from_be_bytes)?;
        let kind = cursor.take(4)?;
        cursor.take(usize::try_from(length).ok()?)?;
        // The checksum, which is the decoder's to check.
        cursor.take(4)?;
        if kind == b"IEND" {
            return Some(cursor.at);
        }
    }
}
