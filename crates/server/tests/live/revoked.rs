//! Rights that are taken away in the middle of a presentation.

use serde_json::json;

use crate::driver::{Client, Driver, Kind, Transport};
use crate::harness::Home;
use crate::stage::{COMPETITION, Stage};

const KINDS: [(Kind, Transport); 6] = [
    (Kind::SocketIo40, Transport::Upgrade),
    (Kind::SocketIo4, Transport::Polling),
    (Kind::SocketIo2, Transport::Polling),
    (Kind::SocketIo2, Transport::Websocket),
    (Kind::Python, Transport::Upgrade),
    (Kind::Plain, Transport::Websocket),
];

async fn is_closed(kind: Kind, client: &mut Client) {
    let closed = client.report("closed").await;
    match kind {
        Kind::Plain => {
            assert_eq!(
                (&closed["code"], &closed["reason"]),
                (&json!(4503), &json!("token_revoked"))
            );
        }
        Kind::Python => assert_eq!(closed["reason"], "server disconnect"),
        _ => assert_eq!(closed["reason"], "io server disconnect", "{kind:?}"),
    }
}

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_token_only() {
    let stage = Stage::open(Home::new());
    let mut operator = stage.operator().await;
    let plain = Driver::start(Kind::Plain);
    let mut stays = stage.screen(&plain, Transport::Websocket, "Audience").await;
    stays.expect("sync").await;
    for (kind, transport) in KINDS {
        let driver = Driver::start(kind);
        let token = stage.token("Audience").await;
        let mut leaves = stage.screen_with(&driver, transport, &token, json!({})).await;
        leaves.expect("sync").await;
        let logout = stage.server().post("/api/auth/logout").bearer(&token).send().await;
        assert_eq!(logout.status, 204);
        is_closed(kind, &mut leaves).await;
    }
    operator.done("sync", json!({"slide_order": 1})).await;
    assert_eq!(stays.expect("sync").await["slide_order"], 1);
}

#[tokio::test]
async fn a_renewed_code_closes_its_sockets() {
    let stage = Stage::open(Home::new());
    let mut operator = stage.operator().await;
    let mut audience = Vec::new();
    for (kind, transport) in KINDS {
        let driver = Driver::start(kind);
        let mut client = stage.screen(&driver, transport, "Audience").await;
        client.expect("sync").await;
        audience.push((kind, client));
    }
    let admin = stage.admin().await;
    let codes = format!("/api/competitions/{COMPETITION}/codes");
    let listed = stage.server().get(&codes).bearer(&admin).send().await.expect(200);
    let code = &stage.demo.code("Audience")["code"];
    let row = listed.as_array().expect("a list").iter().find(|row| row["code"] == *code);
    let renew = format!("{codes}/{}", row.expect("the code")["id"]);
    let renewed =
        stage.server().request("PUT", &renew).bearer(&admin).json(&json!({})).send().await;
    assert_ne!(renewed.expect(200)["code"], *code);
    for (kind, client) in &mut audience {
        is_closed(*kind, client).await;
    }
    operator.done("sync", json!({"slide_order": 1})).await;
}
