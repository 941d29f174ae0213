//! What a competition is and which rules hold for it.
//!
//! Everything here is pure: no sockets, no database, no clock and no randomness of its own. The
//! structs serialise to the shapes of the wire contract, so that REST, the live events and the
//! exports all speak of a slide or a team in the same words.
//!
//! **Architecture invariant:** this crate compiles without tokio, actix and diesel.

pub mod answer;
pub mod audit;
pub mod city;
pub mod clock;
pub mod code;
pub mod competition;
pub mod component;
pub mod draft;
pub mod ids;
pub mod media;
pub mod name;
pub mod order;
pub mod page;
pub mod points;
pub mod policy;
pub mod presentation;
pub mod principal;
pub mod question;
pub mod quota;
pub mod rich;
pub mod slide;
pub mod standings;
pub mod strip;
pub mod team;
pub mod text;
pub mod types;
pub mod user;
pub mod views;
pub mod visible;

pub use ids::*;
