//! Socket.IO 5 on a websocket.

use crate::support::{Site, patient};

const TWO: &str = r#"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"#;

#[actix_web::test]
async fn connects() {
    let site = Site::start(patient());
    for (sent, head, auth) in [
        ("40", "40", r#"42["auth",{}]"#),
        (r#"40{"token":"123"}"#, "40", r#"42["auth",{"token":"123"}]"#),
        ("40/custom,", "40/custom,", r#"42/custom,["auth",{}]"#),
        (r#"40/custom,{"token":"abc"}"#, "40/custom,", r#"42/custom,["auth",{"token":"abc"}]"#),
    ] {
        let mut socket = site.websocket().await;
        socket.send(sent).await;
        let connect = socket.text().await;
        let payload: serde_json::Value =
            serde_json::from_str(connect.strip_prefix(head).unwrap()).unwrap();
        assert_eq!(payload.as_object().unwrap().keys().collect::<Vec<_>>(), ["sid"]);
        assert_eq!(socket.text().await, auth);
    }
    let mut socket = site.websocket().await;
    socket.send("40/random").await;
    assert_eq!(socket.text().await, r#"44/random,{"message":"Invalid namespace"}"#);
}

#[actix_web::test]
async fn disconnects() {
    let site = Site::start(patient());
    let mut socket = site.joined().await;
    socket.send("40/custom").await;
    socket.text().await;
    socket.text().await;
    socket.send("41/custom").await;
    socket.works().await;
    socket.send("41").await;
    socket.send("40").await;
    assert!(socket.text().await.starts_with("40{"), "the engine stayed open");
}

#[actix_web::test]
async fn messages() {
    let site = Site::start(patient());
    let mut socket = site.joined().await;
    for (sent, back) in [
        (r#"42["message",1,"2",{"3":[true]}]"#, r#"42["message-back",1,"2",{"3":[true]}]"#),
        (r#"42456["message-with-ack",1,"2",{"3":[false]}]"#, r#"43456[1,"2",{"3":[false]}]"#),
    ] {
        socket.send(sent).await;
        assert_eq!(socket.text().await, back);
    }
    for (sent, back) in [
        (format!(r#"452-["message",{TWO}]"#), format!(r#"452-["message-back",{TWO}]"#)),
        (format!(r#"452-789["message-with-ack",{TWO}]"#), format!("462-789[{TWO}]")),
    ] {
        socket.send(&sent).await;
        socket.send_binary(&[1, 2, 3]).await;
        socket.send_binary(&[4, 5, 6]).await;
        assert_eq!(socket.text().await, back);
        assert_eq!(socket.next().await.unwrap(), &[1, 2, 3][..]);
        assert_eq!(socket.next().await.unwrap(), &[4, 5, 6][..]);
    }
}

#[actix_web::test]
async fn invalid_packets_close() {
    let site = Site::start(patient());
    for sent in ["4abc", "42{}", r#"42abc["message-with-ack",1]"#] {
        let mut socket = site.joined().await;
        socket.send(sent).await;
        socket.closed().await;
    }
}

#[actix_web::test]
async fn tokens() {
    let mut settings = patient();
    settings.token = Some("secret".into());
    let site = Site::start(settings);
    let mut socket = site.websocket().await;
    socket.send("40").await;
    assert_eq!(socket.text().await, r#"44{"message":"Unauthorized"}"#);
    socket.send(r#"40{"token":"secret"}"#).await;
    assert!(socket.text().await.starts_with("40{"));
    let mut socket = site.socket("EIO=4&transport=websocket&token=secret").await.unwrap();
    socket.text().await;
    socket.send("40").await;
    assert!(socket.text().await.starts_with("40{"));
    let mut old = site.socket("EIO=3&transport=websocket").await.unwrap();
    old.text().await;
    assert_eq!(old.text().await, r#"44"Unauthorized""#);
}
