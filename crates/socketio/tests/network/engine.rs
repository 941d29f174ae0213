//! Engine.IO 4.

use std::time::Duration;

use awc::http::{Method, StatusCode};

use crate::support::{Site, patient, settings};

#[actix_web::test]
async fn handshakes() {
    let site = Site::start(settings());
    let (status, body) = site.get("EIO=4&transport=polling").await;
    assert_eq!(status, StatusCode::OK);
    let open: serde_json::Value = serde_json::from_str(body.strip_prefix('0').unwrap()).unwrap();
    assert_eq!(open["upgrades"], serde_json::json!(["websocket"]));
    assert_eq!(open.as_object().unwrap().len(), 5);
    for refused in [
        "transport=polling",
        "EIO=abc&transport=polling",
        "EIO=4",
        "EIO=4&transport=abc",
        "EIO=4&transport=polling&sid=nosuch",
        "EIO=4&transport=websocket",
    ] {
        assert_eq!(site.status(refused).await, 400, "{refused}");
    }
    for method in [Method::POST, Method::PUT] {
        let (status, _) = site.send(method, "EIO=4&transport=polling", "").await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    for refused in
        ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc"]
    {
        assert!(site.socket(refused).await.is_none(), "{refused}");
    }
    let mut socket = site.socket("EIO=4&transport=websocket").await.unwrap();
    assert!(socket.any_text().await.contains(r#""upgrades":[]"#));
}

#[actix_web::test]
async fn refusals_have_the_recorded_sentences() {
    let site = Site::start(settings());
    let (_, body) = site.get("EIO=4&transport=nosuch").await;
    assert_eq!(body, r#""Invalid transport nosuch""#);
    let (_, body) = site.get("EIO=4&transport=polling&sid=nosuch").await;
    assert_eq!(body, r#""Invalid session nosuch""#);
}

#[actix_web::test]
async fn polling_clients_are_pinged_and_given_up() {
    let site = Site::start(settings());
    let sid = site.open().await;
    for _ in 0..3 {
        assert_eq!(site.poll(&sid).await.1, "2");
        assert_eq!(site.post(&sid, "3").await, (StatusCode::OK, "ok".into()));
    }
    let sid = site.open().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(site.poll(&sid).await.0, StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn websocket_clients_are_pinged_and_given_up() {
    let site = Site::start(settings());
    let mut socket = site.websocket().await;
    for _ in 0..3 {
        assert_eq!(socket.any_text().await, "2");
        socket.send("3").await;
    }
    socket.closed().await;
}

#[actix_web::test]
async fn goodbyes() {
    let site = Site::start(patient());
    let sid = site.open().await;
    let (poll, post) = tokio::join!(site.poll(&sid), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        site.post(&sid, "1").await
    });
    assert_eq!((poll.0, &*poll.1), (StatusCode::OK, "6"));
    assert_eq!(post.1, "ok");
    assert_eq!(site.poll(&sid).await.0, StatusCode::BAD_REQUEST);
    let mut socket = site.websocket().await;
    socket.send("1").await;
    socket.closed().await;
}

#[actix_web::test]
async fn garbage() {
    let site = Site::start(patient());
    let sid = site.open().await;
    assert_eq!(site.post(&sid, "abc").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(site.poll(&sid).await.0, StatusCode::BAD_REQUEST);
    let mut socket = site.websocket().await;
    socket.send("abc").await;
    socket.closed().await;
}

#[actix_web::test]
async fn two_polls_at_once() {
    let site = Site::start(patient());
    let sid = site.open().await;
    let (first, second) = tokio::join!(site.poll(&sid), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        site.poll(&sid).await
    });
    assert_eq!((first.0, &*first.1), (StatusCode::OK, "1"));
    assert_eq!(second.0, StatusCode::BAD_REQUEST);
    assert_eq!(site.poll(&sid).await.0, StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn upgrade() {
    let site = Site::start(patient());
    let sid = site.open().await;
    let query = format!("EIO=4&transport=websocket&sid={sid}");
    let mut socket = site.socket(&query).await.unwrap();
    socket.send("2probe").await;
    assert_eq!(socket.text().await, "3probe");
    assert_eq!(site.poll(&sid).await, (StatusCode::OK, "6".into()));
    socket.send("5").await;
    socket.send("40").await;
    assert!(socket.text().await.starts_with("40{"));
    assert_eq!(site.poll(&sid).await.0, StatusCode::BAD_REQUEST);
    let mut second = site.socket(&query).await.unwrap();
    second.closed().await;
    assert_eq!(socket.text().await, r#"42["auth",{}]"#);
    socket.works().await;
}
