//! Whether a team was connected, and how long messages took to it and back: for whoever has to judge
//! a complaint afterwards.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::TeamId;

/// How long it took from the server to the screens of a team and back, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoundTrip {
    /// How often it was measured.
    pub count: i64,
    /// The shortest.
    pub min_ms: i64,
    /// The middle one of those measured last.
    pub median_ms: i64,
    /// The longest.
    pub max_ms: i64,
}

impl RoundTrip {
    /// Of measurements in milliseconds, in any order; none of none.
    pub fn of(mut measured: Vec<i64>) -> Option<Self> {
        measured.sort_unstable();
        let (min_ms, max_ms) = (*measured.first()?, *measured.last()?);
        let median_ms = measured[measured.len() / 2];
        Some(Self {
            count: i64::try_from(measured.len()).unwrap_or(i64::MAX),
            min_ms,
            median_ms,
            max_ms,
        })
    }

    /// Together with later ones.
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        Self {
            count: self.count.saturating_add(later.count),
            min_ms: self.min_ms.min(later.min_ms),
            median_ms: later.median_ms,
            max_ms: self.max_ms.max(later.max_ms),
        }
    }
}

/// The round trips to one team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRoundTrip {
    /// Whose screens.
    pub team_id: TeamId,
    /// How long they took.
    #[serde(flatten)]
    pub round_trip: RoundTrip,
}

/// What is noticed of a team's connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noticed {
    /// The first of its screens is there. Since the last entry it was lost that often, for so many
    /// milliseconds altogether, without an entry.
    Connected {
        /// Losses without an entry of their own.
        times_lost: i64,
        /// How long they took together.
        offline_ms: i64,
    },
    /// The last of its screens is gone.
    Disconnected,
    /// Messages were measured.
    Measured,
}

/// How a team was connected in a presentation, as far as that is in its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamConnection {
    /// Whose.
    pub team_id: TeamId,
    /// Whether any of its screens is there.
    pub online: bool,
    /// Since when none is, in milliseconds since 1970.
    pub lost_at_ms: Option<i64>,
    /// How often the last of its screens was lost.
    pub times_lost: i64,
    /// How long it was away in the times that are over, in milliseconds.
    pub offline_ms: i64,
    /// Over the whole presentation.
    pub round_trip: Option<RoundTrip>,
}

impl TeamConnection {
    /// Of a team that never was there.
    pub fn new(team_id: TeamId) -> Self {
        let (online, lost_at_ms, round_trip) = (false, None, None);
        Self { team_id, online, lost_at_ms, times_lost: 0, offline_ms: 0, round_trip }
    }

    /// How long it was away until that moment, the time that is not over included.
    pub fn offline_until(&self, now_ms: i64) -> i64 {
        let lasting = self.lost_at_ms.map_or(0, |lost_at| now_ms.saturating_sub(lost_at).max(0));
        self.offline_ms.saturating_add(lasting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_are_summed_up() {
        assert_eq!(RoundTrip::of(Vec::new()), None);
        let first = RoundTrip::of(vec![30, 10, 20]).expect("some");
        assert_eq!(first, RoundTrip { count: 3, min_ms: 10, median_ms: 20, max_ms: 30 });
        let both = first.and(RoundTrip::of(vec![90]).expect("one"));
        assert_eq!(both, RoundTrip { count: 4, min_ms: 10, median_ms: 90, max_ms: 90 });
    }

    #[test]
    fn a_team_that_is_away_is_so_until_now() {
        let mut connection = TeamConnection::new(TeamId(1));
        connection.offline_ms = 2_000;
        assert_eq!(connection.offline_until(10_000), 2_000);
        connection.lost_at_ms = Some(7_000);
        assert_eq!(connection.offline_until(10_000), 5_000);
        assert_eq!(connection.offline_until(6_000), 2_000);
    }
}
