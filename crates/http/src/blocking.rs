//! Work that takes a while, off the async threads: as much of it at once as there are cores.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::problem::{ErrorWord, Problem};

/// How long work waits for its turn before the caller is told that the server is busy.
const PATIENCE: Duration = Duration::from_secs(10);

static TURNS: LazyLock<Semaphore> = LazyLock::new(|| {
    Semaphore::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
});

/// Runs the work when it is its turn.
pub(crate) async fn run<T, F>(work: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Problem> + Send + 'static,
{
    let turn = match tokio::time::timeout(PATIENCE, TURNS.acquire()).await {
        Ok(Ok(turn)) => turn,
        Ok(Err(_)) | Err(_) => {
            return Err(Problem::from(ErrorWord::Busy).with_retry_after(Duration::from_secs(1)));
        }
    };
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    })
    .await
    .unwrap_or_else(|error| Err(Problem::from(ErrorWord::Internal).with_cause(&error)))
}
