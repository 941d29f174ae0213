//! Somebody sets the clock of the machine while a question is open. libfaketime stands between the
//! server and its wall clock, and leaves the monotonic one alone.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harness::{Demo, Home, ServerProcess, on_both_databases};
use crate::stage::COMPETITION;
use crate::wire::Wire;

/// The library, wherever Debian has it for this machine.
fn library() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").expect("a folder").flatten();
    let candidates = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    let found = candidates.into_iter().find(|path| path.is_file());
    found.expect("libfaketime is installed: `cargo xtask clients` does that")
}

/// The clock on the wall.
struct Wall(PathBuf);

impl Wall {
    /// For the servers of that home.
    fn of(home: Home) -> (Self, Home) {
        let wall = Self(home.path("faketime"));
        wall.set("+0");
        let variables = [
            ("LD_PRELOAD", library().display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", wall.0.display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("NO_FAKE_STAT", "1".to_owned()),
            ("ESTRAD_LIVE_GRACE_MS", "0".to_owned()),
        ];
        let with = |home: Home, (name, value): (&str, String)| home.with_variable(name, &value);
        let home = variables.into_iter().fold(home, with);
        (wall, home)
    }

    /// Sets it, all at once: the server must not read half of it.
    fn set(&self, by: &str) {
        let new = self.0.with_extension("new");
        std::fs::write(&new, format!("{by}\n")).expect("writes");
        std::fs::rename(new, &self.0).expect("moves");
    }
}

async fn open(server: &ServerProcess, demo: &Demo, view: &str) -> Value {
    server.post("/api/auth/code").json(&demo.code(view)).send().await.expect(200)
}

fn token(opened: &Value) -> &str {
    opened["access_token"].as_str().expect("a token")
}

/// The first slide with a text question, with a think time that is long enough to be set in between,
/// and the place of an answer there.
async fn ask_quickly(server: &ServerProcess, demo: &Demo) -> (i64, i64) {
    let [email, password, _] = &demo.users[0];
    let admin = server.log_in(email, password).await;
    let path = format!("/api/competitions/{COMPETITION}");
    let rich = server.get(&path).bearer(&admin).send().await.expect(200);
    let slides = rich["slides"].as_array().expect("slides");
    let asks = |slide: &&Value| slide["questions"][0]["type_id"] == 1;
    let slide = slides.iter().find(asks).expect("a text question");
    let change = json!({"timer": 8});
    let slide_path = format!("{path}/slides/{}", slide["id"]);
    server.request("PUT", &slide_path).bearer(&admin).json(&change).send().await.expect(200);
    let alternative = slide["questions"][0]["alternatives"][0]["id"].as_i64();
    (slide["order"].as_i64().expect("an order"), alternative.expect("an alternative"))
}

/// The wall clock is set by so much while the question is open: it closes when it should, and the
/// operator's page is told by the new time.
async fn closes_in_time(home: Home, by: &str, by_ms: i64) {
    let (wall, home) = Wall::of(home);
    let (server, demo) = Demo::start(&home);
    let (slide_order, alternative) = ask_quickly(&server, &demo).await;
    let operator = open(&server, &demo, "Operator").await;
    let mut page = Wire::open(server.address, token(&operator), None).await;
    page.expect("sync").await;
    let team = open(&server, &demo, "Team").await;
    let answers =
        format!("/api/competitions/{COMPETITION}/teams/{}/answers/{alternative}", team["team_id"],);
    let answer = async |text: &str| {
        let body = json!({"answer": text});
        server.request("PUT", &answers).bearer(token(&team)).json(&body).send().await
    };
    let start = json!({"slide_order": slide_order, "timer": {"value": null, "enabled": true}});
    assert!(page.send(&json!({"event": "sync", "data": start}).to_string()).await);
    let running = page.expect("sync").await;
    let deadline = running["timer"]["value"].as_i64().expect("a time");
    wall.set(by);
    let corrected = page.expect("sync").await;
    assert_eq!(corrected["timer"]["enabled"], true, "it was not over: {corrected}");
    let moved = corrected["timer"]["value"].as_i64().expect("a time") - deadline;
    assert!((moved - by_ms).abs() < 1_000, "{moved}");
    let left = corrected["timer"]["value"].as_i64().zip(corrected["server_time"].as_i64());
    let left = left.map(|(value, now)| value - now).expect("times");
    assert!((1..=8_000).contains(&left), "{left}");
    let told = page.expect("clock_changed").await;
    assert_eq!(told["by_ms"].as_i64(), Some(moved));
    answer("in time").await.expect(200);
    // An hour back, it would not come for an hour.
    let over = page.expect("sync").await;
    assert_eq!(over["timer"], json!({"value": corrected["timer"]["value"], "enabled": false}));
    let late = answer("late").await.expect_error(409, "answers_locked");
    assert_eq!(late["reason"], "time_is_up");
}

on_both_databases! {
    async fn a_question_closes_in_time_when_the_clock_is_set_back(home: Home) {
        closes_in_time(home, "-1h", -3_600_000).await;
    }

    async fn a_question_closes_in_time_when_the_clock_is_set_forward(home: Home) {
        closes_in_time(home, "+10m", 600_000).await;
    }
}
