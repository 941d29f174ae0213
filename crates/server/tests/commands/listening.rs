//! Where the server listens.

use std::io::Write as _;
use std::net::TcpListener;

use crate::harness::{Home, ServerProcess};

#[tokio::test]
async fn a_taken_port_is_named_and_nothing_is_begun() {
    let home = Home::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let said = home.run(&format!("serve --listen {address}")).failed();
    assert!(said.starts_with(&format!("can't listen on {address}: ")), "{said}");
    for name in ["estrad.db", "signing.key"] {
        assert!(!home.data(name).exists(), "{name}");
    }
    drop(taken);
    let mut server = ServerProcess::start_on(&home, &address.to_string(), "");
    let (email, password) = server.first_admin();
    server.log_in(&email, &password).await;
}

#[tokio::test]
async fn a_second_server_does_not_disturb_the_first() {
    let home = Home::new();
    let mut server = ServerProcess::start(&home, "");
    let (email, password) = server.first_admin();
    let said = home.run(&format!("serve --demo --listen {}", server.address)).failed();
    assert!(said.starts_with("can't listen on "), "{said}");
    server.log_in(&email, &password).await;
}

#[tokio::test]
async fn port_0_is_another_port_each_time() {
    let (one, other) = (Home::new(), Home::new());
    let (one, other) = (ServerProcess::start(&one, ""), ServerProcess::start(&other, ""));
    assert_ne!(one.address, other.address);
    for server in [one, other] {
        assert_ne!(server.address.port(), 0);
        server.get("/readyz").send().await.expect(200);
    }
}

#[tokio::test]
async fn the_loopback_of_ipv6_will_do() {
    if let Err(error) = TcpListener::bind("[::1]:0") {
        // Not with a macro: what those print is kept back when a test passes.
        let told = format!("SKIPPED: this machine has no IPv6 loopback: {error}\n");
        std::io::stderr().write_all(told.as_bytes()).expect("stderr");
        return;
    }
    let home = Home::new();
    let server = ServerProcess::start_on(&home, "[::1]:0", "");
    assert!(server.address.is_ipv6());
    server.get("/readyz").send().await.expect(200);
}
