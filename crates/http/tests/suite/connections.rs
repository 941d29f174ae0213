//! Connections below their requests: who sends slowly, who reads nothing, and who comes in great numbers.

use std::time::Duration;

use estrad_testkit::{TestApp, TestSettings, on_both_databases};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);
const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
/// A request that is refused at once, whose body is not read.
const REFUSED: &str = "POST /api/users HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

fn impatient() -> TestSettings {
    let mut settings = TestSettings::default();
    let connections = &mut settings.http.connections;
    // Long enough for a request on a slow machine, and short enough to be waited for.
    connections.head_timeout = Duration::from_secs(3);
    connections.drain_timeout = Duration::from_secs(1);
    connections.stall_timeout = Duration::from_secs(1);
    settings
}

fn few() -> TestSettings {
    let mut settings = TestSettings::default();
    settings.http.connections.max = 8;
    settings.http.connections.max_per_address = 3;
    settings
}

async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("in time")
}

/// Connects from an address of this machine.
async fn connect_from(app: &TestApp, from: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(format!("{from}:0").parse().expect("an address")).expect("an address of our own");
    in_time(socket.connect(app.address)).await.expect("connects")
}

async fn connect(app: &TestApp) -> TcpStream {
    connect_from(app, "127.0.0.1").await
}

/// Reads the head of one answer, and as much of its body as it says.
async fn answer(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    in_time(async {
        loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                if body.len() >= length.map_or(0, |n| n.parse().expect("a number")) {
                    return text;
                }
            }
            if stream.read_buf(&mut bytes).await.unwrap_or_default() == 0 {
                return text;
            }
        }
    })
    .await
}

/// Asks on a connection that stays, if it is let in.
async fn ask(stream: &mut TcpStream) -> String {
    let _ = stream.write_all(HEALTH.as_bytes()).await;
    answer(stream).await
}

/// All that comes until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = in_time(stream.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn open_connections(app: &TestApp) -> u64 {
    let metrics = app.get("/metrics").send().await.text();
    let line = metrics.lines().find_map(|line| line.strip_prefix("estrad_http_connections "));
    line.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("{metrics}"))
}

on_both_databases! {
    settings = impatient();

    async fn every_head_has_its_time_and_not_only_the_first(app: TestApp) {
        let slow = (0..3).map(async |answered| {
            let mut stream = connect(&app).await;
            for _ in 0..answered {
                assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200"));
            }
            let (mut reader, mut writer) = stream.into_split();
            let dripping = async {
                writer.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.ok();
                while writer.write_all(b"x").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            let mut said = Vec::new();
            let closed = reader.read_to_end(&mut said);
            // Whichever notices first that it is over.
            in_time(async { tokio::select! { _ = closed => {} () = dripping => {} } }).await;
            let said = String::from_utf8_lossy(&said);
            assert!(said.is_empty() || said.starts_with("HTTP/1.1 408 "), "{answered}: {said}");
        });
        futures_util::future::join_all(slow).await;
    }

    async fn the_rest_of_a_refused_body_is_read_within_bounds(app: TestApp) {
        let mut stream = connect(&app).await;
        stream.write_all(REFUSED.as_bytes()).await.expect("sends");
        let (mut reader, mut writer) = stream.into_split();
        let chunk = [b"10000\r\n".as_slice(), &vec![b'x'; 0x10000], b"\r\n"].concat();
        let flooding = async {
            let mut sent = 0_usize;
            while writer.write_all(&chunk).await.is_ok() {
                sent += chunk.len();
            }
            sent
        };
        let mut said = Vec::new();
        let (sent, _) = in_time(async { tokio::join!(flooding, reader.read_to_end(&mut said)) }).await;
        assert!(sent < 64 * 1024 * 1024, "{sent} bytes were taken");
        let said = String::from_utf8_lossy(&said).to_ascii_lowercase();
        assert!(said.is_empty() || said.contains("connection: close"), "{said}");
    }

    async fn who_refuses_a_body_says_that_the_connection_ends(app: TestApp) {
        for begun in ["", "3\r\nabc\r\n"] {
            let mut stream = connect(&app).await;
            stream.write_all(format!("{REFUSED}{begun}").as_bytes()).await.expect("sends");
            // Nothing follows: the connection is not kept for that.
            let said = rest(&mut stream).await.to_ascii_lowercase();
            assert!(said.starts_with("http/1.1 401 "), "{said}");
            assert!(said.contains("connection: close"), "{said}");
            assert_eq!(said.matches("http/1.1").count(), 1, "{said}");
        }
    }

    async fn a_body_that_has_arrived_leaves_the_connection_as_it_is(app: TestApp) {
        let mut stream = connect(&app).await;
        let chunked = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                       Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        stream.write_all(chunked.as_bytes()).await.expect("sends");
        let said = answer(&mut stream).await.to_ascii_lowercase();
        assert!(said.starts_with("http/1.1 422 ") && !said.contains("connection: close"), "{said}");
        // Whole, though nobody reads it.
        stream.write_all(format!("{REFUSED}2\r\n{{}}\r\n0\r\n\r\n").as_bytes()).await.expect("sends");
        let said = answer(&mut stream).await.to_ascii_lowercase();
        assert!(said.starts_with("http/1.1 401 ") && !said.contains("connection: close"), "{said}");
        assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200"));
    }

    async fn who_takes_no_answer_is_closed(app: TestApp) {
        let before = open_connections(&app).await;
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        let mut stream = socket.connect(app.address).await.expect("connects");
        let wanted = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
        let _ = stream.write_all(wanted.as_bytes()).await;
        // It is noticed without anything being read.
        in_time(async {
            while open_connections(&app).await > before {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        drop(stream);
    }
}

on_both_databases! {
    settings = few();

    async fn an_address_has_so_many_connections_and_others_are_served(app: TestApp) {
        let mut flood = Vec::new();
        for _ in 0..3 {
            let mut stream = connect_from(&app, "127.0.0.2").await;
            assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200"));
            flood.push(stream);
        }
        let refused = ask(&mut connect_from(&app, "127.0.0.2").await).await;
        assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
        assert!(refused.contains(r#""error":"too_many_connections""#), "{refused}");
        assert!(ask(&mut connect(&app).await).await.starts_with("HTTP/1.1 200"));
        let metrics = app.get("/metrics").send().await.text();
        let counted = r#"estrad_http_connections_refused_total{reason="too_many_connections"} 1"#;
        assert!(metrics.contains(counted), "{metrics}");
        drop(flood);
        // There is room again, as soon as the server has noticed.
        in_time(async {
            while !ask(&mut connect_from(&app, "127.0.0.2").await).await.starts_with("HTTP/1.1 200") {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
    }

    async fn live_connections_are_counted_as_such(app: TestApp) {
        let upgrade = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                       Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        let mut live = Vec::new();
        for _ in 0..5 {
            let mut stream = connect_from(&app, "127.0.0.2").await;
            stream.write_all(upgrade.as_bytes()).await.expect("sends");
            assert!(answer(&mut stream).await.starts_with("HTTP/1.1 101"));
            live.push(stream);
        }
        assert!(ask(&mut connect_from(&app, "127.0.0.2").await).await.starts_with("HTTP/1.1 200"));
    }
}
