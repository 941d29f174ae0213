//! A database of its own for each test.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

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
                Self::Postgres(postgres::create_database(&fingerprint_of_migrations(), |url| {
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

/// Stands for all migrations with all that they do: two branches may have the same newest one, and
/// one that is being written changes.
///
/// # Panics
/// When they can't be read.
pub fn fingerprint_of_migrations() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/postgres");
    let entries = fs::read_dir(&folder).expect("the migrations");
    let mut migrations: Vec<_> = entries.map(|entry| entry.expect("one").path()).collect();
    migrations.sort();
    let mut hasher = DefaultHasher::new();
    for migration in migrations {
        migration.file_name().hash(&mut hasher);
        fs::read(migration.join("up.sql")).expect("a migration").hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
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
