//! The tables whose rows have keys, and how these are read and stored.

use diesel::prelude::*;
use diesel::sql_types::Text;
use estrad_domain::code::Code;
use estrad_domain::name;
use estrad_domain::user::Email;

use super::plan::{Plan, Row, Uniqueness};
use crate::schema::{cities, codes, competitions, teams, users};
use crate::{AnyConnection, Error, Result};

/// A table with a key.
pub(super) struct Table {
    /// What its rows are, for people.
    pub(super) what: &'static str,
    pub(super) uniqueness: Uniqueness,
    table: &'static str,
    key: &'static str,
    twin: Option<&'static str>,
    read: fn(&mut AnyConnection) -> Result<Vec<Row>>,
}

/// All of them.
pub(super) const TABLES: &[Table] = &[
    Table {
        what: "cities",
        uniqueness: Uniqueness::Twins,
        table: "cities",
        key: "name_key",
        twin: Some("name_twin"),
        read: cities,
    },
    Table {
        what: "competitions",
        uniqueness: Uniqueness::Twins,
        table: "competitions",
        key: "name_key",
        twin: Some("name_twin"),
        read: competitions,
    },
    Table {
        what: "teams",
        uniqueness: Uniqueness::Twins,
        table: "teams",
        key: "name_key",
        twin: Some("name_twin"),
        read: teams,
    },
    Table {
        what: "codes",
        uniqueness: Uniqueness::Twins,
        table: "codes",
        key: "folded",
        twin: Some("folded_twin"),
        read: codes,
    },
    Table {
        what: "names of users",
        uniqueness: Uniqueness::None,
        table: "users",
        key: "name_key",
        twin: None,
        read: users,
    },
    Table {
        what: "emails of users",
        uniqueness: Uniqueness::Strict,
        table: "users",
        key: "email",
        twin: None,
        read: emails,
    },
];

impl Table {
    pub(super) fn rows(&self, connection: &mut AnyConnection) -> Result<Vec<Row>> {
        (self.read)(connection)
    }

    /// Keeps others from writing to the table until the transaction ends.
    pub(super) fn lock(&self, connection: &mut AnyConnection) -> Result<()> {
        // A writer of SQLite is alone already.
        if let AnyConnection::Postgres(inner) = connection {
            let lock = format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", self.table);
            diesel::sql_query(lock).execute(inner)?;
        }
        Ok(())
    }

    /// Stores the keys of a plan: first all beside each other, then those whose own they are.
    pub(super) fn store(&self, connection: &mut AnyConnection, plan: &Plan) -> Result<()> {
        if plan.is_done() {
            return Ok(());
        }
        let Some(twin) = self.twin else {
            return self.update(connection, &[(self.key, "key", "text")], &plan.changes);
        };
        let columns = [(self.key, "key", "text"), (twin, "twin", "bigint")];
        self.update(connection, &columns, &plan.changes)?;
        let owners: Vec<_> =
            plan.owners.iter().map(|id| serde_json::json!({"id": id, "twin": 0})).collect();
        self.update(connection, &columns[1..], &owners)
    }

    /// Sets columns of many rows in one statement: a column, the member that it is set to, its type.
    fn update(
        &self,
        connection: &mut AnyConnection,
        columns: &[(&str, &str, &str)],
        rows: &[impl serde::Serialize],
    ) -> Result<()> {
        let json =
            serde_json::to_string(rows).map_err(|error| Error::UnknownValue(error.to_string()))?;
        let table = self.table;
        let set = |value: &dyn Fn(&str) -> String| {
            let set =
                columns.iter().map(|(column, member, _)| format!("{column} = {}", value(member)));
            set.collect::<Vec<_>>().join(", ")
        };
        match connection {
            AnyConnection::Sqlite(inner) => {
                let set = set(&|member| format!("v.value ->> '{member}'"));
                let update = format!(
                    "UPDATE {table} SET {set} FROM json_each(?) AS v WHERE {table}.id = v.value ->> 'id'"
                );
                diesel::sql_query(update).bind::<Text, _>(json).execute(inner)?;
            }
            AnyConnection::Postgres(inner) => {
                let set = set(&|member| format!("v.{member}"));
                let members = columns.iter().map(|(_, member, kind)| format!("{member} {kind}"));
                let members = members.collect::<Vec<_>>().join(", ");
                let update = format!(
                    "UPDATE {table} SET {set} FROM json_to_recordset($1::json) \
                     AS v (id bigint, {members}) WHERE {table}.id = v.id"
                );
                diesel::sql_query(update).bind::<Text, _>(json).execute(inner)?;
            }
        }
        Ok(())
    }
}

fn cities(connection: &mut AnyConnection) -> Result<Vec<Row>> {
    let rows = cities::table
        .order(cities::id)
        .select((cities::id, cities::name, cities::name_key, cities::name_twin))
        .load::<(i64, String, Option<String>, i64)>(connection)?;
    let row = |(id, name, key, twin): (i64, String, _, _)| Row {
        id,
        scope: (0, 0),
        key,
        wanted: Some(name::key(&name)),
        twin,
    };
    Ok(rows.into_iter().map(row).collect())
}

fn competitions(connection: &mut AnyConnection) -> Result<Vec<Row>> {
    type Stored = (i64, (i32, i64), String, String, i64);
    let rows = competitions::table
        .order(competitions::id)
        .select((
            competitions::id,
            (competitions::year, competitions::city_id),
            competitions::name,
            competitions::name_key,
            competitions::name_twin,
        ))
        .load::<Stored>(connection)?;
    let row = |(id, (year, city_id), name, key, twin): Stored| Row {
        id,
        scope: (year.into(), city_id),
        key: Some(key),
        wanted: Some(name::key(&name)),
        twin,
    };
    Ok(rows.into_iter().map(row).collect())
}

fn teams(connection: &mut AnyConnection) -> Result<Vec<Row>> {
    type Stored = (i64, i64, String, Option<String>, i64);
    let columns =
        (teams::id, teams::competition_id, teams::name, teams::name_key, teams::name_twin);
    let rows = teams::table.order(teams::id).select(columns).load::<Stored>(connection)?;
    let row = |(id, competition_id, name, key, twin): Stored| Row {
        id,
        scope: (competition_id, 0),
        key,
        wanted: Some(name::key(&name)),
        twin,
    };
    Ok(rows.into_iter().map(row).collect())
}

fn codes(connection: &mut AnyConnection) -> Result<Vec<Row>> {
    type Stored = (i64, String, Option<String>, i64);
    let rows = codes::table
        .order(codes::id)
        .select((codes::id, codes::code, codes::folded, codes::folded_twin))
        .load::<Stored>(connection)?;
    let row = |(id, code, key, twin): Stored| Row {
        id,
        scope: (0, 0),
        key,
        wanted: Code::parse(&code).ok().map(|code| code.folded()),
        twin,
    };
    Ok(rows.into_iter().map(row).collect())
}

fn users(connection: &mut AnyConnection) -> Result<Vec<Row>> {
    let rows = users::table
        .order(users::id)
        .select((users::id, users::name, users::name_key))
        .load::<(i64, Option<String>, String)>(connection)?;
    let row = |(id, name, key): (i64, Option<String>, String)| Row {
        id,
        scope: (0, 0),
        key: Some(key),
        wanted: Some(name::key(name.as_deref().unwrap_or_default())),
        twin: 0,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// An address is its own key, and without a twin: of two, the second keeps what it has.
fn emails(connection: &mut AnyConnection) -> Result<Vec<Row>> {
    let rows = users::table
        .order(users::id)
        .select((users::id, users::email))
        .load::<(i64, String)>(connection)?;
    let row = |(id, email): (i64, String)| Row {
        id,
        scope: (0, 0),
        wanted: Email::new(&email).ok().map(|email| email.as_str().to_owned()),
        key: Some(email),
        twin: 0,
    };
    Ok(rows.into_iter().map(row).collect())
}
