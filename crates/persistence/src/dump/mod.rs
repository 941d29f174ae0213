//! All rows of all tables, out of a database and into an empty one: for backups and for copies from
//! one kind of database to the other.
//!
//! The tables are a fixed list ([`tables`]), so that a table that nobody thought of is refused
//! instead of left out. Their columns are read from the database's own catalogue ([`shape`]), so
//! that a column that is added later is covered without a change here. Values have one form for
//! both databases ([`Value`]); the same content gives the same lines, byte by byte.

mod catalogue;
mod line;
mod load;
mod raw;
mod read;
mod shape;
mod tables;
mod value;

pub use catalogue::{shapes, uncovered};
pub use line::{LineFault, parse_line, write_line};
pub use load::{Loader, are_empty, lock_empty};
pub use read::{last_id, read};
pub use shape::{Column, Reference, TableShape};
pub use tables::{TABLES, Table};
pub use value::{Kind, Row, Value};
