//! A database of its own for each test.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use estrad_persistence::{Database, Location, Options};

use crate::postgres::{self, TestDatabase};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file in a temporary directory.
    Sqlite,
    /// A database on the server that `cargo xtask test` starts.
    Postgres,
}

/// A fresh, migrated database, gone when dropped.
pub(crate) enum Fresh {
    Sqlite(tempfile::TempDir),
    Postgres(TestDatabase),
}

impl Fresh {
    /// Blocks: call it outside of a runtime.
    pub(crate) fn create(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::Sqlite(tempfile::tempdir().expect("a temporary directory")),
            Backend::Postgres => {
                let fingerprint: String = Database::latest_migration()
                    .chars()
                    .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
                    .collect();
                Self::Postgres(postgres::create_database(&fingerprint, |url| {
                    let location = Location::Postgres(url.to_owned());
                    Database::migrate(&Options::new(location)).expect("migrates");
                }))
            }
        }
    }

    pub(crate) fn location(&self) -> Location {
        match self {
            Self::Sqlite(dir) => Location::Sqlite(dir.path().join("estrad.db")),
            Self::Postgres(database) => Location::Postgres(database.url.clone()),
        }
    }
}

/// Runs a statement past everything, for what can't be brought about otherwise. Blocks.
///
/// # Panics
/// When the database can't be reached or refuses.
pub fn run_sql(location: &Location, sql: &str) {
    let done = match location {
        Location::Sqlite(path) => {
            let path = path.to_str().expect("a path in UTF-8");
            SqliteConnection::establish(path).expect("connects").batch_execute(sql)
        }
        Location::Postgres(url) => {
            PgConnection::establish(url).expect("connects").batch_execute(sql)
        }
    };
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}
