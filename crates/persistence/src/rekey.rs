//! Keys that SQL can't make: those of names, addresses and codes that were there before their rule.
//!
//! Run at every start after the migrations, as the rule may be that of a newer Unicode, and an older
//! server may have written meanwhile. When everything has its key, nothing is written.

mod plan;
mod tables;

pub use plan::Collision;
use plan::Plan;
use tables::TABLES;

use crate::database::{Kind, in_transaction};
use crate::{AnyConnection, Result};

/// Gives everything its key, and lists what has the same one as something else: that was there before
/// keys were unique, and is kept.
pub(crate) fn run(connection: &mut AnyConnection) -> Result<Vec<Collision>> {
    let plans = look(connection)?;
    if plans.iter().all(Plan::is_done) {
        return Ok(collisions(plans));
    }
    in_transaction(connection, Kind::Write, |connection| {
        for table in TABLES {
            table.lock(connection)?;
        }
        // Somebody may have written since.
        let plans = look(connection)?;
        for (table, plan) in TABLES.iter().zip(&plans) {
            table.store(connection, plan)?;
        }
        Ok(collisions(plans))
    })
}

fn look(connection: &mut AnyConnection) -> Result<Vec<Plan>> {
    TABLES.iter().map(|table| Ok(Plan::of(table.rows(connection)?, table.uniqueness))).collect()
}

fn collisions(plans: Vec<Plan>) -> Vec<Collision> {
    let mut all = Vec::new();
    for (table, plan) in TABLES.iter().zip(plans) {
        all.extend(plan.collisions.into_iter().map(|ids| Collision { what: table.what, ids }));
    }
    all
}
