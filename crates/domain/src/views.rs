//! When teams and the audience may read the slides of a competition.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When teams and the audience may read the slides of a competition: a setting of each competition.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Views {
    /// All of them from the start, as a front-end needs that loads the competition once.
    #[default]
    Legacy,
    /// Each from the moment that it is shown, and clues one by one.
    AsShown,
}

impl Views {
    /// Every value there is.
    pub const ALL: &'static [Self] = &[Self::Legacy, Self::AsShown];

    /// Its word on the wire and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::AsShown => "as_shown",
        }
    }

    /// The value of that word, if there is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|views| views.word() == word)
    }
}
