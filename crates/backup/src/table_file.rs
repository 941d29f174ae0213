//! The file of a table: JSON lines, compressed with gzip.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;

use estrad_persistence::AnyConnection;
use estrad_persistence::dump::{self, Row, TableShape, parse_line, write_line};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::digest::{HashingWriter, LineHasher, TableDigest};
use crate::directory::{TABLES, create_file};
use crate::error::write_error;
use crate::manifest::{FileEntry, TableEntry};
use crate::{BackupError, Progress};

/// The longest line that is read: far more than what the server stores in one row.
const MAX_LINE: u64 = 64 << 20;

/// Writes all rows of a table.
pub(crate) fn write(
    connection: &mut AnyConnection,
    shape: &TableShape,
    root: &Path,
    progress: &dyn Progress,
) -> Result<(TableEntry, FileEntry), BackupError> {
    let path = format!("{TABLES}/{}.jsonl.gz", shape.name);
    let place = root.join(&path);
    let file = create_file(&place).map_err(write_error(&place))?;
    let hashing = HashingWriter::new(BufWriter::new(file));
    // No time and no name in its head: the same rows are the same bytes.
    let mut gzip = GzEncoder::new(hashing, Compression::default());
    let (mut hasher, mut line) = (LineHasher::default(), String::new());
    dump::read(connection, shape, |row| {
        line.clear();
        write_line(&row, &mut line);
        hasher.line(&line);
        progress.advance(1);
        gzip.write_all(line.as_bytes()).map_err(write_error(&place))
    })?;
    let finish = || {
        let (buffer, bytes, sha256) = gzip.finish()?.finish();
        buffer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok((bytes, sha256))
    };
    let (bytes, sha256) = finish().map_err(write_error(&place))?;
    let mut entry = TableEntry::new(shape, path.clone());
    let TableDigest { rows, sha256: lines_sha256 } = hasher.finish();
    (entry.rows, entry.lines_sha256) = (rows, lines_sha256);
    if shape.numbered {
        entry.last_id = Some(dump::last_id(connection, shape)?);
    }
    Ok((entry, FileEntry { path, bytes, sha256 }))
}

/// Reads the rows of a table one by one; each comes with the number of its line, from 1, or with
/// what is wrong with it.
pub(crate) struct TableReader<'a> {
    shape: &'a TableShape,
    lines: BufReader<MultiGzDecoder<BufReader<File>>>,
    number: u64,
    ended: bool,
}

impl<'a> TableReader<'a> {
    pub(crate) fn open(root: &Path, path: &str, shape: &'a TableShape) -> io::Result<Self> {
        let file = BufReader::new(File::open(root.join(path))?);
        let lines = BufReader::new(MultiGzDecoder::new(file));
        Ok(Self { shape, lines, number: 0, ended: false })
    }

    fn line(&mut self) -> Result<Option<Row>, String> {
        let mut line = Vec::new();
        let mut limited = (&mut self.lines).take(MAX_LINE);
        match limited.read_until(b'\n', &mut line) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) => return Err(format!("it can't be read: {error}")),
        }
        self.number += 1;
        let Some(content) = line.strip_suffix(b"\n") else {
            return Err(format!("line {} is cut off, or too long", self.number));
        };
        let row = parse_line(self.shape, content);
        row.map(Some).map_err(|fault| format!("line {}: {fault}", self.number))
    }
}

impl Iterator for TableReader<'_> {
    type Item = Result<(u64, Row), String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let line = self.line();
        // What follows a line that can't be read means nothing.
        self.ended = !matches!(line, Ok(Some(_)));
        line.map(|row| row.map(|row| (self.number, row))).transpose()
    }
}
