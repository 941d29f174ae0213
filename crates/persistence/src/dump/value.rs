//! Values, in one form for both databases.

use chrono::NaiveDateTime;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number of up to 64 bits.
    Integer,
    /// True or false.
    Boolean,
    /// A floating-point number of 64 bits.
    Double,
    /// A text in UTF-8.
    Text,
    /// A moment in UTC, to the microsecond.
    Timestamp,
    /// Bytes.
    Bytes,
}

impl Kind {
    /// All kinds.
    const ALL: [Self; 6] =
        [Self::Integer, Self::Boolean, Self::Double, Self::Text, Self::Timestamp, Self::Bytes];

    /// Its name in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Double => "double",
            Self::Text => "text",
            Self::Timestamp => "timestamp",
            Self::Bytes => "bytes",
        }
    }

    /// The kind of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of a column that was declared like this, in the migrations of either database or
    /// in PostgreSQL's `information_schema`.
    pub(super) fn of_declaration(declared: &str) -> Option<Self> {
        match declared.to_ascii_lowercase().as_str() {
            "integer" | "bigint" | "smallint" => Some(Self::Integer),
            "boolean" => Some(Self::Boolean),
            "double precision" | "real" => Some(Self::Double),
            "text" | "character varying" => Some(Self::Text),
            "timestamp" | "timestamp without time zone" => Some(Self::Timestamp),
            "blob" | "bytea" => Some(Self::Bytes),
            _ => None,
        }
    }
}

/// The value of one column of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// Of [`Kind::Integer`].
    Integer(i64),
    /// Of [`Kind::Boolean`].
    Boolean(bool),
    /// Of [`Kind::Double`].
    Double(f64),
    /// Of [`Kind::Text`].
    Text(String),
    /// Of [`Kind::Timestamp`].
    Timestamp(NaiveDateTime),
    /// Of [`Kind::Bytes`].
    Bytes(Vec<u8>),
}

impl Value {
    /// Roughly what it takes in memory.
    pub(super) fn size(&self) -> usize {
        let own = size_of::<Self>();
        match self {
            Self::Text(text) => own + text.len(),
            Self::Bytes(bytes) => own + bytes.len(),
            _ => own,
        }
    }
}

/// One row: a value for each column of the table's [shape](super::TableShape), in its order.
pub type Row = Vec<Value>;
