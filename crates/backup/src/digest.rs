//! SHA-256 of what passes by.

use std::io::{self, Read, Write};

use estrad_persistence::dump::{self, TableShape, write_line};
use estrad_persistence::{AnyConnection, Error as StorageError};
use sha2::{Digest as _, Sha256};

/// How many rows a table has, and SHA-256 of their lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableDigest {
    pub(crate) rows: u64,
    pub(crate) sha256: String,
}

/// Makes a [`TableDigest`], line by line.
#[derive(Default)]
pub(crate) struct LineHasher {
    hasher: Sha256,
    rows: u64,
}

impl LineHasher {
    pub(crate) fn line(&mut self, line: &str) {
        self.hasher.update(line);
        self.rows += 1;
    }

    pub(crate) fn finish(self) -> TableDigest {
        TableDigest { rows: self.rows, sha256: hex(self.hasher) }
    }
}

/// The digest of a table as it is in the database.
pub(crate) fn of_table(
    connection: &mut AnyConnection,
    shape: &TableShape,
) -> Result<TableDigest, StorageError> {
    let (mut hasher, mut line) = (LineHasher::default(), String::new());
    dump::read(connection, shape, |row| {
        line.clear();
        write_line(&row, &mut line);
        hasher.line(&line);
        Ok::<_, StorageError>(())
    })?;
    Ok(hasher.finish())
}

pub(crate) fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

/// Counts and digests what is written through it.
pub(crate) struct HashingWriter<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> HashingWriter<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0 }
    }

    /// What was written to, how many bytes, and their digest.
    pub(crate) fn finish(self) -> (W, u64, String) {
        (self.inner, self.bytes, hex(self.hasher))
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.hasher.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Counts and digests all that there is to read, and copies it.
pub(crate) fn copy(from: &mut impl Read, to: impl Write) -> io::Result<(u64, String)> {
    let mut to = HashingWriter::new(to);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => to.write_all(&buffer[..read])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    to.flush()?;
    let (_, bytes, sha256) = to.finish();
    Ok((bytes, sha256))
}
