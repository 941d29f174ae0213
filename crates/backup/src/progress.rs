//! Telling how far it is.

/// Is told how far the work is. What it does with that must be quick.
pub trait Progress: Send + Sync {
    /// Something new begins, of so many steps if that is known.
    fn begin(&self, what: &str, steps: Option<u64>);

    /// So many steps more were done.
    fn advance(&self, steps: u64);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _: &str, _: Option<u64>) {}

    fn advance(&self, _: u64) {}
}
