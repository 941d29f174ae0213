//! A server whose database is not up yet: it waits, and says so to whoever asks.

use std::net::TcpListener;

use estrad_testkit::{Through, Wire};

use crate::harness::{Home, ServerProcess};

const WAITING: &str = "waiting for the database";

/// A home whose PostgreSQL is behind a wire.
fn home_behind_a_wire() -> (Home, Wire, Home) {
    let owner = Home::with_postgres();
    let estrad_persistence::Location::Postgres(url) = owner.location() else {
        panic!("not PostgreSQL");
    };
    let (wire, url) = Wire::to(&url, Through::Nobody);
    (Home::new().with_variable("DATABASE_URL", &url), wire, owner)
}

#[tokio::test]
async fn a_server_waits_for_postgres_and_then_serves_on_the_same_port() {
    let (home, wire, _owner) = home_behind_a_wire();
    let mut server = ServerProcess::start_until(&home, "127.0.0.1:0", "", WAITING);
    server.get("/healthz").send().await.expect(200);
    for (method, path) in [
        ("GET", "/readyz"),
        ("GET", "/api/competitions/search"),
        ("POST", "/api/auth/login"),
        ("GET", "/socket.io/?EIO=4&transport=polling"),
        ("GET", "/"),
    ] {
        let answer = server.request(method, path).send().await;
        assert_eq!(answer.header("retry-after"), "5", "{path}");
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
        answer.expect_error(503, "database_unavailable");
    }

    wire.let_through(Through::All);
    server.log.through("\"message\":\"listening\"");
    let (email, password) = server.first_admin();
    server.log_in(&email, &password).await;
    server.get("/readyz").send().await.expect(200);
    let ended = server.stop();
    assert!(ended.status.success(), "{}: {}", ended.status, ended.log);
}

#[tokio::test]
async fn a_signal_ends_the_wait() {
    for (name, through) in [("TERM", Through::Nobody), ("INT", Through::Silence)] {
        let (home, wire, _owner) = home_behind_a_wire();
        wire.let_through(through);
        let server = ServerProcess::start_until(&home, "127.0.0.1:0", "", WAITING);
        server.get("/healthz").send().await.expect(200);
        server.signal(name);
        let ended = server.end();
        assert!(ended.status.success(), "{}: {}", ended.status, ended.log);
        assert!(ended.log.contains(&format!("\"signal\":\"SIG{name}\"")), "{}", ended.log);
        let last = ended.log.lines().last().unwrap_or_default();
        assert!(last.contains("\"message\":\"stopped\""), "{last}");
    }
}

#[tokio::test]
async fn a_reason_is_logged_once_and_without_the_password() {
    let (home, wire, _owner) = home_behind_a_wire();
    let url = format!("postgres://me:s3cret@{}/nobody", wire.address());
    let home = home.with_variable("DATABASE_URL", &url);
    let server = ServerProcess::start_until(&home, "127.0.0.1:0", "", WAITING);
    let ended = server.stop();
    assert!(!ended.log.contains("s3cret"), "{}", ended.log);
    assert_eq!(ended.log.matches("for the database").count(), 1, "{}", ended.log);
}

#[test]
fn commands_and_what_waiting_would_not_help_end_at_once() {
    let (home, _wire, _owner) = home_behind_a_wire();
    for command in ["migrate", "backup there", "admin unlock --email ada@example.org"] {
        let said = home.run(command).failed();
        assert!(said.starts_with("can't open the database postgres://"), "{command}: {said}");
    }
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let said = home.run(&format!("serve --listen {address}")).failed();
    assert!(said.starts_with(&format!("can't listen on {address}: ")), "{said}");
    let home = Home::new().with_variable("DATABASE_URL", "sqlite:/nonexistent/folder/estrad.db");
    let said = home.run("serve --listen 127.0.0.1:0").failed();
    assert!(said.starts_with("can't open the database /nonexistent/folder/estrad.db"), "{said}");
}
