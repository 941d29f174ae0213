//! The database as the async side sees it: closures in, results out, never a blocked thread.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use diesel::QueryResult;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::{ManageConnection, Pool, R2D2Connection as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::connection::on_each;
use crate::manager::Manager;
use crate::rekey::Collision;
use crate::{AnyConnection, Error, Location, OpenError, Result, file, migrations, queries, rekey};

/// How a database is opened.
#[derive(Debug, Clone)]
pub struct Options {
    #[expect(missing_docs, reason = "says itself")]
    pub location: Location,
    /// Connections for reading, at least 1.
    pub readers: u32,
    /// How long a caller waits for a connection, or for SQLite's lock, before it is told that the
    /// database is busy.
    pub busy_timeout: Duration,
}

impl Options {
    /// The defaults for a place.
    pub fn new(location: Location) -> Self {
        Self { location, readers: 4, busy_timeout: Duration::from_secs(5) }
    }
}

/// A handle to the database; clones share its connections.
///
/// SQLite has one connection for writing and several for reading: its lock is never fought for by
/// our own threads. PostgreSQL has one pool for both. A semaphore stands before each, so that no
/// blocking thread is ever taken up by waiting.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    location: Location,
    queries: Arc<AtomicU64>,
    readers: Lane,
    writers: Lane,
    collisions: OnceLock<Vec<Collision>>,
}

/// Connections, and who may wait for them.
struct Lane {
    pool: Pool<Manager>,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    patience: Duration,
}

/// How long a lost database is tried to be reached again before a caller is told. Nobody waits that
/// long for others: the semaphore lets in no more callers than there are connections.
const CONNECT_PATIENCE: Duration = Duration::from_secs(1);
/// The most callers that wait for a connection of one kind; the next one is told "busy" at once.
const MAX_WAITING: usize = 4_096;

impl Database {
    /// Opens the database and brings its schema up to date. Blocks: call it before serving.
    ///
    /// # Errors
    /// [`OpenError`], which names the database.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        let database = Self::connect(options);
        let mut connection = database.writable_connection()?;
        let done = bring_up_to_date(&mut connection, &options.location);
        let (_, collisions) =
            done.map_err(|error| error.of_connection(is_gone(&mut connection)))?;
        // Set here only.
        let _ = database.inner.collisions.set(collisions);
        Ok(database)
    }

    /// Brings the schema up to date and says which migrations were run for it. Blocks.
    ///
    /// # Errors
    /// [`OpenError`], which names the database.
    pub fn migrate(options: &Options) -> Result<Vec<String>, OpenError> {
        let mut connection = Self::connect(options).writable_connection()?;
        Ok(bring_up_to_date(&mut connection, &options.location)?.0)
    }

    /// Opens a database with the schema that it has, and says which migrations have been run on it.
    /// Nothing is migrated, so a server of an older version can go on with it. Blocks.
    ///
    /// # Errors
    /// [`OpenError`], also when there is none, or when a newer version has migrated it.
    pub fn open_as_it_is(options: &Options) -> Result<(Self, Vec<String>), OpenError> {
        let location = options.location.to_string();
        if let Location::Sqlite(path) = &options.location
            && !path.exists()
        {
            return Err(OpenError::Missing { location });
        }
        let database = Self::connect(options);
        let mut connection = database.first_connection()?;
        migrations::refuse_newer(&mut connection, &options.location)?;
        let failed = |source| OpenError::connect(&options.location, source);
        let applied = migrations::applied(&mut connection).map_err(failed)?;
        if applied.is_empty() {
            return Err(OpenError::Missing { location });
        }
        Ok((database, applied))
    }

    /// Opens a database, runs these migrations and no others, and says which have been run on it
    /// now. Blocks.
    ///
    /// # Errors
    /// [`OpenError`], which names the database.
    pub fn open_at(
        options: &Options,
        versions: &[String],
    ) -> Result<(Self, Vec<String>), OpenError> {
        let database = Self::connect(options);
        let mut connection = database.writable_connection()?;
        migrations::refuse_newer(&mut connection, &options.location)?;
        migrations::run_only(&mut connection, &options.location, versions)?;
        let failed = |source| OpenError::connect(&options.location, source);
        let applied = migrations::applied(&mut connection).map_err(failed)?;
        Ok((database, applied))
    }

    /// The versions of the migrations that this program knows, in their order.
    pub fn known_migrations() -> Vec<String> {
        migrations::all()
    }

    fn connect(options: &Options) -> Self {
        let queries = Arc::new(AtomicU64::new(0));
        let manager = Manager {
            location: options.location.clone(),
            busy_timeout: options.busy_timeout,
            queries: Arc::clone(&queries),
            broken: Arc::default(),
        };
        let readers = options.readers.max(1);
        let writers = match options.location {
            Location::Sqlite(_) => 1,
            Location::Postgres(_) => readers,
        };
        let lane = |size: u32| Lane {
            pool: Pool::builder()
                .max_size(size)
                .min_idle(Some(0))
                .test_on_check_out(true)
                .connection_timeout(CONNECT_PATIENCE.min(options.busy_timeout))
                .build_unchecked(manager.clone()),
            permits: Arc::new(Semaphore::new(size as usize)),
            waiting: AtomicUsize::new(0),
            patience: options.busy_timeout,
        };
        let inner = Inner {
            location: options.location.clone(),
            queries,
            readers: lane(readers),
            writers: lane(writers),
            collisions: OnceLock::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The first connection is made without the pool, which would try again until its time is out
    /// and keep the reason to itself.
    fn first_connection(&self) -> Result<AnyConnection, OpenError> {
        let manager = Manager {
            location: self.inner.location.clone(),
            busy_timeout: self.inner.writers.patience,
            queries: Arc::clone(&self.inner.queries),
            broken: Arc::default(),
        };
        let made = manager.connect().map(|member| member.connection);
        made.map_err(|source| OpenError::connect(&self.inner.location, source))
    }

    /// As the first connection, of a file that is made for it if need be, and can be written.
    fn writable_connection(&self) -> Result<AnyConnection, OpenError> {
        if let Location::Sqlite(path) = &self.inner.location {
            let failed = |source| OpenError::connect(&self.inner.location, source);
            file::prepare(path).map_err(failed)?;
        }
        self.first_connection()
    }

    /// Whether it is a file that other users of the machine may read. It has the hashes of all passwords in it.
    pub fn is_readable_by_others(&self) -> bool {
        match &self.inner.location {
            Location::Sqlite(path) => file::is_readable_by_others(path),
            Location::Postgres(_) => false,
        }
    }

    /// Where the database is.
    pub fn location(&self) -> &Location {
        &self.inner.location
    }

    /// What had the same key when the database was opened: names that nobody tells apart, from before
    /// that was refused.
    pub fn collisions(&self) -> &[Collision] {
        self.inner.collisions.get().map_or(&[], Vec::as_slice)
    }

    /// How many statements have been sent since the start.
    pub fn queries_sent(&self) -> u64 {
        self.inner.queries.load(Ordering::Relaxed)
    }

    /// Runs one query, or several that need not agree with each other.
    ///
    /// # Errors
    /// The closure's own, or [`Error::Busy`], [`Error::Unavailable`], [`Error::Interrupted`].
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(|inner| &inner.readers, work).await
    }

    /// Runs several queries that all see the same moment.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub async fn snapshot<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(
            |inner| &inner.readers,
            |connection| in_transaction(connection, Kind::Snapshot, work),
        )
        .await
    }

    /// Runs a transaction that changes something: all of it or nothing.
    ///
    /// # Errors
    /// As [`Database::read`]; after an error nothing was changed.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(|inner| &inner.writers, |connection| in_transaction(connection, Kind::Write, work))
            .await
    }

    /// Whether the database answers and has the schema that this program expects.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub async fn is_ready(&self) -> Result<bool> {
        self.read(|connection| migrations::are_current(connection).map_err(Error::Unavailable))
            .await
    }

    async fn run<T, E, F>(&self, lane: impl Fn(&Inner) -> &Lane, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let lane = lane(&self.inner);
        let permit = lane.enter().await?;
        let pool = lane.pool.clone();
        let task = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when the caller has gone.
            let _permit = permit;
            let mut member = pool.get().map_err(|e| E::from(Error::Unavailable(Box::new(e))))?;
            work(&mut member.connection)
        });
        // A panic of the closure is logged by the panic hook; the caller gets an error.
        task.await.unwrap_or_else(|_| Err(E::from(Error::Interrupted)))
    }
}

impl Lane {
    async fn enter(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let _waiter = Waiter::join(&self.waiting)?;
        let permit = Arc::clone(&self.permits).acquire_owned();
        match tokio::time::timeout(self.patience, permit).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Error::Busy),
        }
    }
}

/// A place in the queue for a connection, given up when dropped.
struct Waiter<'a>(&'a AtomicUsize);

impl<'a> Waiter<'a> {
    fn join(waiting: &'a AtomicUsize) -> Result<Self> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let waiter = Self(waiting);
        if before < MAX_WAITING { Ok(waiter) } else { Err(Error::Busy) }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether PostgreSQL has gone away. A file does not.
fn is_gone(connection: &mut AnyConnection) -> bool {
    match connection {
        AnyConnection::Sqlite(_) => false,
        AnyConnection::Postgres(inner) => inner.ping().is_err(),
    }
}

/// Runs the migrations that are pending, says which, and does what they leave to be done in code; with
/// what has the same key.
fn bring_up_to_date(
    connection: &mut AnyConnection,
    location: &Location,
) -> Result<(Vec<String>, Vec<Collision>), OpenError> {
    let failed = |source: Error| OpenError::migration(location, source.into());
    let applied = migrations::run(connection, location)?;
    let collisions = rekey::run(connection).map_err(failed)?;
    loop {
        let done = in_transaction(connection, Kind::Write, queries::text_media::index_some);
        if done.map_err(failed)? == 0 {
            return Ok((applied, collisions));
        }
    }
}

/// What a transaction is for.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Snapshot,
    Write,
}

pub(crate) fn in_transaction<T, E: From<Error>>(
    connection: &mut AnyConnection,
    kind: Kind,
    work: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
) -> Result<T, E> {
    let failed = |error| E::from(Error::from(error));
    begin(connection, kind).map_err(failed)?;
    match work(connection) {
        Ok(value) => {
            commit(connection).map_err(failed)?;
            Ok(value)
        }
        Err(error) => {
            // The first error is the one to tell of. A connection that can't even roll back is
            // found out by the pool, which throws it away.
            let _ = rollback(connection);
            Err(error)
        }
    }
}

fn begin(connection: &mut AnyConnection, kind: Kind) -> QueryResult<()> {
    match connection {
        // A transaction that begins by reading and then writes would fail with "database is
        // locked" whenever another process wrote in between: a writer takes the lock at once.
        AnyConnection::Sqlite(inner) => AnsiTransactionManager::begin_transaction_sql(
            inner,
            match kind {
                Kind::Snapshot => "BEGIN",
                Kind::Write => "BEGIN IMMEDIATE",
            },
        ),
        AnyConnection::Postgres(inner) => AnsiTransactionManager::begin_transaction_sql(
            inner,
            match kind {
                Kind::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                Kind::Write => "BEGIN",
            },
        ),
    }
}

fn commit(connection: &mut AnyConnection) -> QueryResult<()> {
    on_each!(connection, |inner| AnsiTransactionManager::commit_transaction(inner))
}

fn rollback(connection: &mut AnyConnection) -> QueryResult<()> {
    on_each!(connection, |inner| AnsiTransactionManager::rollback_transaction(inner))
}
