//! Joining: too early, late, and after having been away.

use serde_json::{Value, json};

use crate::driver::{Driver, Kind, Transport};
use crate::harness::Home;
use crate::stage::{Stage, shown};

#[tokio::test]
async fn who_connects_before_the_start_hears_nothing() {
    let stage = Stage::open(Home::new());
    let mut operator = stage.operator().await;
    let token = stage.token("Audience").await;
    operator.emit("end_presentation", Value::Null);
    operator.report("closed").await;

    let mut early = Vec::new();
    for (kind, transport) in [
        (Kind::SocketIo40, Transport::Upgrade),
        (Kind::SocketIo4, Transport::Polling),
        (Kind::SocketIo2, Transport::Websocket),
        (Kind::Python, Transport::Upgrade),
        (Kind::Plain, Transport::Websocket),
    ] {
        let driver = Driver::start(kind);
        early.push(stage.screen_with(&driver, transport, &token, json!({})).await);
    }
    let mut operator = stage.operator().await;
    operator.done("sync", json!({"slide_order": 1})).await;
    for client in &mut early {
        assert_eq!(client.heard().await, Vec::<Value>::new());
        // Asking is joining.
        client.done("join", Value::Null).await;
        assert_eq!(client.expect("sync").await["slide_order"], 1);
    }
    // One that left without having joined does not count, and ends nothing.
    let driver = Driver::start(Kind::Plain);
    let late = stage.screen_with(&driver, Transport::Websocket, &token, json!({})).await;
    late.tell("close", json!({}));
    operator.done("sync", json!({"slide_order": 2})).await;
    for client in &mut early {
        assert_eq!(client.expect("sync").await["slide_order"], 2);
    }
}

#[tokio::test]
async fn two_operators_and_a_late_comer() {
    let stage = Stage::open(Home::new());
    let mut first = stage.operator().await;
    let driver = Driver::start(Kind::SocketIo40);
    let mut second = stage.screen(&driver, Transport::Upgrade, "Operator").await;
    assert_eq!(second.expect("sync").await["seq"], 1);
    // Both at once, again and again: everybody sees the same, in the same order.
    for _ in 0..10 {
        first.emit("sync", json!({"slide_order": 1}));
        second.emit("sync", json!({"slide_order": 2}));
    }
    let mut seen = [Vec::new(), Vec::new()];
    for (client, seen) in [&mut first, &mut second].into_iter().zip(&mut seen) {
        for _ in 0..20 {
            let sync = client.expect("sync").await;
            seen.push((sync["seq"].clone(), sync["slide_order"].clone()));
        }
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].last().map(|(seq, _)| seq), Some(&json!(21)));
    // Who comes late gets where it stands.
    let mut late = stage.screen(&driver, Transport::Polling, "Audience").await;
    let sync = late.expect("sync").await;
    assert_eq!(
        (&sync["seq"], Some(&sync["slide_order"])),
        (&json!(21), seen[0].last().map(|(_, slide)| slide))
    );
    // One leaves without a word; the other goes on.
    first.tell("cut", json!({}));
    second.done("sync", json!({"slide_order": 3})).await;
    assert_eq!(late.expect("sync").await["slide_order"], 3);
}

#[tokio::test]
async fn who_was_away_for_50_changes_gets_exactly_those() {
    let stage = Stage::open(Home::new());
    let mut operator = stage.operator().await;
    let token = stage.token("Audience").await;
    let mut place = json!({});
    for change in 0..50 {
        operator.done("sync", json!({"slide_order": 1 + change % 3})).await;
        if change == 0 {
            let sync = operator.expect("sync").await;
            place = json!({"presentation_id": sync["presentation_id"], "since": 1});
        }
    }
    for (kind, transport) in [
        (Kind::SocketIo40, Transport::Upgrade),
        (Kind::SocketIo4, Transport::Polling),
        (Kind::SocketIo2, Transport::Upgrade),
        (Kind::SocketIo2, Transport::Polling),
        (Kind::Python, Transport::Websocket),
        (Kind::Plain, Transport::Websocket),
    ] {
        let driver = Driver::start(kind);
        let mut more = place.clone();
        more["token"] = token.clone().into();
        let more = match kind {
            Kind::SocketIo2 => json!({"query": more}),
            _ => json!({"auth": more}),
        };
        let mut client = stage.screen_with(&driver, transport, &token, more).await;
        for seq in 2..=51 {
            let sync = client.expect("sync").await;
            assert_eq!(
                (&sync["seq"], &sync["slide_order"]),
                (&json!(seq), &json!(1 + (seq - 2) % 3))
            );
            assert!(sync.get("show_scoreboard").is_none(), "a change, not the whole");
        }
        let resumed = client.expect("resumed").await;
        assert_eq!(
            (&resumed["missed"], &resumed["recovered"]),
            (&json!(50), &json!(true)),
            "{kind:?}"
        );
        assert_eq!(client.heard().await, Vec::<Value>::new());
    }
    // Another epoch: the whole instead.
    let driver = Driver::start(Kind::Plain);
    let more = json!({"auth": {"token": token, "presentation_id": 99, "since": 3}});
    let mut client = stage.screen_with(&driver, Transport::Websocket, &token, more).await;
    let sync = client.expect("sync").await;
    assert_eq!((&sync["seq"], &sync["recovered"]), (&json!(51), &json!(false)));
    assert_eq!(shown(&sync)["slide_order"], 2);
}
