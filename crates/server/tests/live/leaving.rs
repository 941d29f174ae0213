//! The operator ends the presentation and signs out with one click: whichever the server sees first,
//! the presentation ends and everybody is told.

use serde_json::{Value, json};

use crate::driver::{Driver, Kind, Transport};
use crate::harness::Home;
use crate::stage::Stage;

/// How often, for each order of the two.
const ROUNDS: usize = 10;

async fn ends_however_the_two_arrive(kind: Kind, transport: Transport) {
    let stage = Stage::open(Home::new());
    let driver = Driver::start(kind);
    let others = Driver::start(Kind::Plain);
    for round in 0..2 * ROUNDS {
        let token = stage.token("Operator").await;
        let mut operator = stage.screen_with(&driver, transport, &token, json!({})).await;
        operator.expect("sync").await;
        let mut audience = stage.screen(&others, Transport::Websocket, "Audience").await;
        audience.expect("sync").await;
        let logout = stage.server().post("/api/auth/logout").bearer(&token).send();
        let logged_out = if round % 2 == 0 {
            operator.emit("end_presentation", Value::Null);
            logout.await
        } else {
            // The socket's word comes when the token is revoked for certain.
            let logged_out = logout.await;
            operator.emit("end_presentation", Value::Null);
            logged_out
        };
        assert_eq!(logged_out.status, 204, "{round}");
        for client in [&mut operator, &mut audience] {
            assert_eq!(client.expect("end_presentation").await["reason"], "ended", "{round}");
            client.report("closed").await;
        }
    }
}

#[tokio::test]
async fn the_front_end_in_use() {
    ends_however_the_two_arrive(Kind::SocketIo40, Transport::Upgrade).await;
}

#[tokio::test]
async fn polling() {
    ends_however_the_two_arrive(Kind::SocketIo40, Transport::Polling).await;
}

#[tokio::test]
async fn a_plain_websocket() {
    ends_however_the_two_arrive(Kind::Plain, Transport::Websocket).await;
}
