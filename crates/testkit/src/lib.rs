//! Placeholder

pub mod postgres;
