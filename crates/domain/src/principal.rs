//! Who is calling.

use crate::code::Code;
use crate::types::{Role, View};
use crate::{CityId, CompetitionId, TeamId, UserId};

/// Whoever a valid token speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// A user of the administration, as the database knows them now.
    User(UserPrincipal),
    /// A screen of one competition, opened with a code.
    Screen(Screen),
}

/// A signed-in user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPrincipal {
    #[expect(missing_docs, reason = "says itself")]
    pub id: UserId,
    #[expect(missing_docs, reason = "says itself")]
    pub role: Role,
    #[expect(missing_docs, reason = "says itself")]
    pub city_id: CityId,
}

/// A screen opened with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: CompetitionId,
    #[expect(missing_docs, reason = "says itself")]
    pub view: View,
    /// Of the team view, always; of the others, never.
    pub team_id: Option<TeamId>,
    /// The code that opened it.
    pub code: Code,
    #[expect(missing_docs, reason = "says itself")]
    pub waiting: Waiting,
}

/// Whether a screen waits for a presentation to start, as it asked for when it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Waiting {
    /// It did not ask for that.
    #[default]
    No,
    /// There was a presentation since: it may do what others may, and waits for the next one on its
    /// socket when that is over.
    Begun,
    /// There was none yet: it may do nothing but wait.
    ForStart,
}

impl Principal {
    /// The user, if it is one.
    pub fn user(&self) -> Option<&UserPrincipal> {
        match self {
            Self::User(user) => Some(user),
            Self::Screen(_) => None,
        }
    }

    /// Whether it is a screen that may do nothing yet but wait for the start.
    pub fn waits_for_start(&self) -> bool {
        matches!(self, Self::Screen(screen) if screen.waiting == Waiting::ForStart)
    }
}
