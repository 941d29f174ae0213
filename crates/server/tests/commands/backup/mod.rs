//! `estrad backup`, `estrad verify-backup` and `estrad restore`

mod faults;
#[cfg(target_os = "linux")]
mod full_disk;
#[cfg(unix)]
mod interrupted;
mod under_load;
mod versions;
mod whole;

use std::fs;
use std::path::{Path, PathBuf};

use estrad_persistence::Location;
use serde_json::{Value, json};

use crate::harness::{Demo, Home, ServerProcess};

/// The competition of the demo.
const COMPETITION: &str = "/api/competitions/1";
/// The type of a question that is answered with a text.
const TEXT: i64 = 1;

/// A home with the other kind of database, empty.
pub(crate) fn other_kind(home: &Home) -> Home {
    match home.location() {
        Location::Sqlite(_) => Home::with_postgres(),
        Location::Postgres(_) => Home::new(),
    }
}

/// Runs a command about the backup of that name in another home.
fn about(command: &str, home: &Home, name: &str) -> String {
    format!("{command} {}", home.path(name).display())
}

/// The demo, with its presentation at the first question with a text.
struct Show {
    server: ServerProcess,
    operator: String,
    /// The ids of the teams and their tokens.
    teams: Vec<(i64, String)>,
    alternative: i64,
    question: i64,
}

impl Show {
    async fn open(home: &Home) -> Self {
        let (server, demo) = Demo::start(home);
        let open = async |code: &str| {
            let body = json!({"code": code});
            server.post("/api/auth/code").json(&body).send().await.expect(200)
        };
        let token = |opened: &Value| opened["access_token"].as_str().expect("a token").to_owned();
        let code =
            |opens: &str| demo.codes.iter().find(|row| row[1] == opens).expect("a code")[0].clone();
        let operator = token(&open(&code("Operator")).await);
        let post = async |path: &str, body: Value| {
            let path = format!("{COMPETITION}/{path}");
            server.post(&path).bearer(&operator).json(&body).send().await
        };
        assert!(post("presentation/start", json!({})).await.status < 300);
        let rich = server.get(COMPETITION).bearer(&operator).send().await.expect(200);
        let is_text = |question: &&Value| question["type_id"] == TEXT;
        let slides = rich["slides"].as_array().expect("slides").iter();
        let mut found = slides.filter_map(|slide| {
            Some((slide, slide["questions"].as_array()?.iter().find(is_text)?))
        });
        let (slide, question) = found.next().expect("a question with a text");
        post("presentation/sync", json!({"slide_order": slide["order"]})).await.expect(200);
        let mut teams = Vec::new();
        for row in demo.codes.iter().filter(|row| row[1] == "Team") {
            let opened = open(&row[0]).await;
            teams.push((opened["team_id"].as_i64().expect("an id"), token(&opened)));
        }
        let alternative = question["alternatives"][0]["id"].as_i64().expect("an id");
        let question = question["id"].as_i64().expect("an id");
        Self { server, operator, teams, alternative, question }
    }

    /// Where a team's answer is.
    fn answer_path(&self, team: usize) -> String {
        format!("{COMPETITION}/teams/{}/answers/{}", self.teams[team].0, self.alternative)
    }

    /// A team answers, and it is acknowledged.
    async fn answer(&self, team: usize, text: &str) {
        let put = self.server.request("PUT", &self.answer_path(team)).bearer(&self.teams[team].1);
        put.json(&json!({"answer": text})).send().await.expect(200);
    }
}

/// All files below a directory with their contents, by their paths in it; the manifest without the
/// time, and without its digest.
fn content(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(at) = waiting.pop() {
        for entry in fs::read_dir(&at).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let mut bytes = fs::read(&path).expect("readable");
            let name = path.strip_prefix(directory).expect("below it").to_owned();
            match name.to_str() {
                Some("manifest.json.sha256") => continue,
                Some("manifest.json") => {
                    let mut manifest: Value = serde_json::from_slice(&bytes).expect("JSON");
                    manifest["created_at"].take();
                    bytes = manifest.to_string().into_bytes();
                }
                _ => {}
            }
            found.push((name, bytes));
        }
    }
    found.sort();
    found
}

/// Copies a backup, for a test that breaks it.
fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("creates");
    for entry in fs::read_dir(from).expect("a directory") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copied(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copies");
        }
    }
}
