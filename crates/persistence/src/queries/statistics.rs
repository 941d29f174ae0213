//! How much of everything there is.

use diesel::prelude::*;

use crate::schema::{cities, competitions, users};
use crate::{AnyConnection, Result};

/// The counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "says itself")]
pub struct Statistics {
    pub users: i64,
    pub competitions: i64,
    pub cities: i64,
}

/// Counts.
pub fn get(connection: &mut AnyConnection) -> Result<Statistics> {
    Ok(Statistics {
        users: users::table.count().get_result(connection)?,
        competitions: competitions::table.count().get_result(connection)?,
        cities: cities::table.count().get_result(connection)?,
    })
}
