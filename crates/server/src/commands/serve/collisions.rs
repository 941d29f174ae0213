//! Tells the operator of names, addresses and codes that nobody tells apart.

use std::fmt;

use estrad_persistence::Collision;

/// The most collisions, and ids of one, that are listed.
const LISTED: usize = 100;

/// Warns of what has the same key, by its ids. What it is called is nobody's business who reads logs.
pub(super) fn warn(collisions: &[Collision]) {
    for Collision { what, ids } in collisions.iter().take(LISTED) {
        tracing::warn!(what, ids = %List(ids), "these look the same: change all but one");
    }
    if let more @ 1.. = collisions.len().saturating_sub(LISTED) {
        tracing::warn!(more, "and more that look the same");
    }
}

struct List<'a>(&'a [i64]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, id) in self.0.iter().take(LISTED).enumerate() {
            write!(f, "{}{id}", if place == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
