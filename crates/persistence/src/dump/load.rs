//! Rows into an empty database.

use diesel::backend::Backend;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::serialize::ToSql;
use diesel::sql_query;
use diesel::sql_types::{self, BigInt, HasSqlType, Nullable};

use super::read::sequence;
use super::shape::{TableShape, quoted};
use super::tables::TABLES;
use super::value::{Kind, Row, Value};
use crate::connection::on_each;
use crate::{AnyConnection, Error, Result};

/// Values of one statement, at most.
const VALUES: usize = 2_000;
/// Roughly the bytes of one statement at which it is sent.
const BYTES: usize = 1 << 20;
/// Where rows wait that refer to rows of their own table.
const STAGING: &str = "pg_temp.estrad_load";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql_types::Bool)]
    found: bool,
}

/// Whether there is nothing in these tables but what the migrations put there.
///
/// # Errors
/// [`Error`].
pub fn are_empty(connection: &mut AnyConnection, shapes: &[TableShape]) -> Result<bool> {
    for shape in shapes.iter().filter(|shape| !is_seeded(shape)) {
        let query = format!("SELECT EXISTS (SELECT 1 FROM {}) AS found", quoted(&shape.name));
        let row = on_each!(connection, |inner| sql_query(query).get_result::<Found>(inner))?;
        if row.found {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_seeded(shape: &TableShape) -> bool {
    TABLES.iter().any(|table| table.seeded && table.name == shape.name)
}

/// Makes sure that there is nothing in these tables but what the migrations put there, takes that
/// out, and keeps everybody else from writing until the transaction ends.
///
/// # Errors
/// [`Error::Duplicate`] when there is something; or another [`Error`].
pub fn lock_empty(connection: &mut AnyConnection, shapes: &[TableShape]) -> Result<()> {
    match connection {
        // A writer is alone already. References are checked at the end of the transaction.
        AnyConnection::Sqlite(inner) => inner.batch_execute("PRAGMA defer_foreign_keys = ON")?,
        AnyConnection::Postgres(inner) => {
            let names: Vec<_> = shapes.iter().map(|shape| quoted(&shape.name)).collect();
            inner.batch_execute(&format!("LOCK TABLE {} IN EXCLUSIVE MODE", names.join(", ")))?;
        }
    }
    if !are_empty(connection, shapes)? {
        return Err(Error::Duplicate);
    }
    for shape in shapes.iter().rev().filter(|shape| is_seeded(shape)) {
        let query = format!("DELETE FROM {}", quoted(&shape.name));
        on_each!(connection, |inner| sql_query(query).execute(inner))?;
    }
    Ok(())
}

/// Fills one table, in statements of many rows. Call it within a write transaction, after
/// [`lock_empty`], table after table in the order of [`TABLES`].
pub struct Loader<'a> {
    connection: &'a mut AnyConnection,
    shape: &'a TableShape,
    waiting: Vec<Row>,
    values: usize,
    bytes: usize,
}

impl<'a> Loader<'a> {
    /// Begins with a table.
    ///
    /// # Errors
    /// [`Error`].
    pub fn begin(connection: &'a mut AnyConnection, shape: &'a TableShape) -> Result<Self> {
        if let AnyConnection::Postgres(inner) = connection
            && shape.refers_to_itself()
        {
            // PostgreSQL checks references at the end of each statement. So the rows are collected
            // and go over in one.
            inner.batch_execute(&format!(
                "CREATE TEMPORARY TABLE estrad_load (LIKE {}) ON COMMIT DROP",
                quoted(&shape.name)
            ))?;
        }
        Ok(Self { connection, shape, waiting: Vec::new(), values: 0, bytes: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`Error`]; [`Error::UnknownValue`] for a text that PostgreSQL can't keep.
    pub fn push(&mut self, row: Row) -> Result<()> {
        self.values += row.len();
        self.bytes += row.iter().map(Value::size).sum::<usize>();
        self.waiting.push(row);
        if self.values >= VALUES || self.bytes >= BYTES { self.flush() } else { Ok(()) }
    }

    /// Ends the table; new rows will have numbers after this one.
    ///
    /// # Errors
    /// [`Error`].
    pub fn finish(mut self, last_id: Option<i64>) -> Result<()> {
        self.flush()?;
        let (name, columns) = (quoted(&self.shape.name), self.shape.column_list());
        match self.connection {
            AnyConnection::Sqlite(inner) => {
                if let Some(last_id) = last_id {
                    // The table has no key of its own.
                    sql_query("DELETE FROM sqlite_sequence WHERE name = ?")
                        .bind::<sql_types::Text, _>(&self.shape.name)
                        .execute(inner)?;
                    if last_id > 0 {
                        sql_query("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)")
                            .bind::<sql_types::Text, _>(&self.shape.name)
                            .bind::<BigInt, _>(last_id)
                            .execute(inner)?;
                    }
                }
            }
            AnyConnection::Postgres(inner) => {
                if self.shape.refers_to_itself() {
                    inner.batch_execute(&format!(
                        "INSERT INTO {name} ({columns}) SELECT {columns} FROM {STAGING};
                         DROP TABLE {STAGING}"
                    ))?;
                }
                if let Some(last_id) = last_id.filter(|last_id| *last_id > 0)
                    && let Some(sequence) = sequence(inner, self.shape)?
                {
                    // Not undone with the transaction, which does no harm: the numbers begin later.
                    sql_query("SELECT setval($1::regclass, $2)")
                        .bind::<sql_types::Text, _>(sequence)
                        .bind::<BigInt, _>(last_id)
                        .execute(inner)?;
                }
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        (self.values, self.bytes) = (0, 0);
        let rows = std::mem::take(&mut self.waiting);
        if rows.is_empty() {
            return Ok(());
        }
        let shape = self.shape;
        match self.connection {
            AnyConnection::Sqlite(inner) => {
                let sql = insert(shape, &quoted(&shape.name), rows.len(), |_| "?".to_owned());
                bind_all(sql_query(sql).into_boxed(), shape, rows).execute(inner)?;
            }
            AnyConnection::Postgres(inner) => {
                refuse_nul(shape, &rows)?;
                let staged = shape.refers_to_itself();
                let target = if staged { STAGING.to_owned() } else { quoted(&shape.name) };
                let sql = insert(shape, &target, rows.len(), |n| format!("${n}"));
                bind_all(sql_query(sql).into_boxed(), shape, rows).execute(inner)?;
            }
        }
        Ok(())
    }
}

fn insert(
    shape: &TableShape,
    target: &str,
    rows: usize,
    placeholder: impl Fn(usize) -> String,
) -> String {
    let width = shape.columns.len();
    let row = |row: usize| {
        let places: Vec<_> = (1..=width).map(|column| placeholder(row * width + column)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<_> = (0..rows).map(row).collect();
    format!("INSERT INTO {target} ({}) VALUES {}", shape.column_list(), rows.join(", "))
}

fn bind_all<'f, DB>(
    mut query: BoxedSqlQuery<'f, DB, SqlQuery>,
    shape: &TableShape,
    rows: Vec<Row>,
) -> BoxedSqlQuery<'f, DB, SqlQuery>
where
    DB: Backend
        + HasSqlType<Nullable<BigInt>>
        + HasSqlType<Nullable<sql_types::Bool>>
        + HasSqlType<Nullable<sql_types::Double>>
        + HasSqlType<Nullable<sql_types::Text>>
        + HasSqlType<Nullable<sql_types::Timestamp>>
        + HasSqlType<Nullable<sql_types::Binary>>,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
    Option<bool>: ToSql<Nullable<sql_types::Bool>, DB>,
    Option<f64>: ToSql<Nullable<sql_types::Double>, DB>,
    Option<String>: ToSql<Nullable<sql_types::Text>, DB>,
    Option<chrono::NaiveDateTime>: ToSql<Nullable<sql_types::Timestamp>, DB>,
    Option<Vec<u8>>: ToSql<Nullable<sql_types::Binary>, DB>,
{
    for row in rows {
        for (column, value) in shape.columns.iter().zip(row) {
            query = match value {
                Value::Integer(number) => query.bind::<Nullable<BigInt>, _>(Some(number)),
                Value::Boolean(truth) => query.bind::<Nullable<sql_types::Bool>, _>(Some(truth)),
                Value::Double(number) => query.bind::<Nullable<sql_types::Double>, _>(Some(number)),
                Value::Text(text) => query.bind::<Nullable<sql_types::Text>, _>(Some(text)),
                Value::Timestamp(time) => {
                    query.bind::<Nullable<sql_types::Timestamp>, _>(Some(time))
                }
                Value::Bytes(bytes) => query.bind::<Nullable<sql_types::Binary>, _>(Some(bytes)),
                // PostgreSQL wants to know what kind of nothing.
                Value::Null => match column.kind {
                    Kind::Integer => query.bind::<Nullable<BigInt>, _>(None::<i64>),
                    Kind::Boolean => query.bind::<Nullable<sql_types::Bool>, _>(None::<bool>),
                    Kind::Double => query.bind::<Nullable<sql_types::Double>, _>(None::<f64>),
                    Kind::Text => query.bind::<Nullable<sql_types::Text>, _>(None::<String>),
                    Kind::Timestamp => query
                        .bind::<Nullable<sql_types::Timestamp>, _>(None::<chrono::NaiveDateTime>),
                    Kind::Bytes => query.bind::<Nullable<sql_types::Binary>, _>(None::<Vec<u8>>),
                },
            };
        }
    }
    query
}

/// SQLite keeps NUL in texts, PostgreSQL does not.
fn refuse_nul(shape: &TableShape, rows: &[Row]) -> Result<()> {
    for row in rows {
        for (column, value) in shape.columns.iter().zip(row) {
            if matches!(value, Value::Text(text) if text.contains('\0')) {
                let (table, column) = (&shape.name, &column.name);
                let what =
                    format!("a NUL character in {table}.{column}, which PostgreSQL can't keep");
                return Err(Error::UnknownValue(what));
            }
        }
    }
    Ok(())
}
