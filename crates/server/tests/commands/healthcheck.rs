//! `estrad healthcheck`

use std::net::TcpListener;

use crate::harness::{Home, ServerProcess, on_both_databases};

on_both_databases! {
    async fn it_is_well_while_the_server_is_ready(home: Home) {
        let server = ServerProcess::start(&home, "");
        let ask = format!("healthcheck --listen {}", server.address);
        assert_eq!(home.run(&ask).printed(), "");
        let address = server.address;
        server.stop();
        assert_eq!(home.run(&ask).failed().split(": ").next(),
            Some(&*format!("no server answers on {address}")));
    }
}

#[test]
fn whoever_else_answers_is_not_it() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let answering = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut stream, _) = listener.accept().expect("a caller");
        let mut request = [0; 256];
        let read = stream.read(&mut request).expect("a request");
        assert!(request[..read].starts_with(b"GET /readyz HTTP/1.1\r\n"));
        stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\n").expect("writes");
    });
    let said = Home::new().run(&format!("healthcheck --listen {address}")).failed();
    assert!(
        said.contains("is not ready: it answers \"HTTP/1.1 503 Service Unavailable\""),
        "{said}"
    );
    answering.join().expect("no panic");
}
