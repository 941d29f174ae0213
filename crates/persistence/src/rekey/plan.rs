//! What has to change so that each row has its key, and every key its one owner.

use std::collections::HashMap;

use serde::Serialize;

/// Whether several rows may have a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Uniqueness {
    /// As many as like.
    None,
    /// One. Those that had it before that was so are told from it by their twin.
    Twins,
    /// One. Those that should have it too keep what they have.
    Strict,
}

/// A row as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: i64,
    /// Within what its key is unique.
    pub(super) scope: (i64, i64),
    /// The key that it has.
    pub(super) key: Option<String>,
    /// The key that it should have; none if it can have none.
    pub(super) wanted: Option<String>,
    pub(super) twin: i64,
}

/// The key of a row, as it is to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    pub(super) id: i64,
    pub(super) key: String,
    pub(super) twin: i64,
}

/// Rows that have the same key, as they were there before that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// What they are: `teams`, `codes` and so on.
    pub what: &'static str,
    /// Their ids, the lowest first.
    pub ids: Vec<i64>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// With a twin that nothing else can have: the row's own id.
    pub(super) changes: Vec<Change>,
    /// The ids of those changes whose twin is 0 in the end.
    pub(super) owners: Vec<i64>,
    /// The ids of the rows of each key that is not of one row.
    pub(super) collisions: Vec<Vec<i64>>,
}

impl Plan {
    /// The plan for the rows of a table, in the order of their ids.
    pub(super) fn of(rows: Vec<Row>, uniqueness: Uniqueness) -> Self {
        let mut groups: HashMap<_, Vec<Row>> = HashMap::with_capacity(rows.len());
        for row in rows {
            if let Some(wanted) = row.wanted.clone() {
                groups.entry((row.scope, wanted)).or_default().push(row);
            }
        }
        let mut plan = Self::default();
        for ((_, wanted), rows) in groups {
            let owns = |row: &Row| row.key.as_ref() == Some(&wanted) && row.twin == 0;
            // Who has the key already keeps it; else it is of who was first.
            let owner = rows.iter().find(|row| owns(row)).or(rows.first()).map(|row| row.id);
            for row in &rows {
                let is_owner = uniqueness == Uniqueness::None || owner == Some(row.id);
                if !is_owner && uniqueness == Uniqueness::Strict {
                    continue;
                }
                if row.key.as_ref() != Some(&wanted) || (row.twin == 0) != is_owner {
                    plan.changes.push(Change { id: row.id, key: wanted.clone(), twin: row.id });
                    plan.owners.extend(is_owner.then_some(row.id));
                }
            }
            if uniqueness != Uniqueness::None && rows.len() > 1 {
                plan.collisions.push(rows.iter().map(|row| row.id).collect());
            }
        }
        plan.collisions.sort_unstable();
        plan
    }

    /// Whether everything is as it should be.
    pub(super) fn is_done(&self) -> bool {
        self.changes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Uniqueness::{Strict, Twins};
    use super::*;

    fn row(id: i64, key: Option<&str>, wanted: &str, twin: i64) -> Row {
        let owned = |text: &str| text.to_owned();
        Row { id, scope: (0, 0), key: key.map(owned), wanted: Some(owned(wanted)), twin }
    }

    #[test]
    fn the_first_of_a_key_owns_it_and_the_others_are_kept_and_listed() {
        let plan = Plan::of(vec![row(1, None, "a", 0), row(2, None, "a", 0)], Twins);
        assert_eq!(plan.changes.len(), 2);
        assert_eq!((plan.owners, plan.collisions), (vec![1], vec![vec![1, 2]]));
    }

    #[test]
    fn who_owns_a_key_keeps_it_and_nothing_changes_twice() {
        let rows = vec![row(1, Some("a"), "a", 1), row(2, Some("a"), "a", 0)];
        let plan = Plan::of(rows, Twins);
        assert!(plan.is_done());
        assert_eq!(plan.collisions, [[1, 2]]);
        assert!(Plan::of(vec![row(1, Some("a"), "a", 0)], Twins).is_done());
    }

    #[test]
    fn a_twin_that_is_left_alone_owns_the_key() {
        let plan = Plan::of(vec![row(7, Some("a"), "a", 7)], Twins);
        assert_eq!((plan.owners, plan.collisions), (vec![7], vec![]));
    }

    #[test]
    fn scopes_have_nothing_to_do_with_each_other() {
        let other = Row { scope: (1, 0), ..row(2, Some("a"), "a", 0) };
        let plan = Plan::of(vec![row(1, Some("a"), "a", 0), other], Twins);
        assert_eq!(plan, Plan::default());
    }

    #[test]
    fn where_keys_need_not_be_unique_everybody_has_theirs() {
        let plan =
            Plan::of(vec![row(1, None, "a", 0), row(2, Some("a"), "a", 0)], Uniqueness::None);
        assert_eq!((plan.owners, plan.collisions), (vec![1], vec![]));
    }

    #[test]
    fn without_twins_the_others_keep_what_they_have() {
        let plan = Plan::of(vec![row(1, Some("a"), "a", 0), row(2, Some("A"), "a", 0)], Strict);
        assert!(plan.is_done());
        assert_eq!(plan.collisions, [[1, 2]]);
        let plan = Plan::of(vec![row(1, Some("A"), "a", 0), row(2, Some("ａ"), "a", 0)], Strict);
        assert_eq!((plan.changes.len(), plan.owners), (1, vec![1]));
    }
}
