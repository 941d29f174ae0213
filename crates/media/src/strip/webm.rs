//! WebM: tags, attachments, and when and as what a film was made are overwritten in place by `Void`
//! elements of the same length.

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::zero;
use crate::shape::read_some;

/// The most elements that are looked at: ten hours in clusters of a second, with what is beside them.
const MAX_ELEMENTS: usize = 200_000;
const VOID: u8 = 0xEC;

/// Of RFC 9559, 5.1.
const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1F43_B675;
const INFO: u32 = 0x1549_A966;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK: u32 = 0xAE;
const TAGS: u32 = 0x1254_C367;
const ATTACHMENTS: u32 = 0x1941_A469;
/// A sum over an element that is not the same any more.
const CRC: u32 = 0xBF;

/// When it was made, its title, and the names of files.
const OF_INFO: [u32; 5] = [0x4461, 0x7BA9, 0x7384, 0x3C_83AB, 0x3E_83BB];
/// What a track is called.
const OF_TRACK: [u32; 1] = [0x536E];

pub(super) fn blank(file: &mut (impl Read + Write + Seek)) -> io::Result<bool> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut film = Film { file, left: MAX_ELEMENTS, changed: false };
    // The head of the file says only that it is one.
    if let Some(head) = film.element(0, end)? {
        film.level(head.end, end, &[])?;
    }
    Ok(film.changed)
}

#[derive(Debug, Clone, Copy)]
struct Element {
    id: u32,
    at: u64,
    content: u64,
    end: u64,
    /// As live recordings have it: it goes on until something begins that is not of it.
    unknown: bool,
}

struct Film<'a, F> {
    file: &'a mut F,
    left: usize,
    changed: bool,
}

impl<F: Read + Write + Seek> Film<'_, F> {
    /// Goes through the elements between two places, up to the first that is none, and blanks those
    /// of the given ids. What is of unknown length is entered: it ends with what is around it.
    fn level(&mut self, mut at: u64, end: u64, blanked: &[u32]) -> io::Result<()> {
        while at < end && self.left > 0 {
            self.left -= 1;
            let Some(element) = self.element(at, end)? else { return Ok(()) };
            at = element.end;
            match element.id {
                SEGMENT | CLUSTER if element.unknown => at = element.content,
                SEGMENT => self.level(element.content, element.end, &[])?,
                INFO => self.level(element.content, element.end, &OF_INFO)?,
                TRACKS => self.level(element.content, element.end, &[])?,
                TRACK => self.level(element.content, element.end, &OF_TRACK)?,
                TAGS | ATTACHMENTS | CRC => self.void(element)?,
                id if id == u32::from(VOID) => self.zero(element.content, element.end)?,
                id if blanked.contains(&id) => self.void(element)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn element(&mut self, at: u64, end: u64) -> io::Result<Option<Element>> {
        let mut head = [0; 12];
        self.file.seek(SeekFrom::Start(at))?;
        let read = read_some(self.file, &mut head)?;
        Ok(parse(&head[..read]).and_then(|(id, head, size)| {
            let content = at.checked_add(head)?;
            let ends = size.map_or(Some(end), |size| content.checked_add(size))?;
            let element = Element { id, at, content, end: ends, unknown: size.is_none() };
            (content <= end && ends <= end).then_some(element)
        }))
    }

    /// RFC 8794, 11.3.2.
    fn void(&mut self, element: Element) -> io::Result<()> {
        let length = element.end - element.at;
        let mut head = vec![VOID];
        match length.checked_sub(2) {
            // An id and a size take two bytes at least.
            None => return Ok(()),
            Some(content @ 0..=126) => head.push(0x80 | content as u8),
            Some(_) => head.extend(((length - 9) | (1 << 56)).to_be_bytes()),
        }
        self.file.seek(SeekFrom::Start(element.at))?;
        self.file.write_all(&head)?;
        self.changed = true;
        self.zero(element.at + head.len() as u64, element.end)
    }

    fn zero(&mut self, from: u64, to: u64) -> io::Result<()> {
        self.changed |= zero(self.file, from, to.saturating_sub(from))?;
        Ok(())
    }
}

/// The id, the length of the head, and the size of the content where it is known.
fn parse(head: &[u8]) -> Option<(u32, u64, Option<u64>)> {
    let id_length = head.first()?.leading_zeros() as usize + 1;
    if id_length > 4 {
        return None;
    }
    let id = head.get(..id_length)?.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
    let first = *head.get(id_length)?;
    let length = first.leading_zeros() as usize + 1;
    if length > 8 {
        return None;
    }
    let marker = 0x80_u64 >> (length - 1);
    let rest = head.get(id_length + 1..id_length + length)?;
    let start = u64::from(first) & (marker - 1);
    let size = rest.iter().fold(start, |size, byte| size << 8 | u64::from(*byte));
    let unknown = (1_u64 << (7 * length)) - 1;
    Some((id, (id_length + length) as u64, (size != unknown).then_some(size)))
}
