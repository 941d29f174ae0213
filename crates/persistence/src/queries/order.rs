//! Moving rows within a dense order, in three statements at most, however many rows there are.
//!
//! The order is unique within its parent, and SQLite checks that row by row: so rows that step
//! aside are first lifted far above everything else and then set down where they belong. It only
//! ever happens under the lock that `competitions::touch` takes.

/// Far above every place that there is.
const LIFT: i32 = 1_000_000;

/// The last place of all, where a shift of everything that follows ends.
pub(super) const END: i32 = LIFT - 1;

/// Makes the functions for one order: of a table, within a parent column, kept in an order column.
macro_rules! dense_order {
    ($name:ident: $table:ident ($parent:ident) by $order:ident) => {
        pub(in crate::queries) mod $name {
            use diesel::prelude::*;
            use estrad_domain::order::Move;

            use super::{END, LIFT};
            use crate::schema::$table::dsl;
            use crate::{AnyConnection, Result};

            /// Moves one row; those in between step aside.
            pub(in crate::queries) fn relocate(
                connection: &mut AnyConnection,
                parent: i64,
                id: i64,
                change: Move,
            ) -> Result<()> {
                if change.is_noop() {
                    return Ok(());
                }
                let row = || dsl::$table.find(id);
                diesel::update(row()).set(dsl::$order.eq(2 * LIFT)).execute(connection)?;
                let touched = change.touched();
                shift(connection, parent, *touched.start(), *touched.end(), change.step())?;
                diesel::update(row()).set(dsl::$order.eq(change.to)).execute(connection)?;
                Ok(())
            }

            /// Closes the gap that a deleted row left.
            pub(in crate::queries) fn close_gap(
                connection: &mut AnyConnection,
                parent: i64,
                place: i32,
            ) -> Result<()> {
                shift(connection, parent, place + 1, END, -1)
            }

            /// Moves the rows at the places `from` to `to` by so many places, where there has to
            /// be room for them.
            pub(in crate::queries) fn shift(
                connection: &mut AnyConnection,
                parent: i64,
                from: i32,
                to: i32,
                by: i32,
            ) -> Result<()> {
                let rows = || dsl::$table.filter(dsl::$parent.eq(parent));
                diesel::update(rows().filter(dsl::$order.between(from, to)))
                    .set(dsl::$order.eq(dsl::$order + LIFT))
                    .execute(connection)?;
                diesel::update(rows().filter(dsl::$order.between(LIFT, 2 * LIFT - 1)))
                    .set(dsl::$order.eq(dsl::$order - LIFT + by))
                    .execute(connection)?;
                Ok(())
            }
        }
    };
}

dense_order!(slides: slides (competition_id) by position);
dense_order!(alternatives: alternatives (question_id) by alternative_order);
dense_order!(correct_sides: alternatives (question_id) by correct_order);
