//! When the machine's clock is set: what was to happen at a time happens after as long as before.
//!
//! The database has deadlines as times of the wall clock, so that they serve after a restart and mean
//! something to clients. A server counts from them steadily, whatever its wall clock shows
//! ([`estrad_domain::clock`]). Once that was set, all deadlines are moved by as much in one
//! transaction, and the server's clock with them. Until that is committed, all goes on by the old
//! time; nothing is decided in between ([`Live::clock_stands`]). What arrived before is put into the
//! new time as it is decided upon.

use std::time::Duration;

use estrad_domain::clock::Step;
use estrad_domain::presentation::LogEntry;
use estrad_persistence::queries::presentations;
use estrad_persistence::{AnyConnection, Error as StorageError};

use crate::Live;

/// Pause after the database could not be reached.
const RETRY: Duration = Duration::from_secs(1);

/// Follows the wall clock until the server ends.
pub(crate) async fn follow(live: Live) {
    loop {
        let step = live.alarm().set().await;
        let by_ms = step.by.num_milliseconds();
        match take(&live, step).await {
            Ok(entries) => {
                tracing::warn!(by_ms, presentations = entries.len(), "the clock was set");
                for entry in entries {
                    live.publish(vec![entry]).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, by_ms, "the clock was set; can't move the deadlines yet");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Moves the deadlines and the clock, and gives what was logged.
async fn take(live: &Live, step: Step) -> Result<Vec<LogEntry>, StorageError> {
    let _alone = live.set_clock().await;
    let now = live.now() + step.by;
    let by_ms = step.by.num_milliseconds();
    let entries = live
        .database()
        .write(move |c: &mut AnyConnection| presentations::set_clock(c, by_ms, now))
        .await?;
    live.alarm().take(step);
    Ok(entries)
}
