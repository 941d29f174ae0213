//! All the ways in which a client may bring its token, and what it is told of a bad one.

use serde_json::{Value, json};

use crate::driver::{Driver, Kind, Transport};
use crate::harness::Home;
use crate::stage::Stage;

/// The options that bring a token, by way.
fn way(name: &str, token: &str) -> Value {
    let header = json!({"Authorization": format!("Bearer {token}")});
    match name {
        "polling header" => json!({"polling_headers": header}),
        "header" => json!({"headers": header}),
        "auth" => json!({"auth": {"token": token}}),
        "query" => json!({"query": {"token": token}}),
        "subprotocol" => json!({"protocols": ["estrad", format!("bearer.{token}")]}),
        _ => panic!("no way {name:?}"),
    }
}

fn options(stage: &Stage, kind: Kind, transport: Transport, name: &str, token: &str) -> Value {
    let mut options = stage.options(kind, transport, token);
    let members = options.as_object_mut().expect("an object");
    for other in ["auth", "query", "polling_headers"] {
        members.remove(other);
    }
    let way = way(name, token);
    if let (Kind::Python, Some(query)) = (kind, way.get("query")) {
        let token = query["token"].as_str().unwrap_or_default();
        members.insert("query".to_owned(), format!("?token={token}").into());
    } else if let Value::Object(way) = way {
        members.extend(way);
    }
    options
}

const SOCKETIO: [Transport; 3] = [Transport::Polling, Transport::Upgrade, Transport::Websocket];

/// Each kind with each way that it has.
fn all() -> Vec<(Kind, Transport, &'static str)> {
    let mut all = Vec::new();
    for (kind, ways) in [
        (Kind::SocketIo40, &["polling header", "header", "auth", "query"][..]),
        (Kind::SocketIo4, &["polling header", "header", "auth", "query"][..]),
        (Kind::SocketIo2, &["polling header", "header", "query"][..]),
        (Kind::Python, &["header", "auth", "query"][..]),
    ] {
        for (transport, way) in SOCKETIO.iter().flat_map(|t| ways.iter().map(move |way| (*t, *way)))
        {
            // Without polling there is no request to have the header.
            if (transport, way) != (Transport::Websocket, "polling header") {
                all.push((kind, transport, way));
            }
        }
    }
    all.extend(
        ["header", "auth", "query", "subprotocol"]
            .map(|way| (Kind::Plain, Transport::Websocket, way)),
    );
    all
}

/// The word in a refusal. Before Socket.IO 3 there is nothing but the data, or else the sentence.
fn code_of(kind: Kind, refused: &Value) -> &Value {
    match kind {
        Kind::SocketIo2 => &refused["data"]["code"],
        _ => {
            assert!(refused["data"]["message"].is_string(), "{refused}");
            &refused["data"]["data"]["code"]
        }
    }
}

async fn every_way_of(kinds: &[Kind]) {
    let stage = Stage::open(Home::new());
    let _operator = stage.operator().await;
    let good = stage.token("Audience").await;
    for kind in kinds {
        let driver = Driver::start(*kind);
        for (kind, transport, name) in all().into_iter().filter(|(of, ..)| of == kind) {
            let told = format!("{kind:?} {transport:?} {name}");
            eprintln!("{told}");
            let mut client = driver.connect(options(&stage, kind, transport, name, &good));
            let opened = client.report("open").await;
            if name == "subprotocol" {
                assert_eq!(opened["protocol"], "estrad");
            }
            assert_eq!(client.expect("sync").await["seq"], 1, "{told}");
            client.tell("close", json!({}));

            let mut client =
                driver.connect(options(&stage, kind, transport, name, "no.token.this"));
            if kind == Kind::Plain {
                let closed = client.report("closed").await;
                let expected = (&json!(4501), &json!("token_invalid"));
                assert_eq!((&closed["code"], &closed["reason"]), expected, "{told}");
            } else {
                let refused = client.report("refused").await;
                assert_eq!(code_of(kind, &refused), "token_invalid", "{told}: {refused}");
                client.tell("close", json!({}));
            }
        }
    }
}

#[tokio::test]
async fn socketio_4_0() {
    every_way_of(&[Kind::SocketIo40]).await;
}

#[tokio::test]
async fn socketio_4() {
    every_way_of(&[Kind::SocketIo4]).await;
}

#[tokio::test]
async fn socketio_2() {
    every_way_of(&[Kind::SocketIo2]).await;
}

#[tokio::test]
async fn python_and_plain() {
    every_way_of(&[Kind::Python, Kind::Plain]).await;
}

#[tokio::test]
async fn without_a_token_nobody_gets_in() {
    let stage = Stage::open(Home::new());
    let _operator = stage.operator().await;
    for kind in [Kind::SocketIo40, Kind::SocketIo4, Kind::SocketIo2, Kind::Python] {
        let driver = Driver::start(kind);
        let url = format!("http://{}", stage.address);
        let mut client =
            driver.connect(json!({"url": url, "transports": ["polling", "websocket"]}));
        let refused = client.report("refused").await;
        assert_eq!(code_of(kind, &refused), "token_missing", "{kind:?}: {refused}");
    }
    let driver = Driver::start(Kind::Plain);
    let mut client = driver.connect(json!({"url": format!("http://{}", stage.address)}));
    client.report("open").await;
    client.emit("sync", json!({"slide_order": 1}));
    assert_eq!(client.report("closed").await["code"], 4500);
}
