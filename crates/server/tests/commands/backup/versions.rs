//! Backups of databases of an older version.

use estrad_persistence::{Database, Options};
use estrad_testkit::run_sql;

use super::{about, other_kind};
use crate::harness::{Home, ServerProcess, on_both_databases};

/// A database as the first version made it, with a city and a picture.
fn first_version(home: &Home) {
    std::fs::create_dir_all(home.data("media")).expect("creates");
    let first = &Database::known_migrations()[..1];
    drop(Database::open_at(&Options::new(home.location()), first).expect("opens"));
    run_sql(
        &home.location(),
        "INSERT INTO cities (name) VALUES ('Kiruna');
         INSERT INTO media (filename, type_id, content_type, content_hash, byte_size, created_at)
         VALUES ('BILD.png', 1, 'image/png', 'none', 0, '2026-01-01 00:00:00')",
    );
}

on_both_databases! {
    async fn one_is_migrated_when_it_is_restored_and_not_when_it_is_made(home: Home) {
        first_version(&home);
        home.run("backup kept").printed();
        let options = Options::new(home.location());
        let (_, applied) = Database::open_as_it_is(&options).expect("opens");
        assert_eq!(applied.len(), 1, "the server of that version can go on");
        home.run("verify-backup kept").printed();

        let other = other_kind(&home);
        let printed = other.run(&about("restore", &home, "kept")).printed();
        assert!(printed.contains("Migrations that were run: 20261122000100"), "{printed}");
        // The second migration remembers the names of the pictures that are there.
        let names = "INSERT INTO media_names (name_key) VALUES ('bild.png')";
        let again = std::panic::catch_unwind(|| run_sql(&other.location(), names));
        assert!(again.is_err(), "the name is there");
        let (email, password) = other.create_ada();
        let server = ServerProcess::start(&other, "");
        let ada = server.log_in(email, password).await;
        let cities = server.get("/api/misc/cities").bearer(&ada).send().await.expect(200);
        assert!(cities.to_string().contains("Kiruna"), "{cities}");
    }

    async fn one_does_not_go_into_newer_tables(home: Home) {
        first_version(&home);
        home.run("backup kept").printed();
        let other = other_kind(&home);
        other.run("migrate").printed();
        let said = other.run(&about("restore", &home, "kept")).failed();
        assert!(said.contains("take one without any tables"), "{said}");
    }

    async fn a_table_that_nobody_knows_is_not_left_out_in_silence(home: Home) {
        home.create_ada();
        run_sql(&home.location(), "CREATE TABLE later (id INTEGER PRIMARY KEY)");
        let said = home.run("backup kept").failed();
        assert!(said.ends_with("does not know: later"), "{said}");
        assert!(!home.path("kept").exists());
    }
}
