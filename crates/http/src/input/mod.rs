//! Reading what callers send: every field at fault is named, all of them at once.
//!
//! A request is declared with [`request!`], which makes a struct, its OpenAPI schema and its
//! reading from a [`Body`] or a [`Query`]. How the value of a field is read is its type's
//! [`Field`].

mod body;
mod field;
mod fields;
mod ids;
mod query;
pub(crate) mod upload;

pub(crate) use body::Body;
pub(crate) use field::{
    Clearable, Coordinate, Field, Flag, Instant, PlainText, Seconds, Seq, Size, Tolerance,
    TotalScore, Year,
};
pub(crate) use fields::{Fields, Request, request};
pub(crate) use ids::Ids;
pub(crate) use query::Query;
