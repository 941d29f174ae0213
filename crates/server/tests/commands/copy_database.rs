//! `estrad copy-database`

use std::fs;

use estrad_persistence::{Database, Location, Options};
use estrad_testkit::run_sql;
use serde_json::Value;

use crate::backup::other_kind;
use crate::harness::{Home, ServerProcess, on_both_databases};

fn url(home: &Home) -> String {
    match home.location() {
        Location::Sqlite(path) => format!("sqlite:{}", path.display()),
        Location::Postgres(url) => url,
    }
}

fn between(from: &Home, to: &Home) -> String {
    if let Location::Sqlite(path) = to.location() {
        fs::create_dir_all(path.parent().expect("a directory")).expect("creates");
    }
    format!("copy-database --from {} --to {}", url(from), url(to))
}

/// The digests of the tables, by a backup of the database.
fn tables(home: &Home, name: &str) -> Value {
    home.run(&format!("backup {name} --without-key")).printed();
    let manifest = fs::read(home.path(name).join("manifest.json")).expect("readable");
    serde_json::from_slice::<Value>(&manifest).expect("JSON")["tables"].take()
}

on_both_databases! {
    async fn everything_goes_to_the_other_kind_and_back(home: Home) {
        let (email, password) = home.create_ada();
        let export = concat!(env!("CARGO_MANIFEST_DIR"), "/../import/tests/data");
        home.run(&format!("import t8 {export}")).printed();
        let server = ServerProcess::start(&home, "");
        let ada = server.log_in(email, password).await;
        let rich = server.get("/api/competitions/1").bearer(&ada).send().await.expect(200);
        server.stop();

        let (other, back) = (other_kind(&home), other_kind(&other_kind(&home)));
        let printed = home.run(&between(&home, &other)).printed();
        assert!(printed.contains(&format!("tables are in {} now", other.location())), "{printed}");
        other.run(&between(&other, &back)).printed();
        let first = tables(&home, "first");
        assert_eq!(tables(&other, "copy"), first);
        assert_eq!(tables(&back, "back"), first);

        let server = ServerProcess::start(&other, "");
        let ada = server.log_in(email, password).await;
        let copy = server.get("/api/competitions/1").bearer(&ada).send().await.expect(200);
        assert_eq!(copy, rich);
    }

    async fn only_what_is_current_goes_into_what_is_empty(home: Home) {
        let other = other_kind(&home);
        let said = home.run(&between(&home, &other)).failed();
        assert_eq!(said, format!("there is no database of Estrad's at {}", home.location()));
        home.create_ada();
        other.create_ada();
        let said = home.run(&between(&home, &other)).failed();
        assert!(said.contains(&format!("the database {} is not empty", other.location())), "{said}");
        let said = home.run(&between(&home, &home)).failed();
        assert!(said.contains(&format!("the database {} is not empty", home.location())), "{said}");
        let (one, two) = (url(&home), url(&other));
        for (from, to, flag) in [("mysql://h/d", &*two, "--from"), (&*one, "x", "--to")] {
            let said = home.run(&format!("copy-database --from {from} --to {to}")).refused();
            assert!(said.starts_with(&format!("{flag}: it starts with neither")), "{said}");
        }

        let old = other_kind(&home);
        fs::create_dir_all(old.data("media")).expect("creates");
        let first = &Database::known_migrations()[..1];
        drop(Database::open_at(&Options::new(old.location()), first).expect("opens"));
        let said = home.run(&between(&old, &other_kind(&old))).failed();
        assert!(said.contains("run estrad migrate on it first"), "{said}");
    }

    async fn what_can_not_be_written_leaves_the_target_empty(home: Home) {
        home.create_ada();
        let other = other_kind(&home);
        other.run("migrate").printed();
        // The last but one of the tables refuses.
        let column = "ALTER TABLE revoked_tokens ADD COLUMN surprise TEXT NOT NULL DEFAULT 'x'";
        run_sql(&other.location(), column);
        run_sql(&home.location(), "INSERT INTO revoked_tokens VALUES ('a', '2026-01-01 00:00:00')");
        let said = home.run(&between(&home, &other)).failed();
        assert!(said.contains("revoked_tokens"), "{said}");
        run_sql(&other.location(), "ALTER TABLE revoked_tokens DROP COLUMN surprise");
        home.run(&between(&home, &other)).printed();
    }
}

/// SQLite keeps what PostgreSQL does not.
#[test]
fn a_nul_is_named() {
    let home = Home::new();
    home.create_ada();
    run_sql(&home.location(), "UPDATE users SET name = 'A' || char(0) || 'da'");
    let said = home.run(&between(&home, &Home::with_postgres())).failed();
    assert!(said.contains("a NUL character in users.name"), "{said}");
}
