//! The embedded migrations: run at start, refused when the database is ahead of the program.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
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
    let failed = |source| OpenError::migration(location, source);
    refuse_newer(connection, location)?;
    let applied = match connection {
        AnyConnection::Sqlite(inner) => {
            alone(inner, |inner| inner.run_pending_migrations(SQLITE).map(names))
        }
        AnyConnection::Postgres(inner) => {
            locked(inner, |inner| inner.run_pending_migrations(POSTGRES).map(names))
        }
    };
    applied.map_err(failed)
}

/// Refuses a database that a newer version has migrated.
pub(crate) fn refuse_newer(
    connection: &mut AnyConnection,
    location: &Location,
) -> Result<(), OpenError> {
    let failed = |source| OpenError::migration(location, source);
    match first_unknown(connection).map_err(failed)? {
        Some(migration) => Err(OpenError::Newer { location: location.to_string(), migration }),
        None => Ok(()),
    }
}

/// Runs these migrations in their order, if they have not been run, and says which were. Whatever
/// else is known stays pending.
pub(crate) fn run_only(
    connection: &mut AnyConnection,
    location: &Location,
    versions: &[String],
) -> Result<Vec<String>, OpenError> {
    let failed = |source| OpenError::migration(location, source);
    let ran = match connection {
        AnyConnection::Sqlite(inner) => alone(inner, |inner| listed(inner, SQLITE, versions)),
        AnyConnection::Postgres(inner) => locked(inner, |inner| listed(inner, POSTGRES, versions)),
    };
    ran.map_err(failed)
}

fn listed<DB: diesel::backend::Backend, C: MigrationHarness<DB>>(
    inner: &mut C,
    source: EmbeddedMigrations,
    versions: &[String],
) -> Result<Vec<String>, BoxedError>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let mut ran = Vec::new();
    for migration in inner.pending_migrations(source)? {
        let version = migration.name().version().to_string();
        if versions.contains(&version) {
            inner.run_migration(&migration)?;
            ran.push(version);
        }
    }
    Ok(ran)
}

/// The migrations that have been run, in their order.
pub(crate) fn applied(connection: &mut AnyConnection) -> Result<Vec<String>, BoxedError> {
    let mut versions = match connection {
        AnyConnection::Sqlite(inner) => inner.applied_migrations()?,
        // Asking creates diesel's own table, which must not happen on two nodes at once.
        AnyConnection::Postgres(inner) => locked(inner, |inner| inner.applied_migrations())?,
    };
    versions.sort();
    Ok(names(versions))
}

/// The migrations that this program knows, in their order.
pub(crate) fn all() -> Vec<String> {
    let mut versions = known::<Sqlite>(&SQLITE).unwrap_or_default();
    versions.sort();
    versions
}

/// Whether everything that this program knows of has been run.
pub(crate) fn are_current(connection: &mut AnyConnection) -> Result<bool, BoxedError> {
    match connection {
        AnyConnection::Sqlite(inner) => inner.has_pending_migration(SQLITE),
        AnyConnection::Postgres(inner) => inner.has_pending_migration(POSTGRES),
    }
    .map(|pending| !pending)
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

/// Runs migrations of SQLite all or nothing, and only one process at a time: whoever comes second
/// finds them done. The foreign keys are off meanwhile, as a table that is made anew has to be
/// dropped, which would take along whatever refers to its rows; they are checked before anything
/// is kept. (<https://sqlite.org/lang_altertable.html#otheralter>)
fn alone(
    inner: &mut SqliteConnection,
    work: impl FnOnce(&mut SqliteConnection) -> Result<Vec<String>, BoxedError>,
) -> Result<Vec<String>, BoxedError> {
    // Within a transaction this would do nothing.
    inner.batch_execute("PRAGMA foreign_keys = OFF")?;
    let result = inner.immediate_transaction(|inner| {
        let applied = work(inner)?;
        if !applied.is_empty() {
            let dangling = diesel::select(sql::<BigInt>("COUNT(*) FROM pragma_foreign_key_check"));
            match dangling.get_result::<i64>(inner)? {
                0 => {}
                rows => return Err(format!("{rows} rows refer to what is not there").into()),
            }
        }
        Ok(applied)
    });
    inner.batch_execute("PRAGMA foreign_keys = ON")?;
    result
}

fn first_unknown(connection: &mut AnyConnection) -> Result<Option<String>, BoxedError> {
    let known = match connection {
        AnyConnection::Sqlite(_) => known::<Sqlite>(&SQLITE)?,
        AnyConnection::Postgres(_) => known::<Pg>(&POSTGRES)?,
    };
    Ok(applied(connection)?.into_iter().find(|version| !known.contains(version)))
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
