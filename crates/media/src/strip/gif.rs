//! GIF: comments and what applications put there go, but for how often an animation repeats and what
//! its colours mean.

use crate::shape::Cursor;
use crate::shape::gif::{skip_colors, skip_sub_blocks};

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const COMMENT: u8 = 0xFE;
const APPLICATION: u8 = 0xFF;
/// By their names in the first sub-block, which is 11 bytes long.
const KEPT: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut cursor = Cursor::new(bytes);
    let screen = cursor.take(13)?;
    skip_colors(&mut cursor, screen[10])?;
    let mut kept = bytes[..cursor.at].to_vec();
    loop {
        let start = cursor.at;
        let mut keep = true;
        match cursor.byte()? {
            EXTENSION => {
                let label = cursor.byte()?;
                let name = cursor.bytes.get(cursor.at + 1..cursor.at + 12).unwrap_or_default();
                keep = match label {
                    COMMENT => false,
                    APPLICATION => KEPT.contains(&name),
                    _ => true,
                };
                skip_sub_blocks(&mut cursor)?;
            }
            IMAGE => {
                let image = cursor.take(9)?;
                skip_colors(&mut cursor, image[8])?;
                cursor.byte()?;
                skip_sub_blocks(&mut cursor)?;
            }
            TRAILER => {
                kept.push(TRAILER);
                return Some(kept);
            }
            _ => return None,
        }
        if keep {
            kept.extend(&bytes[start..cursor.at]);
        }
    }
}
