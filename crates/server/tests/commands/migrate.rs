//! `estrad migrate`, and what becomes of databases of another version.

use std::path::{Path, PathBuf};

use estrad_persistence::Location;
use estrad_testkit::run_sql;

use crate::harness::{Home, ServerProcess, on_both_databases};

/// The migrations of a database, by name, in their order.
fn migrations(database: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database);
    let entries = std::fs::read_dir(root).expect("migrations");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// Two competitions as they were before: points below 0 in the first, and the questions 1 and 2 of type
/// Single, of which the second has two right alternatives, as the third has, which is of type Multiple.
const BEFORE: &str = "
    INSERT INTO competitions (id, name, name_key, year, city_id, created_at, updated_at)
    SELECT n, 'C' || n, 'c' || n, 2026, (SELECT min(id) FROM cities),
        '2026-11-22 12:00:00', '2026-11-22 12:00:00'
    FROM (SELECT 1 AS n UNION SELECT 2) AS numbers;
    INSERT INTO slides (id, competition_id, position, title) VALUES (1, 1, 0, ''), (2, 2, 0, '');
    INSERT INTO questions (id, slide_id, name, total_score, type_id)
    VALUES (1, 1, 'one', 1, 4), (2, 1, 'two', 1, 4), (3, 2, 'several', 1, 3);
    INSERT INTO alternatives
        (question_id, alternative, alternative_order, correct, correct_order)
    VALUES (1, 'a', 0, '1', 0), (1, 'b', 1, '0', 1), (2, 'a', 0, '1', 0), (2, 'b', 1, '1', 1),
        (3, 'a', 0, '1', 0), (3, 'b', 1, '1', 1);
    INSERT INTO teams (id, competition_id, name) VALUES (1, 1, 'A'), (2, 2, 'B');
    INSERT INTO scores (team_id, question_id, score_hundredths, updated_at)
    VALUES (1, 1, -50, '2026-11-22 12:00:00'), (1, 2, 100, '2026-11-22 12:00:00'),
        (2, 3, 100, '2026-11-22 12:00:00');
";

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| -> Vec<_> {
        migrations(database)
            .iter()
            .filter_map(|path| path.file_name()?.to_str().map(str::to_owned))
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

on_both_databases! {
    async fn every_migration_can_be_taken_back_and_run_again(home: Home) {
        let (email, password) = home.create_ada();
        let database = match home.location() {
            Location::Sqlite(_) => "sqlite",
            Location::Postgres(_) => "postgres",
        };
        let run = |path: &Path, file: &str| {
            let sql = std::fs::read_to_string(path.join(file)).expect(file);
            run_sql(&home.location(), &sql);
        };
        migrations(database).iter().rev().for_each(|path| run(path, "down.sql"));
        migrations(database).iter().for_each(|path| run(path, "up.sql"));
        let mut server = ServerProcess::start(&home, "");
        server.first_admin();
        server.try_log_in(email, password).await.expect_error(401, "wrong_credentials");
    }

    async fn what_stands_already_decides_what_is_allowed(home: Home) {
        home.create_ada();
        let database = match home.location() {
            Location::Sqlite(_) => "sqlite",
            Location::Postgres(_) => "postgres",
        };
        let all = migrations(database);
        let own = |path: &&PathBuf| path.ends_with("2026-11-25-000300_scores_and_choices");
        let own = all.iter().find(own).expect("the migration");
        let run = |file: &str| {
            let sql = std::fs::read_to_string(own.join(file)).expect(file);
            run_sql(&home.location(), &sql);
        };
        run("down.sql");
        run_sql(&home.location(), BEFORE);
        run("up.sql");
        // A statement that fails where it is not so.
        let is = |table: &str, column: &str, ids: &str| {
            let wrong = format!(
                "INSERT INTO {table} SELECT * FROM {table} WHERE {column} <> (id IN ({ids}))"
            );
            run_sql(&home.location(), &wrong);
        };
        is("competitions", "negative_allowed", "1");
        is("questions", "manual_grading", "2");
    }

    async fn a_fresh_database_is_migrated_once(home: Home) {
        let printed = home.run("migrate").printed();
        let known = " is up to date now. Migrations that were run: ";
        let (database, run) = printed.split_once(known).expect(&printed);
        assert_eq!(database, format!("The database {}", home.location()));
        assert!(run.starts_with("2026"), "{run}");
        assert_eq!(home.run("migrate").printed(), format!("{database} is up to date.\n"));
        let mut server = ServerProcess::start(&home, "");
        server.first_admin();
    }

    async fn what_looks_the_same_since_before_is_kept_and_listed_at_start(home: Home) {
        home.create_ada();
        run_sql(&home.location(), "INSERT INTO cities (name) VALUES ('ＬＵＮＤ'), ('Kiruna')");
        let mut server = ServerProcess::start(&home, "");
        let line = server.log.through("these look the same");
        let line = line.lines().last().expect("a line");
        assert!(line.contains("\"what\":\"cities\"") && line.contains("\"ids\":\"1, 2\""), "{line}");
        assert!(!line.contains("Lund") && !line.contains("ＬＵＮＤ"), "{line}");
        run_sql(&home.location(), "UPDATE cities SET name = 'Malmö' WHERE id = 2");
        drop(server.stop());
        let again = ServerProcess::start(&home, "").stop();
        assert!(!again.log.contains("look the same"), "{}", again.log);
    }

    async fn a_database_of_a_newer_version_is_left_alone(home: Home) {
        let (email, password) = home.create_ada();
        let newer = "__diesel_schema_migrations (version) VALUES ('29991231000000')";
        run_sql(&home.location(), &format!("INSERT INTO {newer}"));
        let create = "admin create --email b@example.org --name B --city B --password-stdin";
        let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../import/tests/data");
        for arguments in [
            "serve --listen 127.0.0.1:0",
            &format!("serve --listen 127.0.0.1:0 --demo --data-dir {}", home.data("").display()),
            "migrate",
            &format!("import t8 {data}"),
            create,
            "admin unlock --email ada@example.org",
        ] {
            assert_eq!(
                home.run_with_input(arguments, "long enough\n").failed(),
                format!(
                    "the database {} was made by a newer version of Estrad (it has the migration \
                     29991231000000, which this one does not know): use that version, or restore a \
                     backup from before",
                    home.location()
                ),
                "{arguments}"
            );
        }
        run_sql(&home.location(), "DELETE FROM __diesel_schema_migrations WHERE version > '2999'");
        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        assert_eq!(server.total(&token, "/api/users/search").await, 1);
        assert_eq!(server.total(&token, "/api/competitions/search").await, 0);
    }

    async fn several_that_start_at_once_all_come_up(home: Home) {
        let secret = "a secret that all of the nodes know";
        let home = home.with_variable("ESTRAD_JWT_SECRET", secret);
        let mut servers: Vec<ServerProcess> = std::thread::scope(|scope| {
            let start = || ServerProcess::start(&home, "");
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().expect("it comes up")).collect()
        });
        for server in &servers {
            server.get("/readyz").send().await.expect(200);
        }
        // The one that was first shows its administrator, whom all know.
        let last = servers.pop().expect("a server");
        let printed: Vec<String> = servers.into_iter().map(|server| server.stop().printed).collect();
        let mut shown = printed.join("\n");
        let server = ServerProcess::start(&home, "");
        shown.push_str(&last.stop().printed);
        assert_eq!(shown.matches("  password  ").count(), 1, "{shown}");
        let password = shown.split("  password  ").nth(1).and_then(|rest| rest.lines().next());
        server.log_in("admin@estrad.local", password.expect("a password")).await;
    }

    async fn commands_and_a_server_can_be_first_together(home: Home) {
        std::thread::scope(|scope| {
            let server = scope.spawn(|| ServerProcess::start(&home, ""));
            let migrate = scope.spawn(|| home.run("migrate").printed());
            let ada = scope.spawn(|| home.create_ada());
            migrate.join().expect("migrated");
            ada.join().expect("made");
            drop(server.join().expect("it comes up"));
        });
    }
}

#[tokio::test]
async fn tokens_of_one_node_are_good_on_another() {
    let secret = "a secret that all of the nodes know";
    let home = Home::with_postgres().with_variable("ESTRAD_JWT_SECRET", secret);
    let neighbour = home.neighbour();
    let mut one = ServerProcess::start(&home, "");
    let other = ServerProcess::start(&neighbour, "");
    let (email, password) = one.first_admin();
    let token = one.log_in(&email, &password).await;
    other.get("/api/users").bearer(&token).send().await.expect(200);
    assert_eq!(one.post("/api/auth/logout").bearer(&token).send().await.status, 204);
    let gone = other.get("/api/users").bearer(&token).send().await;
    gone.expect_error(401, "token_revoked");
}
