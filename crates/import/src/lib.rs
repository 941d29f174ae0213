//! Reads competitions of other systems into drafts.
//!
//! Whatever makes a [`CompetitionDraft`](estrad_domain::draft::CompetitionDraft) out of something
//! that is not Estrad's own lives here: [`t8`] reads the export of the system that the contest used
//! before, [`demo`] makes a small competition out of nothing. Storing drafts is somebody else's work.
//!
//! **Architecture invariant:** no database, no async and no clock in this crate.

#[cfg(test)]
mod checks;
pub mod demo;
mod report;
pub mod t8;

pub use report::{About, Note, Report};
