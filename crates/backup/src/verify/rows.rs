//! The rows of a backup: each can be read, its key comes once, and what it refers to is there.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use estrad_media::ContentHash;
use estrad_persistence::dump::{Row, TableShape, Value, write_line};

use super::keys::Keys;
use super::{Faults, Sound};
use crate::create::{HASH_COLUMN, MEDIA_TABLE};
use crate::digest::LineHasher;
use crate::directory::MEDIA;
use crate::error::read_error;
use crate::manifest::{FileEntry, MANIFEST_FILE, Manifest, TableEntry};
use crate::table_file::TableReader;
use crate::{BackupError, Progress};

/// Reads the tables whose files are sound. The others have been told of.
pub(super) fn check(
    backup: &Path,
    manifest: &Manifest,
    sound: &Sound,
    faults: &mut Faults,
    progress: &dyn Progress,
) -> Result<(), BackupError> {
    let mut keys = Keys::default();
    for reference in manifest.tables.iter().flat_map(|table| &table.references) {
        keys.want(&reference.table, &reference.target);
    }
    let files = Files {
        named: manifest.files.iter().map(|file| (file.path.as_str(), file)).collect(),
        missing: manifest.missing_media.iter().map(String::as_str).collect(),
    };
    // Without the rows of one table, those of others would seem to refer to nothing.
    let mut unread = Vec::new();
    for entry in &manifest.tables {
        let Some(shape) = entry.shape() else {
            faults.add(
                MANIFEST_FILE,
                format!("the table {} has columns of an unknown kind", entry.name),
            );
            unread.push(entry.name.as_str());
            continue;
        };
        if !sound.contains(&entry.file) {
            if !files.named.contains_key(entry.file.as_str()) {
                faults.add(MANIFEST_FILE, format!("it has no file of the table {}", entry.name));
            }
            unread.push(entry.name.as_str());
            continue;
        }
        progress.begin(&entry.name, Some(entry.rows));
        let table = Table { entry, shape: &shape, files: &files, unread: &unread };
        table.check(backup, &mut keys, faults, progress)?;
    }
    Ok(())
}

/// What the manifest says of files.
struct Files<'a> {
    named: BTreeMap<&'a str, &'a FileEntry>,
    /// Contents that the server did not have either.
    missing: BTreeSet<&'a str>,
}

struct Table<'a> {
    entry: &'a TableEntry,
    shape: &'a TableShape,
    files: &'a Files<'a>,
    /// Tables of which nothing is known.
    unread: &'a [&'a str],
}

impl Table<'_> {
    fn check(
        &self,
        backup: &Path,
        keys: &mut Keys,
        faults: &mut Faults,
        progress: &dyn Progress,
    ) -> Result<(), BackupError> {
        let (entry, shape) = (self.entry, self.shape);
        let path = backup.join(&entry.file);
        let rows = TableReader::open(backup, &entry.file, shape).map_err(read_error(&path))?;
        let (mut hasher, mut text) = (LineHasher::default(), String::new());
        let (mut before, mut highest) = (None::<Row>, 0);
        // References to later rows of the same table, by line.
        let mut later = Vec::new();
        for row in rows {
            progress.advance(1);
            let (line, row) = match row {
                Ok(row) => row,
                Err(what) => {
                    faults.add(&entry.file, what);
                    return Ok(());
                }
            };
            text.clear();
            write_line(&row, &mut text);
            hasher.line(&text);
            let key = &row[..shape.key_columns.min(row.len())];
            if before.as_ref().is_some_and(|before| !comes_after(key, before)) {
                faults.add(
                    &entry.file,
                    format!("line {line}: its key does not come after the one before"),
                );
            }
            if let (Some(_), [Value::Integer(id), ..]) = (entry.last_id, key) {
                highest = highest.max(*id);
            }
            before = Some(key.to_vec());
            self.remember(keys, &row);
            self.check_references(keys, line, &row, &mut later, faults);
            self.check_media(line, &row, faults);
        }
        for (line, place, value) in later {
            let reference = &shape.references[place];
            if !keys.has(&reference.table, &reference.target, &value) {
                faults.add(&entry.file, dangling(line, &reference.column, &reference.table));
            }
        }
        let digest = hasher.finish();
        if digest.rows != entry.rows {
            let (found, expected) = (digest.rows, entry.rows);
            faults.add(&entry.file, format!("it has {found} rows instead of {expected}"));
        } else if digest.sha256 != entry.lines_sha256 {
            faults.add(&entry.file, "its rows do not have the digest in the manifest");
        }
        if entry.last_id.is_some_and(|last_id| last_id < highest) {
            faults
                .add(MANIFEST_FILE, format!("rows of {} have ids after the last one", entry.name));
        }
        Ok(())
    }

    fn remember(&self, keys: &mut Keys, row: &Row) {
        for (column, value) in self.shape.columns.iter().zip(row) {
            if keys.wants(&self.shape.name, &column.name) {
                keys.add(&self.shape.name, &column.name, value);
            }
        }
    }

    fn check_references(
        &self,
        keys: &Keys,
        line: u64,
        row: &Row,
        later: &mut Vec<(u64, usize, Value)>,
        faults: &mut Faults,
    ) {
        for (place, reference) in self.shape.references.iter().enumerate() {
            let value = self.shape.place(&reference.column).and_then(|column| row.get(column));
            let Some(value) = value.filter(|value| **value != Value::Null) else { continue };
            if self.unread.contains(&reference.table.as_str())
                || keys.has(&reference.table, &reference.target, value)
            {
                continue;
            }
            if reference.table == self.shape.name {
                later.push((line, place, value.clone()));
            } else {
                faults.add(&self.entry.file, dangling(line, &reference.column, &reference.table));
            }
        }
    }

    fn check_media(&self, line: u64, row: &Row, faults: &mut Faults) {
        if self.shape.name != MEDIA_TABLE {
            return;
        }
        let Some(Value::Text(hash)) =
            self.shape.place(HASH_COLUMN).and_then(|place| row.get(place))
        else {
            return;
        };
        let path = format!("{MEDIA}/{hash}");
        if self.files.missing.contains(hash.as_str()) {
            return;
        }
        match self.files.named.get(path.as_str()) {
            None => {
                let what = format!("line {line}: its file {path} is not in the backup");
                faults.add(&self.entry.file, what);
            }
            Some(file) if ContentHash::parse(hash).is_none() || file.sha256 != *hash => {
                faults.add(&path, "its content is another one than its name says");
            }
            Some(_) => {}
        }
    }
}

fn dangling(line: u64, column: &str, table: &str) -> String {
    format!("line {line}: {column} refers to a row of {table} that is not there")
}

/// By numbers, and by the bytes of texts. What can't be compared is believed.
fn comes_after(key: &[Value], before: &[Value]) -> bool {
    let compare = |(a, b): (&Value, &Value)| match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        _ => None,
    };
    for pair in key.iter().zip(before) {
        match compare(pair) {
            Some(Ordering::Equal) => {}
            Some(order) => return order == Ordering::Greater,
            None => return true,
        }
    }
    false
}
