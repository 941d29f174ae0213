//! Every value that the server may store is the same after it went from one database to the other
//! and back, and after it was written as a line.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime};
use estrad_backup::{NoProgress, copy};
use estrad_persistence::dump::{
    self, Column, Kind, Loader, Row, TableShape, Value, parse_line, write_line,
};
use estrad_persistence::{AnyConnection, Database, Error as StorageError};
use proptest::prelude::*;

use super::{Fresh, block_on};

/// To the microsecond, from the first to the last year of competitions.
fn time() -> impl Strategy<Value = NaiveDateTime> {
    let range = -62_135_596_800_000_000..253_402_300_799_999_999_i64;
    range.prop_map(|micros| DateTime::from_timestamp_micros(micros).expect("a time").naive_utc())
}

/// Any text without NUL, which PostgreSQL does not keep.
fn text() -> impl Strategy<Value = String> {
    any::<Vec<char>>().prop_map(|chars| chars.into_iter().filter(|c| *c != '\0').collect())
}

fn value(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Integer => any::<i64>().prop_map(Value::Integer).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Kind::Double => any::<f64>()
            .prop_filter("NaN is not equal to itself", |number| !number.is_nan())
            .prop_map(Value::Double)
            .boxed(),
        Kind::Text => text().prop_map(Value::Text).boxed(),
        Kind::Timestamp => time().prop_map(Value::Timestamp).boxed(),
        Kind::Bytes => any::<Vec<u8>>().prop_map(Value::Bytes).boxed(),
    }
}

/// A value, or none where there may be none.
fn cell(column: &Column) -> BoxedStrategy<Value> {
    if column.nullable {
        prop_oneof![1 => Just(Value::Null), 3 => value(column.kind)].boxed()
    } else {
        value(column.kind)
    }
}

/// Gives one table a column of every kind.
fn create(options: &estrad_persistence::Options, sqlite: bool) {
    let (integer, bytes) = if sqlite { ("INTEGER", "BLOB") } else { ("BIGINT", "BYTEA") };
    estrad_testkit::run_sql(
        &options.location,
        &format!(
            "ALTER TABLE login_failures ADD COLUMN a_number {integer};
             ALTER TABLE login_failures ADD COLUMN a_double DOUBLE PRECISION;
             ALTER TABLE login_failures ADD COLUMN a_truth BOOLEAN;
             ALTER TABLE login_failures ADD COLUMN a_text TEXT;
             ALTER TABLE login_failures ADD COLUMN some_bytes {bytes};"
        ),
    );
}

async fn rows(database: &Database) -> Vec<Row> {
    let read = |connection: &mut AnyConnection| {
        let shape = failures(connection)?;
        let mut rows = Vec::new();
        dump::read(connection, &shape, |row| {
            rows.push(row);
            Ok::<_, StorageError>(())
        })?;
        Ok::<_, StorageError>(rows)
    };
    database.snapshot(read).await.expect("reads")
}

/// A table with a text as its key, so with an order that the databases have to agree on.
fn failures(connection: &mut AnyConnection) -> Result<TableShape, StorageError> {
    let shapes = dump::shapes(connection)?;
    Ok(shapes.into_iter().find(|shape| shape.name == "login_failures").expect("the table"))
}

/// Rows with different keys, in the order of the keys.
fn any_rows(shape: &TableShape) -> impl Strategy<Value = Vec<Row>> + use<> {
    let failures = shape.place("failures").expect("a column");
    let rest: Vec<BoxedStrategy<Value>> = shape.columns[1..].iter().map(cell).collect();
    let rows = proptest::collection::btree_map(text(), rest, 0..60);
    rows.prop_map(move |rows| {
        let row = |(key, mut rest): (String, Vec<Value>)| {
            // The one column of 32 bits.
            if let Value::Integer(number) = &mut rest[failures - 1] {
                *number = i64::from(*number as i32);
            }
            let mut row = vec![Value::Text(key)];
            row.append(&mut rest);
            row
        };
        rows.into_iter().map(row).collect()
    })
}

#[test]
fn rows_are_the_same_on_both_databases_and_back() {
    let shape = {
        let fresh = Fresh::sqlite();
        create(&fresh.options(), true);
        block_on(fresh.open().snapshot(failures)).expect("a shape")
    };
    let config = ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() };
    proptest!(config, |(rows in any_rows(&shape))| {
        let (first, second, third) = (Fresh::sqlite(), Fresh::postgres(), Fresh::sqlite());
        for (fresh, sqlite) in [(&first, true), (&second, false), (&third, true)] {
            create(&fresh.options(), sqlite);
        }
        block_on(async {
            let load = { let rows = rows.clone(); move |connection: &mut AnyConnection| {
                let shape = failures(connection)?;
                let mut loader = Loader::begin(connection, &shape)?;
                for row in rows {
                    loader.push(row)?;
                }
                loader.finish(None)
            }};
            first.open().write(load).await.expect("loads");
            assert_eq!(self::rows(&first.open()).await, rows);
            copy(first.options(), second.options(), Arc::new(NoProgress)).await.expect("copies");
            assert_eq!(self::rows(&second.open()).await, rows);
            copy(second.options(), third.options(), Arc::new(NoProgress)).await.expect("copies");
            assert_eq!(self::rows(&third.open()).await, rows);
        });
    });
}

#[test]
fn a_line_is_read_as_the_row_that_it_was_written_from() {
    let kinds =
        [Kind::Integer, Kind::Boolean, Kind::Double, Kind::Text, Kind::Timestamp, Kind::Bytes];
    let columns = kinds.into_iter().enumerate().map(|(number, kind)| Column {
        name: format!("column_{number}"),
        kind,
        nullable: number % 2 == 1,
    });
    let shape = TableShape {
        name: "any".to_owned(),
        columns: columns.collect(),
        key_columns: 1,
        references: Vec::new(),
        numbered: false,
    };
    let row: Vec<_> = shape.columns.iter().map(cell).collect();
    let config = ProptestConfig { failure_persistence: None, ..Default::default() };
    proptest!(config, |(row in row)| {
        let mut line = String::new();
        write_line(&row, &mut line);
        let content = line.strip_suffix('\n').expect("one line");
        prop_assert!(!content.contains('\n'), "{content}");
        prop_assert_eq!(parse_line(&shape, content.as_bytes()), Ok(row));
    });
    for (bad, told) in [
        ("[1,true,\"1.0\",\"a\",null]", "it has 5 values instead of 6"),
        (
            "[1.5,true,\"1.0\",\"a\",\"2026-01-01T00:00:00.000000Z\",null]",
            "column_0 is not of the kind integer",
        ),
        ("[null,true,\"1.0\",\"a\",\"2026-01-01T00:00:00.000000Z\",null]", "column_0 has no value"),
        (
            "[1,1,\"1.0\",\"a\",\"2026-01-01T00:00:00.000000Z\",null]",
            "column_1 is not of the kind boolean",
        ),
        ("[1,true,\"1.0\",\"a\",\"yesterday\",null]", "column_4 is not of the kind timestamp"),
        ("{}", "it is not an array in JSON"),
    ] {
        let fault = parse_line(&shape, bad.as_bytes()).expect_err(bad).to_string();
        assert!(fault.ends_with(told), "{fault}");
    }
}
