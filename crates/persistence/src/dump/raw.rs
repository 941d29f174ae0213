//! Rows whose columns are known only when the program runs.

use chrono::NaiveDateTime;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::pg::{Pg, PgValue};
use diesel::row::{Field as _, NamedRow};
use diesel::sql_types;
use diesel::sqlite::{Sqlite, SqliteType};

use super::shape::{Column, TableShape};
use super::value::{Kind, Row, Value};
use crate::Error;

/// A row as the database gives it: SQLite has no booleans and no times of its own.
pub(super) struct RawRow(Row);

impl QueryableByName<Sqlite> for RawRow {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        let mut values = Row::with_capacity(row.field_count());
        for i in 0..row.field_count() {
            let field = diesel::row::Row::get(row, i).ok_or("a field that is not there")?;
            let Some(value) = field.value() else {
                values.push(Value::Null);
                continue;
            };
            values.push(match value.value_type() {
                None => Value::Null,
                Some(SqliteType::SmallInt | SqliteType::Integer | SqliteType::Long) => {
                    Value::Integer(FromSql::<sql_types::BigInt, Sqlite>::from_sql(value)?)
                }
                Some(SqliteType::Float | SqliteType::Double) => {
                    Value::Double(FromSql::<sql_types::Double, Sqlite>::from_sql(value)?)
                }
                Some(SqliteType::Text) => {
                    Value::Text(FromSql::<sql_types::Text, Sqlite>::from_sql(value)?)
                }
                Some(SqliteType::Binary) => {
                    Value::Bytes(FromSql::<sql_types::Binary, Sqlite>::from_sql(value)?)
                }
            });
        }
        Ok(Self(values))
    }
}

impl QueryableByName<Pg> for RawRow {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        let mut values = Row::with_capacity(row.field_count());
        for i in 0..row.field_count() {
            let field = diesel::row::Row::get(row, i).ok_or("a field that is not there")?;
            values.push(match field.value() {
                Some(value) => of_postgres(value)?,
                None => Value::Null,
            });
        }
        Ok(Self(values))
    }
}

/// By the numbers that PostgreSQL's own types have in every database.
fn of_postgres(value: PgValue<'_>) -> deserialize::Result<Value> {
    Ok(match value.get_oid().get() {
        16 => Value::Boolean(FromSql::<sql_types::Bool, Pg>::from_sql(value)?),
        17 => Value::Bytes(FromSql::<sql_types::Binary, Pg>::from_sql(value)?),
        20 => Value::Integer(FromSql::<sql_types::BigInt, Pg>::from_sql(value)?),
        21 => Value::Integer(
            <i16 as FromSql<sql_types::SmallInt, Pg>>::from_sql(value).map(i64::from)?,
        ),
        23 => Value::Integer(
            <i32 as FromSql<sql_types::Integer, Pg>>::from_sql(value).map(i64::from)?,
        ),
        25 | 1043 => Value::Text(FromSql::<sql_types::Text, Pg>::from_sql(value)?),
        701 => Value::Double(FromSql::<sql_types::Double, Pg>::from_sql(value)?),
        1114 => Value::Timestamp(FromSql::<sql_types::Timestamp, Pg>::from_sql(value)?),
        other => return Err(format!("a value of the type {other}, which is not known").into()),
    })
}

impl RawRow {
    /// As the table's columns say.
    pub(super) fn into_row(self, shape: &TableShape) -> Result<Row, Error> {
        let values = shape.columns.iter().zip(self.0);
        values.map(|(column, value)| interpret(shape, column, value)).collect()
    }
}

fn interpret(shape: &TableShape, column: &Column, value: Value) -> Result<Value, Error> {
    let unknown = |value: &str| {
        let (table, column, kind) = (&shape.name, &column.name, column.kind.name());
        Error::UnknownValue(format!("{value} in {table}.{column}, which is of the kind {kind}"))
    };
    Ok(match (column.kind, value) {
        (_, Value::Null) => Value::Null,
        (Kind::Integer, value @ Value::Integer(_))
        | (Kind::Boolean, value @ Value::Boolean(_))
        | (Kind::Double, value @ Value::Double(_))
        | (Kind::Text, value @ Value::Text(_))
        | (Kind::Timestamp, value @ Value::Timestamp(_))
        | (Kind::Bytes, value @ Value::Bytes(_)) => value,
        (Kind::Boolean, Value::Integer(number @ (0 | 1))) => Value::Boolean(number == 1),
        (Kind::Timestamp, Value::Text(text)) => {
            Value::Timestamp(time(&text).ok_or_else(|| unknown("a text that is no time"))?)
        }
        (_, Value::Integer(_)) => return Err(unknown("a number")),
        (_, Value::Boolean(_)) => return Err(unknown("a boolean")),
        (_, Value::Double(_)) => return Err(unknown("a floating-point number")),
        (_, Value::Text(_)) => return Err(unknown("a text")),
        (_, Value::Timestamp(_)) => return Err(unknown("a time")),
        (_, Value::Bytes(_)) => return Err(unknown("bytes")),
    })
}

/// As diesel writes it, or SQLite's own functions.
fn time(text: &str) -> Option<NaiveDateTime> {
    let forms = ["%F %T%.f", "%FT%T%.f", "%F %T%.fZ", "%FT%T%.fZ"];
    forms.into_iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
}
