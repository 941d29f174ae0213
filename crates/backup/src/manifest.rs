//! `manifest.json`: what a backup is made of.

use chrono::{DateTime, Utc};
use estrad_persistence::dump::{Column, Kind, Reference, TableShape};
use serde::{Deserialize, Serialize};

/// The manifest's file.
pub(crate) const MANIFEST_FILE: &str = "manifest.json";
/// The manifest's own digest, as `sha256sum` writes and checks it.
pub(crate) const SUM_FILE: &str = "manifest.json.sha256";
/// The form of backups that this version writes, and the newest that it reads.
pub(crate) const FORMAT: u32 = 1;

/// What a backup is made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of the backup.
    pub format: u32,
    /// The version of Estrad that made it.
    pub program: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// The migrations that had been run on the database, in their order: its schema.
    pub migrations: Vec<String>,
    /// The tables, each one after those that it refers to.
    pub tables: Vec<TableEntry>,
    /// Hashes of media that rows name and that were missing or damaged on the server already.
    pub missing_media: Vec<String>,
    /// What became of the signing key.
    pub key: KeyState,
    /// All files but the manifest and its digest.
    pub files: Vec<FileEntry>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableEntry {
    /// Its name.
    pub name: String,
    /// Its file, as a path in the backup.
    pub file: String,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 of its lines, before they are compressed.
    pub lines_sha256: String,
    /// The highest id that was ever given to a row, where the database numbers them.
    pub last_id: Option<i64>,
    /// How many columns, from the first one on, are the primary key.
    pub key_columns: usize,
    /// The columns, in the order of the values in a line.
    pub columns: Vec<ColumnEntry>,
    /// Which of them refer to rows of other tables.
    pub references: Vec<ReferenceEntry>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnEntry {
    /// Its name.
    pub name: String,
    /// What its values are: `integer`, `boolean`, `double`, `text`, `timestamp` or `bytes`.
    pub kind: String,
    /// Whether it may be empty.
    pub nullable: bool,
}

/// One reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceEntry {
    /// The column that refers.
    pub column: String,
    /// The table that is referred to.
    pub table: String,
    /// The column there.
    pub target: String,
}

/// What became of the signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// It is in the backup.
    Included,
    /// It was left out, as was asked for.
    LeftOut,
    /// It is a setting of the operator's, and no file.
    Setting,
    /// There was none yet.
    None,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its path in the backup.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub sha256: String,
}

impl TableEntry {
    /// The entry of a table that was written.
    pub(crate) fn new(shape: &TableShape, file: String) -> Self {
        let column = |column: &Column| ColumnEntry {
            name: column.name.clone(),
            kind: column.kind.name().to_owned(),
            nullable: column.nullable,
        };
        let reference = |reference: &Reference| ReferenceEntry {
            column: reference.column.clone(),
            table: reference.table.clone(),
            target: reference.target.clone(),
        };
        Self {
            name: shape.name.clone(),
            file,
            rows: 0,
            lines_sha256: String::new(),
            last_id: None,
            key_columns: shape.key_columns,
            columns: shape.columns.iter().map(column).collect(),
            references: shape.references.iter().map(reference).collect(),
        }
    }

    /// The table as it was; none if a kind is not known.
    pub(crate) fn shape(&self) -> Option<TableShape> {
        let column = |column: &ColumnEntry| {
            Some(Column {
                name: column.name.clone(),
                kind: Kind::of_name(&column.kind)?,
                nullable: column.nullable,
            })
        };
        let reference = |reference: &ReferenceEntry| Reference {
            column: reference.column.clone(),
            table: reference.table.clone(),
            target: reference.target.clone(),
        };
        Some(TableShape {
            name: self.name.clone(),
            columns: self.columns.iter().map(column).collect::<Option<_>>()?,
            key_columns: self.key_columns,
            references: self.references.iter().map(reference).collect(),
            numbered: self.last_id.is_some(),
        })
    }
}

impl Manifest {
    /// Rows of all tables together.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Media files, thumbnails not counted, and the bytes of all of them together.
    pub fn media(&self) -> (usize, u64) {
        let media = self.files.iter().filter(|file| file.path.starts_with("media/"));
        let originals = media.clone().filter(|file| !file.path.ends_with(".thumb")).count();
        (originals, media.map(|file| file.bytes).sum())
    }
}
