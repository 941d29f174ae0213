//! What a table looks like, in words that both databases share.

use super::value::Kind;

/// A table, as it is in one database at one schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    /// Its name.
    pub name: String,
    /// Its columns: those of the primary key first, in the key's order, then the others by name.
    pub columns: Vec<Column>,
    /// How many columns, from the first one on, are the primary key.
    pub key_columns: usize,
    /// Columns that hold the key of a row elsewhere, by name.
    pub references: Vec<Reference>,
    /// Whether the database numbers new rows, and never gives a number twice.
    pub numbered: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// Whether a row may have no value there.
    pub nullable: bool,
}

/// A foreign key of one column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The column that refers.
    pub column: String,
    /// The table that is referred to.
    pub table: String,
    /// The column there.
    pub target: String,
}

impl TableShape {
    /// The columns of the primary key.
    pub fn key(&self) -> &[Column] {
        &self.columns[..self.key_columns.min(self.columns.len())]
    }

    /// The place of a column in a row.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|candidate| candidate.name == column)
    }

    /// Whether rows refer to rows of the same table.
    pub(super) fn refers_to_itself(&self) -> bool {
        self.references.iter().any(|reference| reference.table == self.name)
    }

    /// The names of the columns in quotes, separated by commas.
    pub(super) fn column_list(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        names.join(", ")
    }
}

/// A name of the catalogue as SQL takes it, whatever word it is.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
