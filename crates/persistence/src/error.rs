//! What can go wrong with storage, in the words of the domain.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use estrad_domain::order::OrderOutOfRange;
use thiserror::Error;

use crate::Location;

/// The result of a query.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a query did not do what was asked.
#[derive(Debug, Error)]
pub enum Error {
    /// The thing asked for is not there.
    #[error("not found")]
    NotFound,
    /// Something else has the value already that must be unique.
    #[error("something with this value exists already")]
    Duplicate,
    /// Other things still refer to what was to be deleted.
    #[error("still in use")]
    InUse,
    /// There would be no administrator left.
    #[error("there would be no administrator left")]
    LastAdmin,
    /// The field refers to something that does not exist.
    #[error("{0} refers to something that does not exist")]
    MissingReference(&'static str),
    /// More of something than one thing may have.
    #[error("no more than {limit} {what}")]
    TooMany {
        /// What there would be too many of.
        what: &'static str,
        /// The most there may be.
        limit: i64,
    },
    /// The thing has changed since the caller saw it.
    #[error("changed by somebody else in the meantime")]
    OtherVersion,
    /// A place outside the order, in this field.
    #[error("{0}: {1}")]
    Order(&'static str, #[source] OrderOutOfRange),
    /// All connections are taken and too many callers wait, or one waited too long. Nothing was
    /// done: it can be tried again.
    #[error("the database is busy")]
    Busy,
    /// The database can't be reached or gave up on the connection.
    #[error("the database can't be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no room on the disk of the database. Nothing was changed.
    #[error("the disk of the database is full")]
    Full,
    /// A stored value that this version does not know.
    #[error("a stored value is not known: {0}")]
    UnknownValue(String),
    /// A fault of ours, or of the database.
    #[error("the query failed")]
    Query(#[source] DieselError),
    /// The closure panicked; its transaction was rolled back.
    #[error("the query was interrupted by a fault")]
    Interrupted,
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(kind, info) => match kind {
                DatabaseErrorKind::UniqueViolation => Self::Duplicate,
                // Inserts and updates check what they refer to themselves, to name the field; what
                // is left are deletions.
                DatabaseErrorKind::ForeignKeyViolation => Self::InUse,
                DatabaseErrorKind::RestrictViolation => Self::InUse,
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                    Self::Unavailable(info.message().to_owned().into())
                }
                // SQLITE_BUSY after the busy timeout.
                _ if info.message().contains("database is locked") => Self::Busy,
                // SQLITE_FULL, and what PostgreSQL says of ENOSPC.
                _ if is_full(info.message()) => Self::Full,
                // PostgreSQL that is stopped under way, says so as a plain error.
                _ if is_shutdown(info.message()) => {
                    Self::Unavailable(info.message().to_owned().into())
                }
                kind => Self::Query(DieselError::DatabaseError(kind, info)),
            },
            other => Self::Query(other),
        }
    }
}

fn is_full(message: &str) -> bool {
    message.contains("database or disk is full") || message.contains("No space left on device")
}

fn is_shutdown(message: &str) -> bool {
    message.contains("terminating connection")
        || message.contains("server closed the connection")
        || message.contains("the database system is")
}

/// Why a database could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// No connection could be made.
    #[error("can't open the database {location}")]
    Connect {
        /// Where it should be, without a password.
        location: String,
        /// What the database said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
        /// Whether the same may go well later.
        temporary: bool,
    },
    /// There is no database of ours.
    #[error("there is no database of Estrad's at {location}")]
    Missing {
        /// Where it should be, without a password.
        location: String,
    },
    /// The database was made by a newer version.
    #[error(
        "the database {location} was made by a newer version of Estrad (it has the migration {migration}, \
         which this one does not know): use that version, or restore a backup from before"
    )]
    Newer {
        /// Where it is, without a password.
        location: String,
        /// The first migration that is not known.
        migration: String,
    },
    /// A migration failed; it was rolled back.
    #[error("can't bring the database {location} up to date")]
    Migration {
        /// Where it is, without a password.
        location: String,
        /// What the database said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
        /// Whether the same may go well later.
        temporary: bool,
    },
}

impl OpenError {
    pub(crate) fn connect(
        location: &Location,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        let temporary = matches!(location, Location::Postgres(_));
        Self::Connect { location: location.to_string(), source: source.into(), temporary }
    }

    pub(crate) fn migration(
        location: &Location,
        source: Box<dyn std::error::Error + Send + Sync>,
    ) -> Self {
        Self::Migration { location: location.to_string(), source, temporary: false }
    }

    /// What a migration met is wrapped by diesel so that it can't be looked at; but a connection that is gone is
    /// reason enough.
    pub(crate) fn of_connection(self, is_gone: bool) -> Self {
        match self {
            Self::Migration { location, source, .. } => {
                Self::Migration { location, source, temporary: is_gone }
            }
            other => other,
        }
    }

    /// Whether the same may go well later, without anybody changing what is asked for: PostgreSQL is not up yet,
    /// or went away under way. What it says of a connection that it refuses (a password, a name) has no code that
    /// libpq would hand on, so that counts, too: it may be put right over there.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Connect { temporary, .. } | Self::Migration { temporary, .. } => *temporary,
            Self::Missing { .. } | Self::Newer { .. } => false,
        }
    }
}
