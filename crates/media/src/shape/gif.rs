//! GIF (89a, appendix B): a screen, then extensions and images of sub-blocks, up to the trailer.

use super::Cursor;

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;

pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let mut cursor = Cursor::new(bytes);
    cursor.take(6)?;
    let screen = cursor.take(7)?;
    skip_colors(&mut cursor, screen[4])?;
    loop {
        match cursor.byte()? {
            EXTENSION => {
                cursor.byte()?;
                skip_sub_blocks(&mut cursor)?;
            }
            IMAGE => {
                let image = cursor.take(9)?;
                skip_colors(&mut cursor, image[8])?;
                cursor.byte()?;
                skip_sub_blocks(&mut cursor)?;
            }
            TRAILER => return Some(cursor.at),
            _ => return None,
        }
    }
}

/// The flags say whether there is a table and how long it is.
pub(crate) fn skip_colors(cursor: &mut Cursor<'_>, flags: u8) -> Option<()> {
    if flags & 0x80 != 0 {
        cursor.take(3 << ((flags & 0x07) + 1))?;
    }
    Some(())
}

pub(crate) fn skip_sub_blocks(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        match cursor.byte()? {
            0 => return Some(()),
            length => cursor.take(length.into())?,
        };
    }
}
