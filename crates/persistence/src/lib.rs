//! Where competitions are kept: SQLite by default, PostgreSQL when outgrown.
//!
//! [`Database`] runs closures on a connection, off the async threads; the modules under
//! [`queries`] are what is to be run, one module an aggregate, all blocking. What they take and give
//! back are the types of `estrad_domain`.
//!
//! **Architecture invariant:** no other crate names diesel.

mod connection;
mod database;
pub mod dump;
mod error;
mod file;
mod manager;
mod migrations;
pub mod queries;
mod rekey;
mod schema;

pub use connection::AnyConnection;
pub use database::{Database, Options};
pub use error::{Error, OpenError, Result};
pub use manager::{Location, UnknownScheme};
pub use rekey::Collision;
