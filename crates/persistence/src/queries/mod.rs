//! The queries of each aggregate. All of them block: run them by [`crate::Database`].

pub mod cities;
pub mod codes;
pub mod competitions;
pub mod drafts;
pub mod login_failures;
pub mod media;
pub mod presentations;
pub mod revoked_tokens;
pub mod rich;
pub mod statistics;
pub mod users;

mod search;
