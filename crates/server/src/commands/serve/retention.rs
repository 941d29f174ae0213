//! Forgetting what is older than it may be: once a day.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use estrad_domain::audit::Author;
use estrad_domain::clock::{Clock, Timestamp};
use estrad_exchange::{Erasure, Exchange};

use crate::config::PrivacyConfig;

const INTERVAL: Duration = Duration::from_secs(24 * 3600);

/// At the start and every day: what nobody used for longer than the settings say is erased, as
/// `estrad erase --older-than` does, and old entries of the audit log are forgotten.
pub(super) async fn daily(exchange: Exchange, clock: Arc<dyn Clock>, config: PrivacyConfig) {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        once(&exchange, clock.now(), &config).await;
    }
}

async fn once(exchange: &Exchange, now: Timestamp, config: &PrivacyConfig) {
    if let Some(time) = ago(now, config.retention_days) {
        match exchange.erase(Erasure::OlderThan(time), Author::Server).await {
            Ok(erased) if erased.is_nothing() => {}
            Ok(erased) => tracing::info!(
                competitions = erased.competitions,
                teams = erased.teams,
                entries = erased.entries,
                answers = erased.answers,
                media = erased.media,
                days = config.retention_days,
                "erased what was kept long enough"
            ),
            Err(error) => tracing::warn!(%error, "could not erase what is old; trying again later"),
        }
    }
    if let Some(time) = ago(now, config.audit_days) {
        match exchange.forget_audit(time).await {
            Ok(0) => {}
            Ok(entries) => tracing::info!(entries, "forgot old entries of the audit log"),
            Err(error) => tracing::warn!(%error, "could not shorten the audit log"),
        }
    }
}

/// So many days ago; none for zero, which is for ever.
fn ago(now: Timestamp, days: u32) -> Option<Timestamp> {
    let days = (days > 0).then_some(days)?;
    now.checked_sub_signed(TimeDelta::days(days.into()))
}
