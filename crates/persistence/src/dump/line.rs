//! A row as a line of JSON: an array with a value for each column.
//!
//! Whole numbers and booleans are JSON's. Floating-point numbers are strings, in the shortest form
//! that reads back as the same number: what reads JSON elsewhere may round them. Times are strings
//! in RFC 3339 with six digits of a second, bytes are hexadecimal.

use std::fmt::Write as _;

use chrono::NaiveDateTime;
use thiserror::Error;

use super::shape::TableShape;
use super::value::{Kind, Row, Value};

const TIME: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

/// Why a line is not a row of its table.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LineFault {
    /// It is no array in JSON.
    #[error("it is not an array in JSON")]
    NotAnArray,
    /// It has too many or too few values.
    #[error("it has {found} values instead of {expected}")]
    Length {
        /// Columns of the table.
        expected: usize,
        /// Values in the line.
        found: usize,
    },
    /// A value is none of its column's.
    #[error("the value of {column} is not of the kind {kind}")]
    Value {
        /// The column.
        column: String,
        /// The name of its kind.
        kind: &'static str,
    },
    /// A value is missing.
    #[error("{column} has no value")]
    Null {
        /// The column.
        column: String,
    },
}

/// Appends a row as one line.
pub fn write_line(row: &Row, line: &mut String) {
    line.push('[');
    for (i, value) in row.iter().enumerate() {
        if i > 0 {
            line.push(',');
        }
        write_value(value, line);
    }
    line.push_str("]\n");
}

fn write_value(value: &Value, line: &mut String) {
    // Writing to a string does not fail.
    let _ = match value {
        Value::Null => line.write_str("null"),
        Value::Integer(number) => write!(line, "{number}"),
        Value::Boolean(truth) => write!(line, "{truth}"),
        Value::Double(number) => write!(line, "\"{number:?}\""),
        Value::Text(text) => write!(line, "{}", serde_json::Value::from(text.as_str())),
        Value::Timestamp(time) => write!(line, "\"{}\"", time.format(TIME)),
        Value::Bytes(bytes) => {
            line.push('"');
            bytes.iter().try_for_each(|byte| write!(line, "{byte:02x}")).map(|()| line.push('"'))
        }
    };
}

/// Reads one line, without its end, as a row of the table.
///
/// # Errors
/// [`LineFault`].
pub fn parse_line(shape: &TableShape, line: &[u8]) -> Result<Row, LineFault> {
    let values: Vec<serde_json::Value> =
        serde_json::from_slice(line).map_err(|_| LineFault::NotAnArray)?;
    let (expected, found) = (shape.columns.len(), values.len());
    if expected != found {
        return Err(LineFault::Length { expected, found });
    }
    let mut row = Row::with_capacity(expected);
    for (column, value) in shape.columns.iter().zip(values) {
        if value.is_null() {
            if !column.nullable {
                return Err(LineFault::Null { column: column.name.clone() });
            }
            row.push(Value::Null);
            continue;
        }
        let fault = || LineFault::Value { column: column.name.clone(), kind: column.kind.name() };
        row.push(parse_value(column.kind, value).ok_or_else(fault)?);
    }
    Ok(row)
}

fn parse_value(kind: Kind, value: serde_json::Value) -> Option<Value> {
    match (kind, value) {
        (Kind::Integer, value) => value.as_i64().map(Value::Integer),
        (Kind::Boolean, value) => value.as_bool().map(Value::Boolean),
        (Kind::Text, serde_json::Value::String(text)) => Some(Value::Text(text)),
        (Kind::Double, serde_json::Value::String(text)) => text.parse().ok().map(Value::Double),
        (Kind::Timestamp, serde_json::Value::String(text)) => {
            NaiveDateTime::parse_from_str(&text, TIME).ok().map(Value::Timestamp)
        }
        (Kind::Bytes, serde_json::Value::String(text)) => from_hex(&text).map(Value::Bytes),
        _ => None,
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let pair = |pair: &[u8]| {
        std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    digits.chunks(2).map(pair).collect()
}
