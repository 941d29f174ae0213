//! The keys that rows may refer to.

use std::collections::{BTreeMap, BTreeSet};

use estrad_persistence::dump::Value;

/// Which values a column has, for columns that others refer to.
#[derive(Default)]
pub(super) struct Keys {
    columns: BTreeMap<(String, String), Column>,
}

/// Numbers take eight bytes each; they come in their order, or are put in it.
#[derive(Default)]
struct Column {
    numbers: Vec<i64>,
    texts: BTreeSet<String>,
}

impl Keys {
    /// Remembers the values of this column.
    pub(super) fn want(&mut self, table: &str, column: &str) {
        self.columns.entry((table.to_owned(), column.to_owned())).or_default();
    }

    /// Whether the values of this column are remembered.
    pub(super) fn wants(&self, table: &str, column: &str) -> bool {
        self.columns.contains_key(&(table.to_owned(), column.to_owned()))
    }

    pub(super) fn add(&mut self, table: &str, column: &str, value: &Value) {
        let Some(known) = self.columns.get_mut(&(table.to_owned(), column.to_owned())) else {
            return;
        };
        match value {
            Value::Integer(number) => match known.numbers.binary_search(number) {
                Ok(_) => {}
                Err(place) => known.numbers.insert(place, *number),
            },
            Value::Text(text) => drop(known.texts.insert(text.clone())),
            _ => {}
        }
    }

    pub(super) fn has(&self, table: &str, column: &str, value: &Value) -> bool {
        let known = self.columns.get(&(table.to_owned(), column.to_owned()));
        known.is_some_and(|known| match value {
            Value::Integer(number) => known.numbers.binary_search(number).is_ok(),
            Value::Text(text) => known.texts.contains(text),
            _ => false,
        })
    }
}
