//! The library over real databases: nothing is forgotten, and every value survives every way.

mod completeness;
mod values;

use estrad_persistence::{Database, Location, Options};
use estrad_testkit::fingerprint_of_migrations;
use estrad_testkit::postgres::{TestDatabase, create_database};

/// An empty, migrated database, gone when dropped.
enum Fresh {
    Sqlite(tempfile::TempDir),
    Postgres(TestDatabase),
}

impl Fresh {
    fn sqlite() -> Self {
        let fresh = Self::Sqlite(tempfile::tempdir().expect("a directory"));
        Database::migrate(&fresh.options()).expect("migrates");
        fresh
    }

    fn postgres() -> Self {
        Self::Postgres(create_database(&fingerprint_of_migrations(), |url| {
            let location = Location::Postgres(url.to_owned());
            Database::migrate(&Options::new(location)).expect("migrates");
        }))
    }

    fn options(&self) -> Options {
        Options::new(match self {
            Self::Sqlite(directory) => Location::Sqlite(directory.path().join("estrad.db")),
            Self::Postgres(database) => Location::Postgres(database.url.clone()),
        })
    }

    fn open(&self) -> Database {
        Database::open(&self.options()).expect("opens")
    }
}

fn block_on<F: Future>(work: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(work)
}
