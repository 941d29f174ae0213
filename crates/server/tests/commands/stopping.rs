//! How a server ends, and what is there afterwards.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Home, ServerProcess, on_both_databases};

const PATIENCE: Duration = Duration::from_secs(30);

/// A login whose body does not come yet, on a connection that the server has taken up.
fn begin_login(address: SocketAddr, body: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(address).expect("connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("a bound");
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("sends");
    let mut stream = BufReader::new(stream);
    for expected in ["HTTP/1.1 100 Continue\r\n", "\r\n"] {
        let mut line = String::new();
        stream.read_line(&mut line).expect("the server goes on with it");
        assert_eq!(line, expected);
    }
    stream
}

/// There is nothing to wait for but the refusal itself.
fn wait_until_refused(address: SocketAddr) {
    let begun = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(begun.elapsed() < PATIENCE, "connections are still taken");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[tokio::test]
async fn a_signal_ends_it_in_order() {
    for name in ["TERM", "INT"] {
        // At once, before the first administrator is there, too.
        let home = Home::new();
        let server = ServerProcess::start(&home, "");
        server.signal(name);
        let ended = server.end();
        assert!(ended.status.success(), "{}: {}", ended.status, ended.log);
        let last = ended.log.lines().last().unwrap_or_default();
        assert!(last.contains("\"message\":\"stopped\""), "{last}");

        let server = ServerProcess::start(&home, "");
        server.get("/readyz").send().await.expect(200);
        server.signal(name);
        let ended = server.end();
        assert!(ended.status.success(), "{}: {}", ended.status, ended.log);
        assert!(ended.log.contains(&format!("\"signal\":\"SIG{name}\"")), "{}", ended.log);
    }
}

#[tokio::test]
async fn a_request_under_way_is_answered_and_no_other_is_taken() {
    let home = Home::new();
    let (email, password) = home.create_ada();
    let mut server = ServerProcess::start(&home, "");
    let body = json!({"email": email, "password": password}).to_string();
    let (first, rest) = body.split_at(body.len() / 2);
    let mut request = begin_login(server.address, &body);
    request.get_mut().write_all(first.as_bytes()).expect("sends");

    server.signal("TERM");
    server.log.through("\"message\":\"stopping\"");
    wait_until_refused(server.address);
    request.get_mut().write_all(rest.as_bytes()).expect("sends");
    let mut answer = String::new();
    request.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\"access_token\""), "{answer}");
    let ended = server.end();
    assert!(ended.status.success(), "{}: {}", ended.status, ended.log);
}

#[tokio::test]
async fn a_request_that_does_not_end_is_given_up_in_time() {
    let home = Home::new().with_variable("ESTRAD_HTTP_SHUTDOWN_TIMEOUT_SECONDS", "1");
    let server = ServerProcess::start(&home, "");
    let _request = begin_login(server.address, "{\"email\": …");
    server.signal("TERM");
    let begun = Instant::now();
    let ended = server.end();
    assert!(ended.status.success(), "{}: {}", ended.status, ended.log);
    // The request itself would be given up after 30 s.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

/// A server whose log goes there, with a line for each request.
fn start_with_log_to(home: &Home, log: Stdio) -> (Child, SocketAddr) {
    let address = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let address = address.expect("a free port");
    let mut command = home.command(&format!("serve --listen {address}"));
    command.env("ESTRAD_LOG_FILTER", "info,estrad_http=debug").stdin(Stdio::null());
    let child = command.stdout(Stdio::null()).stderr(log).spawn().expect("estrad starts");
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(begun.elapsed() < PATIENCE, "nobody listens");
        std::thread::sleep(Duration::from_millis(5));
    }
    (child, address)
}

/// Answers go on whatever becomes of the log, and so does the stop.
async fn serves_and_stops(mut child: Child, address: SocketAddr) {
    let client = reqwest::Client::new();
    // More than a pipe holds.
    for n in 0..500 {
        let url = format!("http://{address}/api/nosuch/{n}/{}", "x".repeat(200));
        let answer = client.get(url).timeout(PATIENCE).send().await.expect("an answer");
        assert_eq!(answer.status(), 404);
    }
    let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status();
    assert!(sent.expect("a shell").success());
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().expect("it is there");
            panic!("it does not stop");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn a_log_that_nobody_takes_holds_nothing_up() {
    // Its reader has gone.
    let home = Home::new();
    let (mut child, address) = start_with_log_to(&home, Stdio::piped());
    drop(child.stderr.take());
    serves_and_stops(child, address).await;
    // Its reader does not read.
    let home = Home::new();
    let (mut child, address) = start_with_log_to(&home, Stdio::piped());
    let unread = child.stderr.take();
    serves_and_stops(child, address).await;
    drop(unread);
    #[cfg(target_os = "linux")]
    {
        // Its disk is full.
        let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
        let home = Home::new();
        let (child, address) = start_with_log_to(&home, full.into());
        serves_and_stops(child, address).await;
    }
}

on_both_databases! {
    async fn what_was_answered_survives_a_kill(home: Home) {
        let mut server = ServerProcess::start(&home, "");
        let (email, password) = server.first_admin();
        let token = server.log_in(&email, &password).await;
        let gone = server.log_in(&email, &password).await;
        assert_eq!(server.post("/api/auth/logout").bearer(&gone).send().await.status, 204);
        let city = json!({"name": "Kiruna"});
        let cities = server.post("/api/misc/cities").bearer(&token).json(&city).send().await;
        let cities = cities.expect(200);
        let ended = server.kill();
        assert_eq!(ended.status.code(), None, "a signal ended it");

        let mode = std::fs::metadata(home.data("signing.key")).expect("a key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let server = ServerProcess::start(&home, "");
        let again = server.get("/api/misc/cities").bearer(&token).send().await.expect(200);
        assert_eq!(again, cities);
        let revoked = server.get("/api/misc/cities").bearer(&gone).send().await;
        revoked.expect_error(401, "token_revoked");
        assert_eq!(server.stop().printed, "");
    }
}
