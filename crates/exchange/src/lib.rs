//! Taking competitions out and bringing them in: for REST and for the commands alike.
//!
//! `estrad_bundle` knows what a bundle is, `estrad_media` keeps files, `estrad_persistence` keeps
//! rows; here they meet. Whatever comes from outside is checked, sanitised, and then stored whole or
//! not at all.

mod error;
mod export;
mod import;
mod safe;

use std::sync::Arc;

use estrad_auth::Random;
use estrad_domain::clock::Clock;
use estrad_media::Library;
use estrad_persistence::Database;

pub use error::ExchangeError;
pub use export::Export;
pub use import::{BundleTarget, City, store};
pub use safe::{UnsafeText, make_safe};

/// What competitions are exchanged with.
#[derive(Clone)]
pub struct Exchange {
    database: Database,
    library: Library,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Exchange {
    #[expect(missing_docs, reason = "says itself")]
    pub fn new(
        database: Database,
        library: Library,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { database, library, clock, random }
    }
}

/// Runs what blocks off the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ExchangeError> + Send + 'static,
) -> Result<T, ExchangeError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ExchangeError::Interrupted)?
}
