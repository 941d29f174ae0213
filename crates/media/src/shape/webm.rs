//! WebM (RFC 8794, EBML): a head that says `webm`, then one segment to the end of the file.

use std::io::{self, Read, Seek, SeekFrom};

use super::{Cursor, read_some};

/// Heads are some 40 bytes long.
const MAX_HEAD: usize = 1_024;
const DOCTYPE: &[u8] = &[0x42, 0x82];
const SEGMENT: &[u8] = &[0x18, 0x53, 0x80, 0x67];

pub(super) fn is_whole(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let end = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let mut start = vec![0; MAX_HEAD];
    let read = read_some(file, &mut start)?;
    Ok(segment_end(&start[..read]).is_some_and(|segment_end| match segment_end {
        SegmentEnd::At(at) => at == end,
        // As live recordings have it. Players read elements as long as they are elements.
        SegmentEnd::Unknown => true,
    }))
}

enum SegmentEnd {
    At(u64),
    Unknown,
}

fn segment_end(start: &[u8]) -> Option<SegmentEnd> {
    let mut cursor = Cursor::new(start);
    cursor.take(4)?;
    let head_length = size(&mut cursor)??;
    let head = cursor.take(usize::try_from(head_length).ok()?)?;
    if doctype(head)? != b"webm" {
        return None;
    }
    if cursor.take(SEGMENT.len())? != SEGMENT {
        return None;
    }
    let Some(length) = size(&mut cursor)? else { return Some(SegmentEnd::Unknown) };
    Some(SegmentEnd::At(u64::try_from(cursor.at).ok()?.checked_add(length)?))
}

/// The text of the `DocType` element, without the zeros that may follow it.
fn doctype(head: &[u8]) -> Option<&[u8]> {
    let mut cursor = Cursor::new(head);
    loop {
        let id_length = cursor.bytes.get(cursor.at)?.leading_zeros() as usize + 1;
        let id = cursor.take(id_length)?;
        let length = size(&mut cursor)??;
        let content = cursor.take(usize::try_from(length).ok()?)?;
        if id == DOCTYPE {
            return content.split(|b| *b == 0).next();
        }
    }
}

/// A size of one to eight bytes; the inner `None` is the size that is not known.
#[expect(clippy::option_option, reason = "no size at all is another thing than an unknown one")]
fn size(cursor: &mut Cursor<'_>) -> Option<Option<u64>> {
    let first = cursor.byte()?;
    let length = first.leading_zeros() as usize + 1;
    if length > 8 {
        return None;
    }
    let marker = 0x80_u64 >> (length - 1);
    let rest = cursor.take(length - 1)?;
    let value = rest
        .iter()
        .fold(u64::from(first) & (marker - 1), |value, byte| value << 8 | u64::from(*byte));
    let unknown = (1_u64 << (7 * length)) - 1;
    Some((value != unknown).then_some(value))
}
