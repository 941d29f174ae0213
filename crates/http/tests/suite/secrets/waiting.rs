//! What is told to those who wait for the start.

use estrad_domain::types::View;
use estrad_testkit::TestApp;

use super::routes::{readable, writable};
use super::world::{Caller, Kind, Stage, World};
use crate::live::support::Socket;

/// Calls everything as those who wait, while nothing is presented, and reads what their sockets are told.
pub(super) async fn walk(app: &TestApp, world: &World) {
    for code in app.codes(world.competition_id).await {
        if code.view == View::Operator {
            continue;
        }
        let token = app.wait_with(&code).await;
        let caller =
            Caller { name: format!("waiting {}", code.view.name()), kind: Kind::Waiting, token };
        let search = |text: &str, place: &str| world.search(text, &caller, Stage::After, place);
        for path in readable(world) {
            let answer = app.get(&path).bearer(&caller.token).send().await;
            assert!(answer.status < 500, "{path} as {}: {}", caller.name, answer.status);
            search(&answer.text(), &path);
        }
        for (method, path) in writable(world) {
            let request = app.request(&method, &path).bearer(&caller.token);
            let answer = request.json(&serde_json::json!({})).send().await;
            assert!(answer.status < 500, "{method} {path} as {}", caller.name);
            search(&answer.text(), &format!("{method} {path}"));
        }
        let mut socket = Socket::open(app, &format!("/ws?token={}", caller.token)).await;
        let told = socket.text().await;
        assert!(told.contains("\"waiting\":true"), "{told}");
        search(&told, "its socket");
    }
}
