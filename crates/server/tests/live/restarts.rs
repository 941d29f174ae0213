//! The server is killed in the middle of a presentation, and comes back.

use std::time::Duration;

use estrad_domain::presentation::LogEntry;
use estrad_domain::{CompetitionId, PresentationId};
use estrad_persistence::queries::presentations;
use estrad_persistence::{AnyConnection, Database, Options};
use serde_json::{Value, json};

use crate::driver::{Client, Driver, Kind, Transport};
use crate::harness::on_both_databases;
use crate::stage::{COMPETITION, Stage, now, shown};

/// The clients, and whether they resume or join anew.
const CLIENTS: [(Kind, Transport, bool); 7] = [
    (Kind::SocketIo40, Transport::Upgrade, false),
    (Kind::SocketIo40, Transport::Polling, false),
    (Kind::SocketIo4, Transport::Websocket, true),
    (Kind::SocketIo2, Transport::Upgrade, false),
    (Kind::Python, Transport::Polling, true),
    (Kind::Python, Transport::Websocket, false),
    (Kind::Plain, Transport::Websocket, true),
];

/// Everybody, with the operator first.
async fn everybody(stage: &Stage) -> Vec<Client> {
    let driver = Driver::start(Kind::SocketIo4);
    let token = stage.token("Operator").await;
    let resumes = json!({"resume": true});
    let mut all = vec![stage.screen_with(&driver, Transport::Upgrade, &token, resumes).await];
    all[0].expect("sync").await;
    for (kind, transport, resume) in CLIENTS {
        let driver = Driver::start(kind);
        let token = stage.token("Audience").await;
        let resume = json!({"resume": resume});
        let mut client = stage.screen_with(&driver, transport, &token, resume).await;
        client.expect("sync").await;
        all.push(client);
    }
    all
}

/// The newest presentation's log, as it is in the database.
async fn log(stage: &Stage) -> Vec<LogEntry> {
    let (readers, busy_timeout) = (1, Duration::from_secs(30));
    let options = Options {
        location: stage.home.location(),
        readers: readers.try_into().expect("some"),
        busy_timeout,
    };
    let database = Database::open(&options).expect("opens");
    let read = move |c: &mut AnyConnection| {
        let latest = presentations::latest(c, CompetitionId(COMPETITION))?;
        let id: PresentationId = latest.expect("a presentation").id;
        presentations::entries(c, id, 0, 10_000)
    };
    database.snapshot(read).await.expect("reads")
}

/// Waits until the client was told that the time is up, at the moment that was set.
async fn is_told_that_time_is_up(client: &mut Client, deadline: &Value) {
    loop {
        let (event, data) = client.event().await;
        if event == "sync" && data["timer"]["enabled"] == false {
            assert_eq!(&data["timer"]["value"], deadline);
            assert!(data["server_time"].as_i64() >= deadline.as_i64(), "not before: {data}");
            return;
        }
    }
}

on_both_databases! {
    async fn a_timer_goes_on(home: Home) {
        let mut stage = Stage::open(home);
        let mut all = everybody(&stage).await;
        all[0].done("sync", json!({"show_scoreboard": true})).await;
        // Long enough for the server to be back before; if it is not, it notices when it is.
        let timer = json!({"timer": {"value": now() + 10_000, "enabled": true}});
        all[0].done("sync", timer).await;
        let mut deadline = Value::Null;
        for client in &mut all {
            assert_eq!(client.expect("sync").await["show_scoreboard"], true);
            deadline = client.expect("sync").await["timer"]["value"].take();
        }
        stage.kill();
        for client in &mut all {
            client.report("closed").await;
        }
        let before = log(&stage).await;
        assert_eq!(before.len(), 3);
        stage.restart();
        for client in &mut all {
            client.report("open").await;
            is_told_that_time_is_up(client, &deadline).await;
        }
        let after = log(&stage).await;
        assert_eq!(after[..3], before);
        assert_eq!(after.len(), 4, "the end of the time, and nothing else");
        // Tokens and codes work as before, and so does the operator.
        let plain = Driver::start(Kind::Plain);
        let mut late = stage.screen(&plain, Transport::Websocket, "Team").await;
        assert_eq!(
            shown(&late.expect("sync").await),
            json!({
                "slide_order": 0,
                "timer": {"value": deadline, "enabled": false},
                "show_scoreboard": true,
            })
        );
        assert_eq!(all[0].done("sync", json!({"slide_order": 1})).await["seq"], 5);
        for client in &mut all {
            assert_eq!(client.through(5).await.last(), Some(&5));
        }
    }

    async fn a_timer_that_ran_out_meanwhile(home: Home) {
        let mut stage = Stage::open(home);
        let mut all = everybody(&stage).await;
        all[0].done("sync", json!({"timer": {"value": now() + 2_000, "enabled": true}})).await;
        let deadline = all[0].expect("sync").await["timer"]["value"].take();
        stage.kill();
        // What is waited for is the passing of that time.
        let left = deadline.as_i64().expect("a time") + 1 - now();
        tokio::time::sleep(Duration::from_millis(left.max(0).unsigned_abs())).await;
        stage.restart();
        for client in &mut all {
            is_told_that_time_is_up(client, &deadline).await;
        }
        assert_eq!(log(&stage).await.len(), 3);
    }

    async fn everybody_comes_back_by_themselves_after_a_stop(home: Home) {
        let mut stage = Stage::open(home);
        let mut all = everybody(&stage).await;
        stage.stop();
        for client in &mut all {
            client.report("closed").await;
        }
        stage.restart();
        for client in &mut all {
            client.report("open").await;
        }
        let seq = all[0].done("sync", json!({"slide_order": 1})).await["seq"].as_i64();
        let seq = seq.expect("a place in the log");
        for client in &mut all {
            assert_eq!(client.through(seq).await.last(), Some(&seq));
        }
    }
}
