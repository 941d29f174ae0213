//! The queries of each aggregate. All of them block: run them by [`crate::Database`].

pub mod alternatives;
pub mod answers;
pub mod audit;
pub mod cities;
pub mod codes;
pub mod competitions;
pub mod components;
pub mod drafts;
pub mod erasing;
pub mod file_names;
pub mod ledger;
pub mod login_failures;
pub mod media;
pub mod media_claims;
pub mod media_owners;
pub mod presentations;
pub mod questions;
pub mod recording;
pub mod results;
pub mod revoked_tokens;
pub mod rich;
pub mod scoreboard;
pub mod scores;
pub mod sessions;
pub mod slides;
pub mod statistics;
pub mod team_data;
pub mod teams;
pub mod text_media;
pub mod users;
pub mod visible;

mod order;
mod search;

/// A stored value of an enumeration, which this version may not know.
fn known<T, E: std::fmt::Display>(value: Result<T, E>) -> crate::Result<T> {
    value.map_err(|error| crate::Error::UnknownValue(error.to_string()))
}
