//! Reads competitions of other systems into drafts.
