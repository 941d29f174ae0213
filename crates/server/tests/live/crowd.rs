//! Many clients, and one among many that does not keep up.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::driver::Client;
use crate::harness::Home;
use crate::stage::Stage;
use crate::wire::{Heard, Wire};

/// With the operator they are 2,000, which one address may have.
const AUDIENCE: usize = 1_999;
/// Far more than they need: what is wrong grows without an end.
const MAX_RESIDENT_KIB: u64 = 600 * 1024;

#[tokio::test]
async fn two_thousand_in_one_room_all_get_everything_in_order() {
    raise_open_files();
    let stage = Stage::open(Home::new());
    let operator = stage.operator().await;
    let token = stage.token("Audience").await;
    let before = stage.resident_kib();
    let mut crowd = Vec::new();
    for _ in 0..AUDIENCE {
        let mut wire = Wire::open(stage.address, &token, None).await;
        assert_eq!(wire.expect("sync").await["seq"], 1);
        crowd.push(wire);
    }
    let mut listening = JoinSet::new();
    for mut wire in crowd {
        listening.spawn(async move {
            for seq in 2..=21 {
                let sync = wire.expect("sync").await;
                assert_eq!((&sync["seq"], &sync["slide_order"]), (&json!(seq), &json!(seq % 4)));
            }
            wire
        });
    }
    for seq in 2..=21 {
        operator.emit("sync", json!({"slide_order": seq % 4}));
    }
    let crowd = listening.join_all().await;
    let with_all = stage.resident_kib();
    eprintln!("resident: {before} KiB before, {with_all} KiB with {} clients", crowd.len() + 1);
    assert_eq!(crowd.len(), AUDIENCE);
    assert!(with_all < MAX_RESIDENT_KIB, "{with_all} KiB");
}

#[tokio::test]
async fn who_does_not_read_is_let_go_and_the_others_are_served() {
    // They step through it faster than people do.
    let stage = Stage::open(Home::new().with_variable("ESTRAD_LIVE_WRITES_BURST", "1000"));
    let mut operator = stage.operator().await;
    let token = stage.token("Audience").await;
    let mut other = Wire::open(stage.address, &token, None).await;
    let began = other.expect("sync").await;
    // Three operators, as each has a bound on its events.
    let token = stage.token("Operator").await;
    for round in 1..=3 {
        let mut wire = Wire::open(stage.address, &token, None).await;
        for change in 0..190 {
            let data = json!({"slide_order": change % 4});
            assert!(wire.send(&json!({"event": "sync", "data": data}).to_string()).await);
        }
        // What it sent is lost with it until that is read.
        while wire.expect("sync").await["seq"] != 1 + round * 190 {}
    }
    while other.expect("sync").await["seq"] != 1 + 3 * 190 {}
    // It goes on reading, whatever becomes of the other.
    let others = tokio::spawn(async move {
        while other.expect("sync").await.get("show_scoreboard") != Some(&Value::Bool(true)) {}
    });
    let before = stage.resident_kib();
    let token = stage.token("Audience").await;
    let mut stalled = Wire::open(stage.address, &token, Some(4096)).await;
    is_audience(&mut operator, 2).await;
    // Each of these asks for all of the changes, which are 80 KB. It never reads what it asked for.
    let missed = json!({
        "event": "join",
        "data": {"presentation_id": began["presentation_id"], "since": 1},
    });
    for _ in 0..180 {
        // The server stops reading it once it is to go.
        if !stalled.send(&missed.to_string()).await {
            break;
        }
    }
    // It is gone for the others, although it has not noticed.
    is_audience(&mut operator, 1).await;
    operator.done("sync", json!({"show_scoreboard": true})).await;
    others.await.expect("is served");
    let after = stage.resident_kib();
    eprintln!("resident: {before} KiB before, {after} KiB after");
    assert!(after < MAX_RESIDENT_KIB, "{after} KiB");
    // The word of why may not have found a way through. Where all of it found room in buffers on the way,
    // it was not heard of for too long.
    let end = stalled.end().await;
    assert!(matches!(end, Heard::Closed(4000 | 4001) | Heard::Gone), "{end:?}");
}

/// Waits until the operator is told that so many are in the audience.
async fn is_audience(operator: &mut Client, count: usize) {
    loop {
        let (event, data) = operator.event().await;
        if event == "presence" && data["audience"] == count {
            return;
        }
    }
}

/// The server inherits the limit.
fn raise_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("raises the limit on open files");
}
