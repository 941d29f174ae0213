//! How many files the system allows the process to open, and how many of them may be connections.

use estrad_http::ConnectionSettings;

use crate::config::HttpConfig;

/// The most files that are kept for the database, the media and the log.
const MAX_KEPT: usize = 1_024;
/// Where the system has no limit.
#[cfg(not(unix))]
const NO_LIMIT: usize = 100_000;

/// Raises the limit on open files as far as the process may, and gives it: each connection is one, and
/// the usual limit of 1,024 is soon reached by a hall full of screens.
#[cfg(unix)]
pub(super) fn raise_limit() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let before = getrlimit(Resource::Nofile);
    let mut limit = before;
    limit.current = limit.maximum;
    let reached = match setrlimit(Resource::Nofile, limit) {
        Ok(()) => limit.current,
        Err(error) => {
            tracing::warn!(%error, "the limit on open files stays as it is");
            before.current
        }
    };
    tracing::debug!(limit = reached, "open files");
    reached.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX)
}

/// There is no such limit.
#[cfg(not(unix))]
pub(super) fn raise_limit() -> usize {
    NO_LIMIT
}

/// How many connections there may be: as is set, within what the system allows. No address has all of
/// them.
pub(super) fn connections(open_files: usize, config: &HttpConfig) -> ConnectionSettings {
    let possible = open_files.saturating_sub(MAX_KEPT.min(open_files / 4)).max(1);
    let wanted = config.max_connections.map_or(possible, std::num::NonZero::get);
    if wanted > possible {
        tracing::warn!(
            wanted,
            possible,
            open_files,
            "http.max_connections is more than open files allow"
        );
    }
    let max = wanted.min(possible);
    let max_per_address = config.max_connections_per_address.min((max - max / 4).max(1));
    ConnectionSettings { max, max_per_address, ..ConnectionSettings::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{HttpConfig, TrustedProxies};

    fn bounds(open_files: usize, max: usize, max_per_address: usize) -> (usize, usize) {
        let config = HttpConfig {
            body_limit_bytes: 0,
            cors_origins: Vec::new(),
            trusted_proxies: TrustedProxies::default(),
            workers: None,
            shutdown_timeout: std::time::Duration::ZERO,
            max_connections: std::num::NonZero::new(max),
            max_connections_per_address: max_per_address,
        };
        let settings = connections(open_files, &config);
        (settings.max, settings.max_per_address)
    }

    #[test]
    fn files_are_left_for_the_rest_and_connections_for_others() {
        assert_eq!(bounds(256, 0, 1_000), (192, 144));
        assert_eq!(bounds(1_024, 0, 1_000), (768, 576));
        assert_eq!(bounds(524_288, 0, 1_000), (523_264, 1_000));
        assert_eq!(bounds(524_288, 100, 1_000), (100, 75));
        assert_eq!(bounds(256, 10_000, 10), (192, 10), "more than there are files is not taken");
        assert_eq!(bounds(usize::MAX, 0, 1_000).1, 1_000);
    }
}
