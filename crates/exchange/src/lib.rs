//! Taking competitions out and bringing them in: for REST and for the commands alike.
//!
//! `estrad_bundle` knows what a bundle is, `estrad_media` keeps files, `estrad_persistence` keeps
//! rows; here they meet. Whatever comes from outside is checked, sanitised, and then stored whole or
//! not at all.

mod erase;
mod error;
mod export;
mod files;
mod import;
mod safe;

use std::sync::Arc;
use std::time::Duration;

use estrad_auth::Random;
use estrad_domain::clock::Clock;
use estrad_domain::views::Views;
use estrad_media::{Incoming, Library, MediaError, Spool, SpoolLimits};
use estrad_persistence::Database;
use tokio::sync::{Semaphore, SemaphorePermit};

pub use erase::{Erased, Erasure};
pub use error::ExchangeError;
pub use export::Export;
pub use import::{BundleTarget, City, store};
pub use safe::{UnsafeText, make_safe};

use safe::rename_files;

/// What competitions are exchanged with.
#[derive(Clone)]
pub struct Exchange {
    database: Database,
    library: Library,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// Where bundles are while they are received, written or read.
    spool: Spool,
    /// Bundles that are written or read at once.
    turns: Arc<Semaphore>,
    /// What competitions get whose bundles don't say it.
    views: Views,
}

/// How many bundles are written or read at once: each may take a gigabyte of disk.
const TURNS: usize = 2;
/// How long a caller waits for a turn.
const PATIENCE: Duration = Duration::from_secs(30);

impl Exchange {
    #[expect(missing_docs, reason = "says itself")]
    pub fn new(
        database: Database,
        library: Library,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let spool = library.spool(SpoolLimits::default());
        let (turns, views) = (Arc::new(Semaphore::new(TURNS)), Views::default());
        Self { database, library, clock, random, spool, turns, views }
    }

    /// The same, with what competitions get whose bundles don't say when they may be read.
    pub fn with_views(self, views: Views) -> Self {
        Self { views, ..self }
    }

    /// The same, with other limits on the bundles that are received at once.
    pub fn with_limits(self, limits: SpoolLimits) -> Self {
        Self { spool: self.library.spool(limits), ..self }
    }

    /// Begins to receive a bundle of at most so many bytes, if there is a place for it.
    ///
    /// # Errors
    /// [`MediaError::Busy`], [`MediaError::DiskFull`] or [`MediaError::Io`].
    pub async fn receive(&self, limit: u64) -> Result<Incoming, MediaError> {
        self.spool.begin(limit).await
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, ExchangeError> {
        match tokio::time::timeout(PATIENCE, self.turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) | Err(_) => Err(ExchangeError::Busy),
        }
    }
}

/// Runs what blocks off the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ExchangeError> + Send + 'static,
) -> Result<T, ExchangeError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ExchangeError::Interrupted)?
}
