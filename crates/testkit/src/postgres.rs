//! PostgreSQL databases for tests: one each, on the server that `cargo xtask test` starts.
//!
//! Migrating a database takes longer than most tests. So the first test that asks migrates a
//! template, and every database is a copy of it, which PostgreSQL makes in a few milliseconds.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use diesel::{Connection, PgConnection, RunQueryDsl};

/// Where the server is, as a superuser of it.
const URL_VARIABLE: &str = "ESTRAD_TEST_POSTGRES_URL";
/// PostgreSQL cuts longer names off without a word.
const MAX_NAME: usize = 63;

/// A database of a test's own. Dropping this drops the database, whoever is still connected.
#[derive(Debug)]
pub struct TestDatabase {
    /// Where to connect to, as a superuser.
    pub url: String,
    name: String,
    server: String,
}

/// Makes a migrated database.
///
/// `fingerprint` stands for what `migrate` does, such as the start of a hash of the migrations:
/// where a database was migrated under the same fingerprint before, by any process, it is copied
/// instead. `migrate` gets the URL of an empty database and leaves no connection to it open.
///
/// # Panics
/// There is no server, or it refuses, or `migrate` panics; or the fingerprint is not 1 to 41 of
/// `a-z`, `0-9` and `_`.
pub fn create_database(fingerprint: &str, migrate: impl FnOnce(&str)) -> TestDatabase {
    let server = server_url();
    let mut connection = connect(&server);
    let template = template_name(fingerprint);
    ensure_template(&mut connection, &server, &template, migrate);

    let name = unique_name();
    execute(&mut connection, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
    TestDatabase { url: with_database(&server, &name), name, server }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let dropped = PgConnection::establish(&self.server).map_err(|e| e.to_string()).and_then(
            |mut connection| {
                let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
                connection.batch_execute(&sql).map_err(|e| e.to_string())
            },
        );
        // The test may be failing already: no second panic.
        if let Err(error) = dropped {
            eprintln!("the test database {} stays behind: {error}", self.name);
        }
    }
}

/// Migrates the template if no other test has. Tests run in many processes at once, so they take
/// turns by a lock in the database.
fn ensure_template(
    connection: &mut PgConnection,
    server: &str,
    template: &str,
    migrate: impl FnOnce(&str),
) {
    if exists(connection, template) {
        return;
    }
    // Held until unlocked or until the connection ends, so also when `migrate` panics.
    let lock = format!("(hashtextextended('{template}', 0))");
    execute(connection, &format!("SELECT pg_advisory_lock{lock}"));
    if !exists(connection, template) {
        // Only a finished template gets the name. One left half-made is made anew.
        let draft = format!("{template}_draft");
        execute(connection, &format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)"));
        execute(connection, &format!("CREATE DATABASE {draft} TEMPLATE template0"));
        migrate(&with_database(server, &draft));
        // A template with a connection, be it autovacuum's, cannot be copied.
        execute(connection, &format!("ALTER DATABASE {draft} ALLOW_CONNECTIONS false"));
        execute(connection, &format!("ALTER DATABASE {draft} RENAME TO {template}"));
    }
    execute(connection, &format!("SELECT pg_advisory_unlock{lock}"));
}

/// Ends all connections to the database of the URL and takes no new ones, or takes them again.
pub(crate) fn cut_off(url: &str, off: bool) {
    let name = url.rsplit('/').next().and_then(|rest| rest.split('?').next()).unwrap_or_default();
    let mut connection = connect(&server_url());
    let sql = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {}", !off);
    execute(&mut connection, &sql);
    if off {
        execute(
            &mut connection,
            &format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        );
    }
}

fn template_name(fingerprint: &str) -> String {
    let name = format!("estrad_template_{fingerprint}");
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    assert!(
        !fingerprint.is_empty()
            && fingerprint.bytes().all(plain)
            && name.len() + "_draft".len() <= MAX_NAME,
        "the fingerprint {fingerprint:?} is not 1 to 41 of a-z, 0-9 and _"
    );
    name
}

/// Process ids come again and a server may outlive many test runs, hence the randomness.
fn unique_name() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let random = RandomState::new().build_hasher().finish();
    format!("estrad_test_{}_{count}_{random:016x}", std::process::id())
}

/// The same server's URL with another database.
fn with_database(server: &str, name: &str) -> String {
    let (address, query) = match server.split_once('?') {
        Some((address, query)) => (address, format!("?{query}")),
        None => (server, String::new()),
    };
    let host = address.find("://").map_or(0, |at| at + "://".len());
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    format!("{}/{name}{query}", &address[..end])
}

fn server_url() -> String {
    std::env::var(URL_VARIABLE).unwrap_or_else(|_| {
        panic!(
            "{URL_VARIABLE} is not set: run the tests by `cargo xtask test`, or start a server \
             by `cargo xtask postgres` and set what it prints"
        )
    })
}

fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url)
        .unwrap_or_else(|error| panic!("cannot connect to {URL_VARIABLE}: {error}"))
}

fn exists(connection: &mut PgConnection, database: &str) -> bool {
    let there = format!("EXISTS (SELECT FROM pg_database WHERE datname = '{database}')");
    diesel::select(sql::<Bool>(&there))
        .get_result(connection)
        .unwrap_or_else(|error| panic!("cannot look for the database {database}: {error}"))
}

fn execute(connection: &mut PgConnection, sql: &str) {
    connection.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    fn migrate(url: &str) {
        execute(&mut connect(url), "CREATE TABLE city (name TEXT)");
    }

    /// A template of the test's own, which it removes when done.
    struct Fingerprint(String);

    impl Fingerprint {
        fn unused() -> Self {
            Self(format!("unused_{:016x}", RandomState::new().build_hasher().finish()))
        }
    }

    impl Drop for Fingerprint {
        fn drop(&mut self) {
            let template = template_name(&self.0);
            execute(&mut connect(&server_url()), &format!("DROP DATABASE IF EXISTS {template}"));
        }
    }

    fn holds(url: &str, condition: &str) -> bool {
        diesel::select(sql::<Bool>(condition)).get_result(&mut connect(url)).unwrap()
    }

    #[test]
    fn two_databases_are_independent() {
        let (one, other) =
            (create_database("independent", migrate), create_database("independent", migrate));
        execute(&mut connect(&one.url), "INSERT INTO city VALUES ('Linköping')");
        assert!(holds(&one.url, "EXISTS (SELECT FROM city)"));
        assert!(!holds(&other.url, "EXISTS (SELECT FROM city)"));
    }

    #[test]
    fn one_of_many_at_once_migrates_and_later_ones_copy() {
        let fingerprint = Fingerprint::unused();
        let migrations = AtomicU32::new(0);
        let counting = |url: &str| {
            migrations.fetch_add(1, Ordering::Relaxed);
            migrate(url);
        };
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| create_database(&fingerprint.0, counting));
            }
        });
        let later = create_database(&fingerprint.0, counting);
        assert_eq!(migrations.into_inner(), 1);
        assert!(!holds(&later.url, "EXISTS (SELECT FROM city)"));
    }

    #[test]
    fn a_migration_that_fails_leaves_no_template() {
        let fingerprint = Fingerprint::unused();
        let failed = catch_unwind(AssertUnwindSafe(|| {
            create_database(&fingerprint.0, |_| panic!("as it should"));
        }));
        assert!(failed.is_err());
        let next = create_database(&fingerprint.0, migrate);
        assert!(!holds(&next.url, "EXISTS (SELECT FROM city)"));
    }

    #[test]
    fn a_database_goes_with_its_value_even_while_connected() {
        let database = create_database("dropped", migrate);
        let _connected = connect(&database.url);
        let name = database.name.clone();
        drop(database);
        assert!(!exists(&mut connect(&server_url()), &name));
    }

    #[test]
    fn only_the_database_of_a_url_is_replaced() {
        assert_eq!(with_database("postgres://a@h:1/postgres", "x"), "postgres://a@h:1/x");
        assert_eq!(with_database("postgres://a@h:1", "x"), "postgres://a@h:1/x");
        assert_eq!(with_database("postgres:///p?host=/tmp", "x"), "postgres:///x?host=/tmp");
    }
}
