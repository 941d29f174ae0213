//! How much of everything there is.

use diesel::prelude::*;
use serde::Serialize;

use crate::schema::{cities, competitions, users};
use crate::{AnyConnection, Result};

/// The counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "says itself")]
pub struct Statistics {
    pub users: i64,
    pub competitions: i64,
    /// Cities.
    pub regions: i64,
}

/// Counts.
pub fn get(connection: &mut AnyConnection) -> Result<Statistics> {
    Ok(Statistics {
        users: users::table.count().get_result(connection)?,
        competitions: competitions::table.count().get_result(connection)?,
        regions: cities::table.count().get_result(connection)?,
    })
}
