//! Misbehaviour next to a bystander who must not notice.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use awc::http::StatusCode;

use crate::support::{Site, patient};

#[actix_web::test]
async fn nobody_else_is_touched() {
    let site = Site::start(patient());
    let mut bystander = site.joined().await;

    let sid = site.open().await;
    let (status, _) = site.post(&sid, vec![b'4'; 1_000_001]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(site.poll(&sid).await.0, StatusCode::BAD_REQUEST);
    bystander.works().await;

    let sid = site.open().await;
    assert_eq!(site.post(&sid, &b"4\xff\xfe"[..]).await.0, StatusCode::BAD_REQUEST);
    let deep = format!("40\u{1e}42[\"message\",{}{}]", "[".repeat(90_000), "]".repeat(90_000));
    let sid = site.open().await;
    // An event that is not taken; its session goes on.
    assert_eq!(site.post(&sid, deep).await.0, StatusCode::OK);
    assert_eq!(site.poll(&sid).await.0, StatusCode::OK);
    let sid = site.open().await;
    let unclosed = format!("40\u{1e}42[\"message\",{}", "[".repeat(90_000));
    assert_eq!(site.post(&sid, unclosed).await.0, StatusCode::BAD_REQUEST);
    bystander.works().await;

    let mut many = site.joined().await;
    many.send(r#"4510000-["message",{"_placeholder":true,"num":0}]"#).await;
    many.closed().await;
    let mut huge = site.joined().await;
    huge.send(&format!("4{}", "x".repeat(1_200_000))).await;
    huge.closed().await;
    bystander.works().await;
    site.joined().await.works().await;
}

#[actix_web::test]
async fn a_websocket_session_can_not_be_taken_over() {
    let site = Site::start(patient());
    let mut socket = site.socket("EIO=4&transport=websocket").await.unwrap();
    let open: serde_json::Value = serde_json::from_str(&socket.text().await[1..]).unwrap();
    let sid = open["sid"].as_str().unwrap();
    socket.send("40").await;
    socket.text().await;
    socket.text().await;
    assert_eq!(site.poll(sid).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(site.post(sid, r#"42["message"]"#).await.0, StatusCode::BAD_REQUEST);
    let second = format!("EIO=4&transport=websocket&sid={sid}");
    site.socket(&second).await.unwrap().closed().await;
    socket.works().await;
}

#[actix_web::test]
async fn a_second_post_while_the_first_dribbles() {
    let site = Site::start(patient());
    let mut bystander = site.joined().await;
    let sid = site.open().await;
    let mut dribble = TcpStream::connect(&site.address).unwrap();
    let head = format!(
        "POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n4"
    );
    dribble.write_all(head.as_bytes()).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(site.post(&sid, "40").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(site.poll(&sid).await.0, StatusCode::BAD_REQUEST);
    bystander.works().await;
}

#[actix_web::test]
async fn who_never_reads_is_let_go() {
    let mut settings = patient();
    settings.config.max_outbox_bytes = 1 << 20;
    let site = Site::start(settings);
    let mut bystander = site.joined().await;
    // Asks for a lot on polling and fetches none of it.
    let sid = site.open().await;
    assert_eq!(site.post(&sid, "40").await.1, "ok");
    let burst = format!(r#"42["message","{}"]"#, "x".repeat(400_000));
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(site.post(&sid, burst.clone()).await.0);
    }
    assert_eq!(statuses[3], StatusCode::BAD_REQUEST, "{statuses:?}");
    bystander.works().await;
}

#[actix_web::test]
async fn foreign_origins() {
    let mut settings = patient();
    settings.allowed_origins = vec!["https://good.example".into()];
    let site = Site::start(settings);
    for (origin, status) in [("https://good.example", "200"), ("https://bad.example", "400")] {
        let mut stream = TcpStream::connect(&site.address).unwrap();
        let request = format!(
            "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nOrigin: {origin}\r\nConnection: close\r\n\r\n"
        );
        let answer = actix_web::rt::task::spawn_blocking(move || {
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        let answer = answer.await.unwrap();
        assert_eq!(answer.split(' ').nth(1), Some(status), "{answer}");
    }
}
