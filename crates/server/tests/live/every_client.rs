//! What holds for every client, however it connects: the life of a presentation.

use serde_json::{Value, json};

use crate::driver::{Client, Driver, Kind, Transport};
use crate::harness::Home;
use crate::stage::{Stage, now, shown};

/// Names the clients, and the ways in which each can connect.
macro_rules! for_every_client {
    ($story:ident: $($name:ident = $kind:ident, $transport:ident;)+) => {$(
        #[tokio::test]
        async fn $name() {
            $story(Kind::$kind, Transport::$transport).await;
        }
    )+};
}

for_every_client! {
    follows_a_presentation:
    socketio_4_0_polling = SocketIo40, Polling;
    socketio_4_0_upgrade = SocketIo40, Upgrade;
    socketio_4_0_websocket = SocketIo40, Websocket;
    socketio_4_polling = SocketIo4, Polling;
    socketio_4_upgrade = SocketIo4, Upgrade;
    socketio_4_websocket = SocketIo4, Websocket;
    socketio_2_polling = SocketIo2, Polling;
    socketio_2_upgrade = SocketIo2, Upgrade;
    socketio_2_websocket = SocketIo2, Websocket;
    python_polling = Python, Polling;
    python_upgrade = Python, Upgrade;
    python_websocket = Python, Websocket;
    plain_websocket = Plain, Websocket;
}

async fn follows_a_presentation(kind: Kind, transport: Transport) {
    let stage = Stage::open(Home::new());
    let driver = Driver::start(kind);

    // The operator starts it, the others join.
    let operator = stage.screen(&driver, transport, "Operator").await;
    let mut all = vec![operator];
    let nothing = json!({"value": null, "enabled": false});
    let beginning = json!({"slide_order": 0, "timer": nothing, "show_scoreboard": false});
    assert_eq!(shown(&all[0].expect("sync").await), beginning);
    for opens in ["Team", "Judge", "Audience"] {
        let mut screen = stage.screen(&driver, transport, opens).await;
        assert_eq!(shown(&screen.expect("sync").await), beginning, "{opens}");
        all.push(screen);
    }

    everybody_moves_with_the_operator(&mut all).await;
    only_the_operator_has_a_say(&mut all).await;

    // The others are told of the end, and so is who said it.
    all[0].emit("end_presentation", Value::Null);
    for client in &mut all {
        assert_eq!(client.expect("end_presentation").await["reason"], "ended");
        let closed = client.report("closed").await;
        match kind {
            Kind::Plain => {
                assert_eq!(
                    (&closed["code"], &closed["reason"]),
                    (&json!(4010), &json!("resumable"))
                );
            }
            // A disconnect that is said, after which they don't come back.
            Kind::Python => assert_eq!(closed["reason"], "server disconnect"),
            _ => assert_eq!(closed["reason"], "io server disconnect"),
        }
    }
}

/// The first of all is the operator, the second a team.
async fn everybody_moves_with_the_operator(all: &mut [Client]) {
    // As fast as it goes: order is kept.
    for slide in [1, 2, 1, 3] {
        let timer = json!({"value": null, "enabled": false});
        all[0].emit("sync", json!({"slide_order": slide, "timer": timer}));
    }
    all[0].emit("sync", json!({"timer": {"value": in_an_hour(), "enabled": true}}));
    all[0].emit("sync", json!({"timer": {"value": in_an_hour(), "enabled": false}}));
    all[0].emit("sync", json!({"show_scoreboard": true}));
    for (place, client) in all.iter_mut().enumerate() {
        let mut seqs = Vec::new();
        for slide in [1, 2, 1, 3] {
            let sync = client.expect("sync").await;
            assert_eq!(sync["slide_order"], slide);
            assert_eq!(sync["timer"], json!({"value": null, "enabled": false}));
            seqs.extend(sync["seq"].as_i64());
        }
        for enabled in [true, false] {
            let sync = client.expect("sync").await;
            assert_eq!(sync["timer"]["enabled"], enabled);
            assert!(sync["timer"]["value"].is_i64() && sync.get("slide_order").is_none());
            seqs.extend(sync["seq"].as_i64());
        }
        if place == 1 {
            assert_eq!(client.expect("locked").await["reason"], "time_is_up");
        }
        let sync = client.expect("sync").await;
        assert_eq!(sync["show_scoreboard"], true);
        assert!(sync.get("timer").is_none() && sync.get("slide_order").is_none());
        seqs.extend(sync["seq"].as_i64());
        assert_eq!(seqs, [2, 3, 4, 5, 6, 7, 8]);
    }
}

async fn only_the_operator_has_a_say(all: &mut [Client]) {
    for client in &mut all[1..] {
        let refused = client.ask("sync", json!({"slide_order": 0})).await;
        assert_eq!(
            (&refused["ok"], &refused["error"]["code"]),
            (&json!(false), &json!("not_allowed"))
        );
        let error = client.expect("error").await;
        assert_eq!((&error["event"], &error["code"]), (&json!("sync"), &json!("not_allowed")));
        // Without an acknowledgement there is still the event.
        client.emit("end_presentation", Value::Null);
        assert_eq!(client.expect("error").await["event"], "end_presentation");
    }
    for (data, code) in
        [(json!({"slide_order": 99}), "validation_failed"), (json!({"x": 1}), "validation_failed")]
    {
        let refused = all[0].ask("sync", data).await;
        assert_eq!(refused["error"]["code"], code, "{refused}");
        assert_eq!(all[0].expect("error").await["code"], code);
    }
    let refused = all[0].ask("no_such_event", Value::Null).await;
    assert_eq!(refused["ok"], false);
    all[0].expect("error").await;
    for client in &mut all[..] {
        assert_eq!(client.done("time", json!({"t0": 17})).await["t0"], 17);
    }
    // None of this moved anything.
    assert_eq!(all[0].done("sync", json!({"show_scoreboard": false})).await["seq"], 9);
    for client in all {
        assert_eq!(client.expect("sync").await["seq"], 9);
    }
}

fn in_an_hour() -> i64 {
    now() + 3_600_000
}
