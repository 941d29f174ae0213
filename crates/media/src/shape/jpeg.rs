//! JPEG (ITU T.81, B.1): segments, and entropy-coded data after each scan's head, up to `EOI`.

use super::Cursor;

const STUFFED: u8 = 0x00;
const TEM: u8 = 0x01;
const RST: std::ops::RangeInclusive<u8> = 0xD0..=0xD7;
const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;

pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let mut cursor = Cursor::new(bytes);
    if cursor.take(2)? != [0xFF, SOI] {
        return None;
    }
    let mut marker = marker(&mut cursor)?;
    loop {
        marker = match marker {
            EOI => return Some(cursor.at),
            SOI => return None,
            TEM => self::marker(&mut cursor)?,
            kind => {
                let length = cursor.take(2)?.try_into().ok().map(u16::from_be_bytes)?;
                cursor.take(usize::from(length).checked_sub(2)?)?;
                if kind == SOS { after_scan(&mut cursor)? } else { self::marker(&mut cursor)? }
            }
        };
    }
}

/// The next marker, which has to be right here; any number of `FF` may stand before it.
fn marker(cursor: &mut Cursor<'_>) -> Option<u8> {
    if cursor.byte()? != 0xFF {
        return None;
    }
    loop {
        match cursor.byte()? {
            0xFF => {}
            kind => return Some(kind),
        }
    }
}

/// The marker that ends the data of a scan.
fn after_scan(cursor: &mut Cursor<'_>) -> Option<u8> {
    loop {
        while cursor.byte()? != 0xFF {}
        cursor.at -= 1;
        match marker(cursor)? {
            STUFFED => {}
            kind if RST.contains(&kind) => {}
            kind => return Some(kind),
        }
    }
}
