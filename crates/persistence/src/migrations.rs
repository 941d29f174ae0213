//! The embedded migrations: run at start, refused when the database is ahead of the program.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{AnyConnection, Location, OpenError};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Any number that nothing else locks: nodes that start together migrate one after another.
const ADVISORY_LOCK: i64 = 0x0065_7374_7261_6400;

type BoxedError = Box<dyn std::error::Error + Send + Sync>;

/// Brings the schema up to date and says which migrations were run.
pub(crate) fn run(
    connection: &mut AnyConnection,
    location: &Location,
) -> Result<Vec<String>, OpenError> {
    let failed = |source| OpenError::Migration { location: location.to_string(), source };
    if let Some(migration) = first_unknown(connection).map_err(failed)? {
        return Err(OpenError::Newer { location: location.to_string(), migration });
    }
    let applied = match connection {
        AnyConnection::Sqlite(inner) => inner.run_pending_migrations(SQLITE).map(names),
        AnyConnection::Postgres(inner) => {
            locked(inner, |inner| inner.run_pending_migrations(POSTGRES).map(names))
        }
    };
    applied.map_err(failed)
}

/// Whether everything that this program knows of has been run.
pub(crate) fn are_current(connection: &mut AnyConnection) -> Result<bool, BoxedError> {
    match connection {
        AnyConnection::Sqlite(inner) => inner.has_pending_migration(SQLITE),
        AnyConnection::Postgres(inner) => inner.has_pending_migration(POSTGRES),
    }
    .map(|pending| !pending)
}

/// A name for the state of the schema, to tell one from another.
pub(crate) fn latest() -> Option<String> {
    known::<Sqlite>(&SQLITE).ok()?.into_iter().max()
}

fn locked<T>(
    inner: &mut diesel::PgConnection,
    work: impl FnOnce(&mut diesel::PgConnection) -> Result<T, BoxedError>,
) -> Result<T, BoxedError> {
    inner.batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))?;
    let result = work(inner);
    inner.batch_execute(&format!("SELECT pg_advisory_unlock({ADVISORY_LOCK})"))?;
    result
}

fn first_unknown(connection: &mut AnyConnection) -> Result<Option<String>, BoxedError> {
    let (known, applied) = match connection {
        AnyConnection::Sqlite(inner) => (known::<Sqlite>(&SQLITE)?, inner.applied_migrations()?),
        AnyConnection::Postgres(inner) => {
            // Asking creates diesel's own table, which must not happen on two nodes at once.
            (known::<Pg>(&POSTGRES)?, locked(inner, |inner| inner.applied_migrations())?)
        }
    };
    Ok(applied.into_iter().map(|version| version.to_string()).filter(|v| !known.contains(v)).min())
}

fn known<DB: diesel::backend::Backend>(
    source: &EmbeddedMigrations,
) -> Result<Vec<String>, BoxedError> {
    let migrations: Vec<Box<dyn Migration<DB>>> = source.migrations()?;
    Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
}

fn names(versions: Vec<MigrationVersion<'_>>) -> Vec<String> {
    versions.into_iter().map(|version| version.to_string()).collect()
}
