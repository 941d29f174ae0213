//! How many connections the system allows.

/// Raises the limit on open files as far as the process may: each connection is one, and the usual
/// limit of 1,024 is soon reached by a hall full of screens.
#[cfg(unix)]
pub(super) fn raise_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    match setrlimit(Resource::Nofile, limit) {
        Ok(()) => tracing::debug!(limit = limit.current, "open files"),
        Err(error) => tracing::warn!(%error, "the limit on open files stays as it is"),
    }
}

/// There is no such limit.
#[cfg(not(unix))]
pub(super) fn raise_limit() {}
