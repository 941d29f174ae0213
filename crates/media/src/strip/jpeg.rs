//! JPEG: of the segments for applications and comments, what says how colours are meant stays.

use super::exif;
use crate::shape::Cursor;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const TEM: u8 = 0x01;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const APP15: u8 = 0xEF;
const COM: u8 = 0xFE;

const EXIF: &[u8] = b"Exif\0\0";
/// Of JFIF without its thumbnail: name, version, density, and a thumbnail of 0 by 0.
const JFIF_LENGTH: usize = 14;

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut cursor = Cursor::new(bytes);
    let mut kept = Vec::with_capacity(bytes.len());
    if cursor.take(2)? != [0xFF, SOI] {
        return None;
    }
    kept.extend([0xFF, SOI]);
    let mut turned = false;
    loop {
        if cursor.byte()? != 0xFF {
            return None;
        }
        let mut kind = cursor.byte()?;
        while kind == 0xFF {
            kind = cursor.byte()?;
        }
        match kind {
            EOI => {
                kept.extend([0xFF, EOI]);
                return Some(kept);
            }
            TEM => kept.extend([0xFF, TEM]),
            _ => {
                let length = cursor.take(2)?.try_into().ok().map(u16::from_be_bytes)?;
                let data = cursor.take(usize::from(length).checked_sub(2)?)?;
                match kind {
                    APP1 if data.starts_with(EXIF) && !turned => {
                        if let Some(minimal) = exif::only_orientation(&data[EXIF.len()..]) {
                            turned = true;
                            push(&mut kept, APP1, &[EXIF, &minimal].concat())?;
                        }
                    }
                    APP0 if data.starts_with(b"JFIF\0") && data.len() >= JFIF_LENGTH => {
                        let mut jfif = data[..JFIF_LENGTH].to_vec();
                        jfif[12..].fill(0);
                        push(&mut kept, APP0, &jfif)?;
                    }
                    APP2 if data.starts_with(b"ICC_PROFILE\0") => push(&mut kept, kind, data)?,
                    // Without it, the colours of some files are taken for others.
                    APP14 if data.starts_with(b"Adobe") => push(&mut kept, kind, data)?,
                    APP0..=APP15 | COM => {}
                    _ => push(&mut kept, kind, data)?,
                }
                if kind == SOS {
                    kept.extend(scan(&mut cursor)?);
                }
            }
        }
    }
}

fn push(kept: &mut Vec<u8>, kind: u8, data: &[u8]) -> Option<()> {
    kept.extend([0xFF, kind]);
    kept.extend(u16::try_from(data.len() + 2).ok()?.to_be_bytes());
    kept.extend(data);
    Some(())
}

/// The entropy-coded data up to the next marker that is none of its own.
fn scan<'a>(cursor: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let start = cursor.at;
    loop {
        while cursor.byte()? != 0xFF {}
        match *cursor.bytes.get(cursor.at)? {
            // A stuffed byte, and the marks between which a decoder starts anew.
            0x00 | 0xD0..=0xD7 => cursor.at += 1,
            _ => {
                cursor.at -= 1;
                return cursor.bytes.get(start..cursor.at);
            }
        }
    }
}
