//! One connection to either database.

use diesel::prelude::*;

/// A connection to SQLite or PostgreSQL. Queries are written once and run on both.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// The embedded default.
    Sqlite(SqliteConnection),
    /// For many nodes on one truth.
    Postgres(PgConnection),
}

/// Runs the same expression on the connection of whichever database it is.
///
/// For the few statements that diesel does not offer over a `MultiConnection`: upserts, inserts of
/// several rows, row locks.
macro_rules! on_each {
    ($conn:expr, |$inner:ident| $body:expr) => {
        match $conn {
            $crate::AnyConnection::Sqlite($inner) => $body,
            $crate::AnyConnection::Postgres($inner) => $body,
        }
    };
}

pub(crate) use on_each;
