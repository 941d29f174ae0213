//! Forgetting what has run out, so that nothing grows for ever.

use std::time::Duration;

use estrad_auth::Authenticator;
use estrad_media::{Library, Swept};

const INTERVAL: Duration = Duration::from_secs(600);

/// At the start and every ten minutes: expired sessions and revocations, old login failures, and what
/// uploads left that a crash cut short. When sessions were last used is noted then, too.
pub(super) async fn now_and_then(authenticator: Authenticator, library: Library) {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = authenticator.note_uses().await {
            tracing::warn!(%error, "could not note which sessions were used");
        }
        if let Err(error) = authenticator.sweep().await {
            tracing::warn!(%error, "could not sweep; trying again later");
        }
        match library.sweep().await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(Swept { temporary, contents }) => {
                tracing::info!(temporary, contents, "removed files that nothing refers to");
            }
            Err(error) => tracing::warn!(%error, "could not sweep the media; trying again later"),
        }
    }
}
