//! Forgetting what has run out, so that nothing grows for ever.

use std::time::Duration;

use estrad_auth::Authenticator;

const INTERVAL: Duration = Duration::from_secs(600);

/// At the start and every ten minutes: expired revocations and old login failures.
pub(super) async fn now_and_then(authenticator: Authenticator) {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = authenticator.sweep().await {
            tracing::warn!(%error, "could not sweep; trying again later");
        }
    }
}
