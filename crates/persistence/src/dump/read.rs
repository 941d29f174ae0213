//! Rows of a table, one by one.

use diesel::connection::DefaultLoadingMode;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use super::raw::RawRow;
use super::shape::{TableShape, quoted};
use super::value::{Kind, Row};
use crate::{AnyConnection, Error, Result};

/// Reads all rows of a table by its primary key. No more than one row is in memory, however many
/// there are. To see one moment of all tables, call it within a snapshot.
///
/// # Errors
/// What `each` gives, or [`Error`].
pub fn read<E: From<Error>>(
    connection: &mut AnyConnection,
    shape: &TableShape,
    mut each: impl FnMut(Row) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |error| E::from(Error::from(error));
    match connection {
        AnyConnection::Sqlite(inner) => {
            let query = sql_query(select(shape, ""));
            let rows = query.load_iter::<RawRow, DefaultLoadingMode>(inner).map_err(failed)?;
            for row in rows {
                each(row.map_err(failed)?.into_row(shape)?)?;
            }
        }
        AnyConnection::Postgres(inner) => {
            // Texts by their bytes, as SQLite compares them.
            let query = sql_query(select(shape, " COLLATE \"C\""));
            let rows = query.load_iter::<RawRow, PgRowByRowLoadingMode>(inner).map_err(failed)?;
            for row in rows {
                each(row.map_err(failed)?.into_row(shape)?)?;
            }
        }
    }
    Ok(())
}

fn select(shape: &TableShape, collation: &str) -> String {
    let order = shape.key().iter().map(|column| match column.kind {
        Kind::Text => format!("{}{collation}", quoted(&column.name)),
        _ => quoted(&column.name),
    });
    let order = order.collect::<Vec<_>>().join(", ");
    format!("SELECT {} FROM {} ORDER BY {order}", shape.column_list(), quoted(&shape.name))
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// The highest number that a [numbered](TableShape::numbered) table has ever given to a row; 0 if
/// none.
///
/// # Errors
/// [`Error`].
pub fn last_id(connection: &mut AnyConnection, shape: &TableShape) -> Result<i64> {
    let found = match connection {
        AnyConnection::Sqlite(inner) => {
            sql_query("SELECT CAST(seq AS INTEGER) AS number FROM sqlite_sequence WHERE name = ?")
                .bind::<diesel::sql_types::Text, _>(&shape.name)
                .get_result::<Number>(inner)
                .optional()?
        }
        AnyConnection::Postgres(inner) => {
            let Some(sequence) = sequence(inner, shape)? else { return Ok(0) };
            let query = format!(
                "SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS number FROM {sequence}"
            );
            sql_query(query).get_result::<Number>(inner).optional()?
        }
    };
    Ok(found.map_or(0, |found| found.number))
}

/// The sequence that numbers the rows of a table, ready for SQL.
pub(super) fn sequence(
    inner: &mut diesel::PgConnection,
    shape: &TableShape,
) -> Result<Option<String>> {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        name: Option<String>,
    }
    let Some(column) = shape.key().first() else { return Ok(None) };
    let found = sql_query("SELECT pg_get_serial_sequence($1, $2) AS name")
        .bind::<diesel::sql_types::Text, _>(quoted(&shape.name))
        .bind::<diesel::sql_types::Text, _>(&column.name)
        .get_result::<Name>(inner)?;
    Ok(found.name)
}
