//! Competing teams.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{CompetitionId, TeamId};

/// The most teams that a competition has.
pub const MAX_TEAMS: i64 = 10_000;

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Team {
    #[expect(missing_docs, reason = "says itself")]
    pub id: TeamId,
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: CompetitionId,
    /// Unique in its competition.
    #[schema(example = "Berzeliusskolan 8A")]
    pub name: String,
}
