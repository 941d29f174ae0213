//! `estrad serve --demo`

use serde_json::json;

use crate::harness::{Demo, Home, ServerProcess, on_both_databases};

on_both_databases! {
    async fn there_is_something_to_look_at_and_somebody_to_look(home: Home) {
        let (server, demo) = Demo::start(&home);
        let roles: Vec<_> = demo.users.iter().map(|[email, _, role]| (&**email, &**role)).collect();
        assert_eq!(roles, [("admin@demo.example", "Admin"), ("editor@demo.example", "Editor")]);
        let opens: Vec<_> = demo.codes.iter().map(|[_, view, team]| (&**view, &**team)).collect();
        assert_eq!(
            opens,
            [
                ("Judge", ""),
                ("Audience", ""),
                ("Operator", ""),
                ("Team", "The Trusses"),
                ("Team", "Volta's Heirs"),
                ("Team", "Counterweight"),
            ]
        );

        let mut rich = Vec::new();
        for [email, password, _] in &demo.users {
            let token = server.log_in(email, password).await;
            let found = server.get("/api/competitions/search").bearer(&token).send().await.expect(200);
            let path = format!("/api/competitions/{}", found[0]["id"]);
            rich.push(server.get(&path).bearer(&token).send().await.expect(200));
        }
        assert_eq!(rich[0], rich[1]);
        assert_eq!(rich[0]["name"], "Demo: Bridges and Batteries");
        assert_eq!(rich[0]["slides"].as_array().map(Vec::len), Some(12));
        assert_eq!(rich[0]["teams"].as_array().map(Vec::len), Some(3));

        let operator = server.post("/api/auth/code").json(&demo.code("Operator")).send().await;
        let operator = operator.expect(200);
        assert_eq!(operator["view"], "Operator");
        assert_eq!(operator["competition_id"], rich[0]["id"]);
        let token = operator["access_token"].as_str().expect("a token");
        let path = format!("/api/competitions/{}", rich[0]["id"]);
        assert_eq!(server.get(&path).bearer(token).send().await.expect(200), rich[0]);
        let team = server.post("/api/auth/code").json(&demo.code("Team")).send().await;
        team.expect_error(401, "competition_not_active");

        let ended = server.stop();
        for secret in demo.users.iter().map(|row| &row[1]).chain(demo.codes.iter().map(|row| &row[0])) {
            assert!(!ended.log.contains(secret), "{secret} is in {}", ended.log);
        }
    }

    async fn each_start_has_new_passwords(home: Home) {
        let (server, first) = Demo::start(&home);
        drop(server);
        let (server, second) = Demo::start(&home);
        assert_eq!(first.codes, second.codes);
        for ([email, old, _], [_, new, _]) in first.users.iter().zip(&second.users) {
            assert_ne!(old, new);
            server.log_in(email, new).await;
            server.try_log_in(email, old).await.expect_error(401, "wrong_credentials");
        }
        let [email, password, _] = &second.users[0];
        let token = server.log_in(email, password).await;
        assert_eq!(server.total(&token, "/api/competitions/search").await, 1);
    }

    async fn a_database_with_users_of_its_own_is_left_alone(home: Home) {
        let (email, password) = home.create_ada();
        let said = home.run(&format!("serve --listen 127.0.0.1:0 --demo --data-dir {}", home.data("").display())).failed();
        assert!(said.starts_with("--demo fills an empty database, and this one has users"), "{said}");
        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        assert_eq!(server.total(&token, "/api/users/search").await, 1);
        assert_eq!(server.total(&token, "/api/competitions/search").await, 0);
        let cities = server.get("/api/misc/cities").bearer(&token).send().await.expect(200);
        assert_eq!(cities, json!([{"id": 1, "name": "Lund"}]));
    }
}

#[tokio::test]
async fn a_plain_start_finds_nothing_of_a_demo_that_nobody_gave_a_place() {
    let home = Home::new();
    let mut demo = ServerProcess::start(&home, "--demo");
    demo.printed.through("admin@demo.example");
    assert!(home.path(".local/share/estrad-demo/estrad.db").exists());
    assert!(!home.data("estrad.db").exists());
    demo.stop();
    let mut server = ServerProcess::start(&home, "");
    let (email, password) = server.first_admin();
    let token = server.log_in(&email, &password).await;
    assert_eq!(server.total(&token, "/api/users/search").await, 1);
}

#[cfg(unix)]
#[tokio::test]
async fn the_database_is_its_owners_and_a_start_warns_where_it_is_not() {
    use std::os::unix::fs::PermissionsExt as _;
    let allow = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("ours");
    };
    let said = "other users of this machine may read the database";
    let home = Home::new();
    let mut server = ServerProcess::start(&home, "");
    server.first_admin();
    for name in ["estrad.db", "estrad.db-wal", "estrad.db-shm"] {
        let mode = std::fs::metadata(home.data(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let ended = server.stop();
    assert!(!ended.log.contains(said), "{}", ended.log);
    allow(&home.data("estrad.db"), 0o644);
    allow(&home.data(""), 0o755);
    let mut server = ServerProcess::start(&home, "");
    server.log.through(said);
}

#[cfg(unix)]
#[test]
fn a_database_that_can_t_be_written_is_named_at_the_start() {
    let home = Home::new();
    // Not a matter of rights, which a superuser does not meet.
    std::fs::create_dir_all(home.data("estrad.db")).expect("creates");
    let said = home.run("serve --listen 127.0.0.1:0").failed();
    assert!(said.starts_with("can't open the database "), "{said}");
    assert!(said.contains("directory"), "{said}");
}
