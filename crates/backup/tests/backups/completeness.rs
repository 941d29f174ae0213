//! A table or a column that is added later is in backups and copies, or these tests fail.

use std::collections::BTreeSet;

use estrad_persistence::dump::{self, TABLES, TableShape};
use estrad_persistence::{AnyConnection, Error as StorageError};
use estrad_testkit::run_sql;

use super::{Fresh, block_on};

fn shapes(fresh: &Fresh) -> Vec<TableShape> {
    block_on(fresh.open().snapshot(dump::shapes)).expect("shapes")
}

/// Whoever adds a table adds a line to `TABLES` in `crates/persistence/src/dump/tables.rs`.
#[test]
fn every_table_of_the_migrated_schema_is_listed() {
    for fresh in [Fresh::sqlite(), Fresh::postgres()] {
        let uncovered = block_on(fresh.open().snapshot(dump::uncovered)).expect("names");
        assert_eq!(uncovered, Vec::<String>::new(), "add them to TABLES in dump/tables.rs");
        let found: Vec<String> = shapes(&fresh).into_iter().map(|shape| shape.name).collect();
        let listed: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        assert_eq!(found, listed);
    }
}

#[test]
fn both_databases_have_the_same_tables_columns_and_references() {
    for (sqlite, postgres) in shapes(&Fresh::sqlite()).into_iter().zip(shapes(&Fresh::postgres())) {
        assert_eq!(sqlite, postgres);
        assert!(!sqlite.key().is_empty(), "{} has no primary key", sqlite.name);
    }
}

#[test]
fn every_table_comes_after_those_that_it_refers_to() {
    let mut before = BTreeSet::new();
    for shape in shapes(&Fresh::sqlite()) {
        for reference in &shape.references {
            let known = reference.table == shape.name || before.contains(&reference.table);
            assert!(known, "{} refers to {}, which comes later", shape.name, reference.table);
        }
        before.insert(shape.name);
    }
}

#[test]
fn what_migrations_fill_is_marked() {
    for fresh in [Fresh::sqlite(), Fresh::postgres()] {
        let filled = |connection: &mut AnyConnection| {
            let mut filled = Vec::new();
            for shape in dump::shapes(connection)? {
                let mut rows = 0;
                dump::read(connection, &shape, |_| {
                    rows += 1;
                    Ok::<_, StorageError>(())
                })?;
                if rows > 0 {
                    filled.push(shape.name);
                }
            }
            Ok::<_, StorageError>(filled)
        };
        let filled = block_on(fresh.open().snapshot(filled)).expect("reads");
        let seeded: Vec<&str> =
            TABLES.iter().filter(|table| table.seeded).map(|table| table.name).collect();
        assert_eq!(filled, seeded);
    }
}

#[test]
fn a_column_that_is_added_later_is_read_without_a_change_here() {
    for fresh in [Fresh::sqlite(), Fresh::postgres()] {
        let location = fresh.options().location;
        run_sql(&location, "ALTER TABLE roles ADD COLUMN later TEXT NOT NULL DEFAULT 'there'");
        let roles = shapes(&fresh).into_iter().find(|shape| shape.name == "roles").expect("roles");
        let names: Vec<&str> = roles.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["id", "later", "name"], "the key first, then by name");
        let read = move |connection: &mut AnyConnection| {
            let mut lines = String::new();
            dump::read(connection, &roles, |row| {
                dump::write_line(&row, &mut lines);
                Ok::<_, StorageError>(())
            })?;
            Ok::<_, StorageError>(lines)
        };
        let lines = block_on(fresh.open().snapshot(read)).expect("reads");
        assert_eq!(lines, "[1,\"there\",\"Admin\"]\n[2,\"there\",\"Editor\"]\n");
    }
}

#[test]
fn a_kind_of_column_that_is_not_known_is_refused() {
    for fresh in [Fresh::sqlite(), Fresh::postgres()] {
        run_sql(&fresh.options().location, "ALTER TABLE roles ADD COLUMN later NUMERIC");
        let refused = block_on(fresh.open().snapshot(dump::shapes)).expect_err("a kind");
        assert!(refused.to_string().to_lowercase().contains("numeric"), "{refused}");
        assert!(refused.to_string().contains("roles.later"), "{refused}");
    }
}
