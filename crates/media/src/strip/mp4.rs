//! MP4: what says where, when and with what a film was made is overwritten in place. Its boxes keep
//! their sizes, as tables in it say where each picture lies.

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::zero;
use crate::shape::mp4::box_head;

/// The most boxes that are looked at; more than [`crate::shape`] takes on the outermost level.
const MAX_BOXES: usize = 200_000;
/// The most pieces of a track of metadata that are looked up: ten hours with thirty a second.
const MAX_SAMPLES: usize = 1_080_000;
/// Handlers of tracks that are seen, heard or read; all others tell of the film.
const SHOWN: [&[u8; 4]; 9] =
    [b"vide", b"soun", b"text", b"sbtl", b"subt", b"clcp", b"tmcd", b"auxv", b"hint"];

pub(super) fn blank(file: &mut (impl Read + Write + Seek)) -> io::Result<bool> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut film = Film { file, left: MAX_BOXES, data: Vec::new(), changed: false };
    let boxes = film.boxes(0, end)?;
    let data = boxes.iter().filter(|found| &found.kind == b"mdat");
    film.data = data.map(|found| (found.content, found.end)).collect();
    for found in boxes {
        match &found.kind {
            b"moov" => film.movie(found)?,
            b"moof" => film.fragment(found)?,
            _ if tells(&found.kind) => film.free(found)?,
            _ => {}
        }
    }
    Ok(film.changed)
}

/// Whether boxes of the kind tell of the film instead of being it, wherever they are.
fn tells(kind: &[u8; 4]) -> bool {
    // `free` and `skip` are room that may still hold what was there before.
    [b"udta", b"meta", b"uuid", b"emsg", b"free", b"skip"].contains(&kind)
}

#[derive(Debug, Clone, Copy)]
struct Found {
    kind: [u8; 4],
    at: u64,
    content: u64,
    end: u64,
}

struct Film<'a, F> {
    file: &'a mut F,
    left: usize,
    /// Where the data of all tracks lie.
    data: Vec<(u64, u64)>,
    changed: bool,
}

impl<F: Read + Write + Seek> Film<'_, F> {
    /// The boxes between two places, up to the first that is none.
    fn boxes(&mut self, mut at: u64, end: u64) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        while at < end && self.left > 0 {
            self.left -= 1;
            self.file.seek(SeekFrom::Start(at))?;
            let Some((kind, head, size)) = box_head(self.file, end - at)? else { break };
            found.push(Found { kind, at, content: at + head, end: at + size });
            at += size;
        }
        Ok(found)
    }

    fn within(&mut self, outer: Found) -> io::Result<Vec<Found>> {
        self.boxes(outer.content, outer.end)
    }

    fn movie(&mut self, movie: Found) -> io::Result<()> {
        for found in self.within(movie)? {
            match &found.kind {
                b"mvhd" => self.times(found)?,
                b"trak" => self.track(found)?,
                _ if tells(&found.kind) => self.free(found)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn fragment(&mut self, fragment: Found) -> io::Result<()> {
        for found in self.within(fragment)? {
            if tells(&found.kind) {
                self.free(found)?;
            }
        }
        Ok(())
    }

    fn track(&mut self, track: Found) -> io::Result<()> {
        for found in self.within(track)? {
            match &found.kind {
                b"tkhd" => self.times(found)?,
                b"mdia" if self.is_shown(found)? => self.media(found)?,
                b"mdia" => {
                    self.blank_samples(found)?;
                    return self.free(track);
                }
                _ if tells(&found.kind) => self.free(found)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn media(&mut self, media: Found) -> io::Result<()> {
        for found in self.within(media)? {
            match &found.kind {
                b"mdhd" => self.times(found)?,
                // The name of what made it, behind version, type and reserved words.
                b"hdlr" => self.zero(found.content + 24, found.end)?,
                _ if tells(&found.kind) => self.free(found)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn is_shown(&mut self, media: Found) -> io::Result<bool> {
        for found in self.within(media)? {
            if &found.kind == b"hdlr" && found.end - found.content >= 12 {
                let mut kind = [0; 4];
                self.file.seek(SeekFrom::Start(found.content + 8))?;
                self.file.read_exact(&mut kind)?;
                return Ok(SHOWN.contains(&&kind));
            }
        }
        // Nothing is known of it: it stays.
        Ok(true)
    }

    /// When it was made and changed: of four or eight bytes each, by the version.
    fn times(&mut self, header: Found) -> io::Result<()> {
        let mut version = [0];
        if header.end <= header.content {
            return Ok(());
        }
        self.file.seek(SeekFrom::Start(header.content))?;
        self.file.read_exact(&mut version)?;
        let length = if version == [1] { 16 } else { 8 };
        let start = header.content + 4;
        self.zero(start, (start + length).min(header.end))
    }

    /// Makes it room that holds nothing.
    fn free(&mut self, found: Found) -> io::Result<()> {
        self.zero(found.content, found.end)?;
        if &found.kind != b"free" {
            self.file.seek(SeekFrom::Start(found.at + 4))?;
            self.file.write_all(b"free")?;
            self.changed = true;
        }
        Ok(())
    }

    fn zero(&mut self, from: u64, to: u64) -> io::Result<()> {
        self.changed |= zero(self.file, from, to.saturating_sub(from))?;
        Ok(())
    }

    /// Overwrites the data of a track, such as the places that a camera on a drone writes down.
    fn blank_samples(&mut self, media: Found) -> io::Result<()> {
        let Some(table) = self.inner(media, b"minf")? else { return Ok(()) };
        let Some(table) = self.inner(table, b"stbl")? else { return Ok(()) };
        let (mut sizes, mut runs, mut chunks) = (None, Vec::new(), Vec::new());
        for found in self.within(table)? {
            match &found.kind {
                b"stsz" => sizes = Some(self.words(found, 1)?),
                b"stsc" => runs = self.words(found, 1)?,
                b"stco" => {
                    chunks = self.words(found, 1)?.into_iter().skip(1).map(u64::from).collect()
                }
                b"co64" => {
                    let words = self.words(found, 1)?;
                    let pairs = words.get(1..).unwrap_or_default().chunks_exact(2);
                    chunks =
                        pairs.map(|pair| u64::from(pair[0]) << 32 | u64::from(pair[1])).collect();
                }
                _ => {}
            }
        }
        let Some(sizes) = sizes else { return Ok(()) };
        let mut samples = Samples::new(&sizes, runs.get(1..).unwrap_or_default());
        for (index, start) in chunks.into_iter().enumerate() {
            let Some(length) = samples.chunk(index) else { break };
            let end = start.saturating_add(length);
            // What lies elsewhere is no data of a track, whatever the table says.
            if self.data.iter().any(|(from, to)| (*from..=*to).contains(&start) && end <= *to) {
                self.zero(start, end)?;
            }
        }
        Ok(())
    }

    fn inner(&mut self, outer: Found, kind: &[u8; 4]) -> io::Result<Option<Found>> {
        Ok(self.within(outer)?.into_iter().find(|found| &found.kind == kind))
    }

    /// The content of a table as big-endian words, after `skip` of them, as far as it is bounded.
    fn words(&mut self, table: Found, skip: usize) -> io::Result<Vec<u32>> {
        let length = (table.end - table.content).min(4 * MAX_SAMPLES as u64) as usize;
        let mut bytes = vec![0; length];
        self.file.seek(SeekFrom::Start(table.content))?;
        self.file.read_exact(&mut bytes)?;
        let words = bytes.chunks_exact(4).skip(skip);
        Ok(words.map(|word| u32::from_be_bytes([word[0], word[1], word[2], word[3]])).collect())
    }
}

/// How long the chunks of a track are (ISO 14496-12, 8.7.3 and 8.7.4).
struct Samples<'a> {
    /// Of all samples, or 0 where each has its own.
    size: u32,
    sizes: &'a [u32],
    /// First chunk (from 1), samples in each, description; until the next run.
    runs: &'a [u32],
    next: usize,
}

impl<'a> Samples<'a> {
    /// `sizes` is the content of `stsz` behind its version, `runs` that of `stsc` behind its count.
    fn new(sizes: &'a [u32], runs: &'a [u32]) -> Self {
        let size = sizes.first().copied().unwrap_or_default();
        Self { size, sizes: sizes.get(2..).unwrap_or_default(), runs, next: 0 }
    }

    /// The length of a chunk, which are to be asked for in their order; none when nothing is said of
    /// it.
    fn chunk(&mut self, index: usize) -> Option<u64> {
        let number = u32::try_from(index + 1).ok()?;
        let later = self.runs.chunks_exact(3).position(|run| run[0] > number);
        let run = later.unwrap_or(self.runs.len() / 3).checked_sub(1)?;
        let count = *self.runs.get(run * 3 + 1)?;
        if self.size != 0 {
            return Some(u64::from(self.size) * u64::from(count));
        }
        let end = self.next.checked_add(usize::try_from(count).ok()?)?;
        let sizes = self.sizes.get(self.next..end)?;
        self.next = end;
        Some(sizes.iter().map(|size| u64::from(*size)).sum())
    }
}
