//! What the database itself says of its tables.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::shape::{Column, Reference, TableShape};
use super::tables::{HOUSEKEEPING, TABLES};
use super::value::Kind;
use crate::connection::on_each;
use crate::{AnyConnection, Error, Result};

const SQLITE_TABLES: &str = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
const POSTGRES_TABLES: &str = "SELECT table_name::text AS name FROM information_schema.tables
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1";

const SQLITE_COLUMNS: &str =
    "SELECT m.name AS table_name, c.name AS name, c.type AS declared, c.\"notnull\" = 0 AS nullable,
            c.pk AS key_place, m.sql LIKE '%AUTOINCREMENT%' AND c.pk > 0 AS numbered
     FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
     WHERE m.type = 'table' ORDER BY m.name, c.cid";
const POSTGRES_COLUMNS: &str =
    "SELECT c.table_name::text AS table_name, c.column_name::text AS name,
            c.data_type::text AS declared, c.is_nullable = 'YES' AS nullable,
            COALESCE(k.ordinal_position, 0)::bigint AS key_place, c.is_identity = 'YES' AS numbered
     FROM information_schema.columns AS c
     LEFT JOIN (information_schema.table_constraints AS t
                JOIN information_schema.key_column_usage AS k
                ON t.constraint_type = 'PRIMARY KEY' AND k.constraint_schema = t.constraint_schema
                AND k.constraint_name = t.constraint_name AND k.table_name = t.table_name)
     ON k.table_schema = c.table_schema AND k.table_name = c.table_name
        AND k.column_name = c.column_name
     WHERE c.table_schema = current_schema() ORDER BY c.table_name, c.ordinal_position";

const SQLITE_REFERENCES: &str =
    "SELECT m.name AS table_name, f.\"from\" AS name, f.\"table\" AS target_table,
            f.\"to\" AS target, f.seq + 1 AS columns
     FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'";
const POSTGRES_REFERENCES: &str = "SELECT t.relname::text AS table_name, a.attname::text AS name,
            r.relname::text AS target_table, b.attname::text AS target,
            cardinality(c.conkey)::bigint AS columns
     FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid
     JOIN pg_class AS r ON r.oid = c.confrelid
     JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     JOIN pg_attribute AS b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
     WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace";

#[derive(QueryableByName)]
struct NameRow {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    declared: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    /// From 1; 0 for what is not in the primary key.
    #[diesel(sql_type = BigInt)]
    key_place: i64,
    #[diesel(sql_type = Bool)]
    numbered: bool,
}

#[derive(QueryableByName)]
struct ReferenceRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    target_table: String,
    /// Empty in SQLite for the primary key, where it was not named.
    #[diesel(sql_type = Nullable<Text>)]
    target: Option<String>,
    #[diesel(sql_type = BigInt)]
    columns: i64,
}

/// Tables that [`TABLES`] does not have: nothing may be dumped that would leave them out.
///
/// # Errors
/// [`Error`].
pub fn uncovered(connection: &mut AnyConnection) -> Result<Vec<String>> {
    let rows = match connection {
        AnyConnection::Sqlite(inner) => sql_query(SQLITE_TABLES).load::<NameRow>(inner)?,
        AnyConnection::Postgres(inner) => sql_query(POSTGRES_TABLES).load::<NameRow>(inner)?,
    };
    let names = rows.into_iter().map(|row| row.name);
    let listed = |name: &String| TABLES.iter().any(|table| table.name == name);
    Ok(names.filter(|name| !listed(name) && !HOUSEKEEPING.contains(&name.as_str())).collect())
}

/// The tables of [`TABLES`] that the database has, in that order. Of an older schema some may be
/// missing.
///
/// # Errors
/// [`Error::UnknownValue`] for a column or a reference of a kind that can't be dumped.
pub fn shapes(connection: &mut AnyConnection) -> Result<Vec<TableShape>> {
    let (columns, references) = match connection {
        AnyConnection::Sqlite(_) => (SQLITE_COLUMNS, SQLITE_REFERENCES),
        AnyConnection::Postgres(_) => (POSTGRES_COLUMNS, POSTGRES_REFERENCES),
    };
    let columns = on_each!(connection, |inner| sql_query(columns).load::<ColumnRow>(inner))?;
    let references =
        on_each!(connection, |inner| sql_query(references).load::<ReferenceRow>(inner))?;
    let mut by_table: BTreeMap<String, (Vec<ColumnRow>, Vec<ReferenceRow>)> = BTreeMap::new();
    for row in columns {
        by_table.entry(row.table_name.clone()).or_default().0.push(row);
    }
    for row in references {
        by_table.entry(row.table_name.clone()).or_default().1.push(row);
    }
    let known = TABLES.iter().filter_map(|table| by_table.remove_entry(table.name));
    known.map(|(name, (columns, references))| shape(name, columns, references)).collect()
}

fn shape(
    name: String,
    mut columns: Vec<ColumnRow>,
    references: Vec<ReferenceRow>,
) -> Result<TableShape> {
    let unknown = |what: &str, column: &str| {
        Error::UnknownValue(format!("{what} of the column {name}.{column}"))
    };
    // Databases that came to a schema by different ways have their columns in different orders.
    columns.sort_by(|a, b| {
        let order = |row: &ColumnRow| if row.key_place == 0 { i64::MAX } else { row.key_place };
        order(a).cmp(&order(b)).then_with(|| a.name.cmp(&b.name))
    });
    let mut shape = TableShape {
        key_columns: columns.iter().filter(|row| row.key_place > 0).count(),
        numbered: columns.iter().any(|row| row.numbered),
        columns: Vec::with_capacity(columns.len()),
        references: Vec::with_capacity(references.len()),
        name: name.clone(),
    };
    for row in columns {
        let kind = Kind::of_declaration(&row.declared)
            .ok_or_else(|| unknown(&format!("the type {:?}", row.declared), &row.name))?;
        // A key is never empty, whether it was said of it or not.
        let nullable = row.nullable && row.key_place == 0;
        shape.columns.push(Column { name: row.name, kind, nullable });
    }
    for row in references {
        if row.columns != 1 {
            return Err(unknown("the reference, with others,", &row.name));
        }
        let target = row.target.unwrap_or_else(|| "id".to_owned());
        shape.references.push(Reference { column: row.name, table: row.target_table, target });
    }
    shape.references.sort();
    Ok(shape)
}
