//! Where the database is, and how one connection to it is made.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::{Connection as _, InstrumentationEvent, SimpleConnection};
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::{ConnectionError, PgConnection, SqliteConnection};
use thiserror::Error;

use crate::AnyConnection;

/// Which database, and where.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file, made when it is not there.
    Sqlite(PathBuf),
    /// A connection URL or string as libpq takes it.
    Postgres(String),
}

/// A database URL that is neither SQLite's nor PostgreSQL's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a database URL starts with postgres://, postgresql:// or sqlite:")]
pub struct UnknownScheme;

impl Location {
    /// Reads `postgres://…`, `postgresql://…` or `sqlite:PATH`.
    ///
    /// # Errors
    /// [`UnknownScheme`].
    pub fn parse(url: &str) -> Result<Self, UnknownScheme> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        match url.strip_prefix("sqlite:") {
            Some(path) => {
                let path = path.strip_prefix("//").unwrap_or(path);
                if path.is_empty() { Err(UnknownScheme) } else { Ok(Self::Sqlite(path.into())) }
            }
            None => Err(UnknownScheme),
        }
    }
}

/// Shows no password.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let rest = rest.split('?').next().unwrap_or_default();
                let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                write!(f, "{scheme}://{host}")
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Makes the connections of a pool.
#[derive(Debug, Clone)]
pub(crate) struct Manager {
    pub(crate) location: Location,
    pub(crate) busy_timeout: Duration,
    /// Statements sent by all connections together.
    pub(crate) queries: Arc<AtomicU64>,
    /// Connections that broke so far.
    pub(crate) broken: Arc<AtomicU64>,
}

/// A connection in the pool.
pub(crate) struct Member {
    pub(crate) connection: AnyConnection,
    /// When it was last known to be alive.
    alive_at: Instant,
    /// How many had broken by then.
    broken: u64,
}

impl Member {
    fn is_believed(&self, broken: u64) -> bool {
        self.broken == broken && self.alive_at.elapsed() < BELIEVED_FOR
    }
}

/// How long a connection is believed to be alive without being asked, unless another one broke since:
/// they break together. Asking each time would cost PostgreSQL a round trip for every request.
const BELIEVED_FOR: Duration = Duration::from_secs(1);

impl ManageConnection for Manager {
    type Connection = Member;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Member, Self::Error> {
        let mut connection = match &self.location {
            Location::Sqlite(path) => self.open_sqlite(path)?,
            Location::Postgres(url) => AnyConnection::Postgres(
                PgConnection::establish(url).map_err(diesel::r2d2::Error::ConnectionError)?,
            ),
        };
        let queries = Arc::clone(&self.queries);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                queries.fetch_add(1, Ordering::Relaxed);
            }
        });
        let broken = self.broken.load(Ordering::Relaxed);
        Ok(Member { connection, alive_at: Instant::now(), broken })
    }

    fn is_valid(&self, member: &mut Member) -> Result<(), Self::Error> {
        let broken = self.broken.load(Ordering::Relaxed);
        let believed = member.is_believed(broken);
        match &mut member.connection {
            // A file does not go away.
            AnyConnection::Sqlite(_) => Ok(()),
            AnyConnection::Postgres(_) if believed => Ok(()),
            AnyConnection::Postgres(inner) => {
                inner.ping().map_err(diesel::r2d2::Error::QueryError)?;
                // It was the pool's question, not one of ours.
                self.queries.fetch_sub(1, Ordering::Relaxed);
                (member.alive_at, member.broken) = (Instant::now(), broken);
                Ok(())
            }
        }
    }

    fn has_broken(&self, member: &mut Member) -> bool {
        let broken = match &mut member.connection {
            AnyConnection::Sqlite(inner) => inner.is_broken(),
            AnyConnection::Postgres(inner) => inner.is_broken(),
        };
        if broken {
            self.broken.fetch_add(1, Ordering::Relaxed);
        }
        broken || std::thread::panicking()
    }
}

impl Manager {
    fn open_sqlite(&self, path: &std::path::Path) -> Result<AnyConnection, diesel::r2d2::Error> {
        let name = path.to_str().ok_or_else(|| {
            diesel::r2d2::Error::ConnectionError(ConnectionError::BadConnection(
                "the path is not valid Unicode".into(),
            ))
        })?;
        let mut inner =
            SqliteConnection::establish(name).map_err(diesel::r2d2::Error::ConnectionError)?;
        // WAL lets readers go on while one writes. FULL syncs the log at each commit: what was
        // acknowledged survives a power cut too.
        inner
            .batch_execute(&format!(
                "PRAGMA busy_timeout = {};
                 PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 PRAGMA foreign_keys = ON;
                 PRAGMA temp_store = MEMORY;
                 PRAGMA cache_size = -8000;",
                self.busy_timeout.as_millis()
            ))
            .map_err(diesel::r2d2::Error::QueryError)?;
        Ok(AnyConnection::Sqlite(inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides_which_database_it_is() {
        assert_eq!(Location::parse("sqlite:/tmp/a.db"), Ok(Location::Sqlite("/tmp/a.db".into())));
        assert_eq!(Location::parse("sqlite:///tmp/a.db"), Ok(Location::Sqlite("/tmp/a.db".into())));
        assert!(matches!(Location::parse("postgresql://h/d"), Ok(Location::Postgres(_))));
        for bad in ["mysql://h/d", "", "sqlite:", "/tmp/a.db"] {
            assert_eq!(Location::parse(bad), Err(UnknownScheme), "{bad:?}");
        }
    }

    #[test]
    fn a_location_is_shown_without_its_password() {
        let location = Location::parse("postgres://me:s3cret@db.example.org:5432/estrad?sslmode=x")
            .expect("a URL");
        assert_eq!(location.to_string(), "postgres://db.example.org:5432/estrad");
        assert!(!format!("{location:?}").contains("s3cret"));
    }
}
