//! Erasing what is personal: whole competitions, teams, and what is old. Everything here does a bounded
//! piece of it; whoever calls goes on until nothing is left, a transaction for each piece.

mod competitions;
mod entries;
mod media;
mod teams;

pub use competitions::{
    Counts, OldCompetition, begin, count, delete_entries, delete_results, finish, unused_since,
};
pub use entries::{EntryFilter, count_page, erase_page};
pub use media::{unused, used_in};
pub use teams::{competition_of, count_answers, count_old_answers, delete_old_answers, erase_team};

/// Rows of one transaction.
pub const BATCH: i64 = 500;
