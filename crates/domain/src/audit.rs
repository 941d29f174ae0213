//! The audit log: who changed what outside presentations. (What happens in presentations is in their
//! own logs.)
//!
//! An entry has ids and names of fields, never values: so it holds no password, code or name, and
//! erasing a competition or a user leaves nothing of them in it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::principal::Principal;
use crate::{CompetitionId, UserId};

/// The most ids that one entry names; a change of more is several entries.
pub const MAX_TARGETS: usize = 100;

/// Who changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// A user of the administration.
    User(UserId),
    /// Somebody who came in with a code.
    Screen,
    /// Whoever may run commands on the server's machine.
    Command,
    /// The server by itself.
    Server,
}

impl Author {
    /// Whoever calls.
    pub fn of(principal: &Principal) -> Self {
        match principal {
            Principal::User(user) => Self::User(user.id),
            Principal::Screen(_) => Self::Screen,
        }
    }

    /// Its word on the wire and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Screen => "screen",
            Self::Command => "command",
            Self::Server => "server",
        }
    }

    /// The user, if it is one.
    pub fn user_id(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Screen | Self::Command | Self::Server => None,
        }
    }
}

/// A change that is about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When it is made.
    pub at: Timestamp,
    /// Who makes it.
    pub author: Author,
    /// The line of the policy table that allows it, or the name of a command.
    pub action: String,
    /// `create`, `change`, `delete`, or what else is done, in one word.
    pub change: String,
    /// The competition that it is about, or that holds what it is about.
    pub competition_id: Option<CompetitionId>,
    /// The kind of what is changed, such as `slide`.
    pub target: &'static str,
    /// The names of the fields that are set.
    pub fields: Vec<String>,
}

impl Change {
    /// A change that a command makes.
    pub fn by_command(
        action: &str,
        change: &str,
        target: &'static str,
        fields: &[&str],
        at: Timestamp,
    ) -> Self {
        Self {
            at,
            author: Author::Command,
            action: action.to_owned(),
            change: change.to_owned(),
            competition_id: None,
            target,
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        }
    }
}

/// A user as the audit log shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditUser {
    /// The address that they sign in with now.
    pub email: String,
    /// Their name now.
    pub name: Option<String>,
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Rises with time.
    pub id: i64,
    /// By the server's clock.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `user`, `screen`, `command` (somebody at the server's command line) or `server`.
    #[schema(example = "user")]
    pub by: String,
    /// The user who did it.
    pub user_id: Option<UserId>,
    /// Who that is now; null when the user is gone.
    pub user: Option<AuditUser>,
    /// What allowed it, as `x-permission` says it of each route, or the name of a command.
    #[schema(example = "EditCompetition")]
    pub action: String,
    /// `create`, `change`, `delete`, or the last part of the address, such as `copy`.
    #[schema(example = "change")]
    pub change: String,
    /// The competition that it was about, which may be gone.
    pub competition_id: Option<CompetitionId>,
    /// The kind of what was changed.
    #[schema(example = "slide")]
    pub target: String,
    /// The ids of what was changed. A change of more than a hundred is several entries.
    pub target_ids: Vec<i64>,
    /// The names of the fields that were sent; never their values.
    pub fields: Vec<String>,
}
