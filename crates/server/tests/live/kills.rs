//! SIGKILL at random points while teams answer: what was acknowledged is in the database.

use std::sync::atomic::{AtomicUsize, Ordering};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::driver::Client;
use crate::harness::on_both_databases;
use crate::stage::{COMPETITION, Stage, now};

/// How often, unless `ESTRAD_TEST_KILLS` says otherwise.
const KILLS: usize = 20;
/// The type of a question that is answered with a text.
const TEXT: i64 = 1;

/// One team at its question.
struct Team {
    id: String,
    token: String,
    /// The number that is its answer, as acknowledged last.
    acknowledged: u64,
    /// The number that was sent last.
    sent: u64,
}

/// How many answers were acknowledged since the start of the server.
#[derive(Default)]
struct Progress {
    acknowledged: AtomicUsize,
    more: Notify,
}

impl Progress {
    async fn reaches(&self, wanted: usize) {
        while self.acknowledged.load(Ordering::SeqCst) < wanted {
            self.more.notified().await;
        }
    }

    fn one_more(&self) {
        self.acknowledged.fetch_add(1, Ordering::SeqCst);
        self.more.notify_one();
    }
}

impl Team {
    /// Counts up, as its answer, until the server is gone.
    async fn answers(mut self, url: String, progress: &Progress) -> Self {
        let client = reqwest::Client::new();
        loop {
            self.sent += 1;
            let body = json!({"answer": self.sent.to_string()});
            let sent = client.put(&url).bearer_auth(&self.token).json(&body).send().await;
            let Ok(answer) = sent else { return self };
            // Only the whole answer is an acknowledgement.
            let status = answer.status().as_u16();
            let Ok(text) = answer.text().await else { return self };
            assert_eq!(status, 200, "{text}");
            self.acknowledged = self.sent;
            progress.one_more();
        }
    }
}

/// The teams of the demo, and the addresses of their answers to the first question with a text, on
/// whose slide the operator is now.
async fn teams_at_a_question(stage: &Stage, operator: &mut Client) -> (Vec<Team>, i64) {
    let token = stage.token("Operator").await;
    let path = format!("/api/competitions/{COMPETITION}");
    let rich = stage.server().get(&path).bearer(&token).send().await.expect(200);
    let slides = rich["slides"].as_array().expect("slides");
    let text = |question: &&Value| question["type_id"] == TEXT;
    let (slide, question) = slides
        .iter()
        .find_map(|slide| Some((slide, slide["questions"].as_array()?.iter().find(text)?)))
        .expect("a question with a text");
    operator.done("sync", json!({"slide_order": slide["order"]})).await;
    let alternative = question["alternatives"][0]["id"].as_i64().expect("an id");
    let mut teams = Vec::new();
    for [code, opens, _] in &stage.demo.codes {
        if opens == "Team" {
            let body = json!({"code": code});
            let opened = stage.server().post("/api/auth/code").json(&body).send().await.expect(200);
            let token = opened["access_token"].as_str().expect("a token").to_owned();
            let id = opened["team_id"].to_string();
            teams.push(Team { id, token, acknowledged: 0, sent: 0 });
        }
    }
    assert!(teams.len() > 1);
    (teams, alternative)
}

fn kills() -> usize {
    let wanted = std::env::var("ESTRAD_TEST_KILLS").ok();
    wanted.map_or(KILLS, |wanted| wanted.parse().expect("ESTRAD_TEST_KILLS is a number"))
}

/// `ESTRAD_TEST_SEED` repeats a run, as far as the machine does.
fn seed() -> u64 {
    let wanted = std::env::var("ESTRAD_TEST_SEED").ok();
    let seed = wanted.map_or(now().unsigned_abs(), |seed| seed.parse().expect("a number"));
    eprintln!("ESTRAD_TEST_SEED={seed}");
    seed
}

on_both_databases! {
    async fn what_was_acknowledged_is_there(home: Home) {
        let mut random = StdRng::seed_from_u64(seed());
        let mut stage = Stage::open(home);
        let mut operator = stage.operator().await;
        let (mut teams, alternative) = teams_at_a_question(&stage, &mut operator).await;
        for kill in 0..kills() {
            let progress = Progress::default();
            let wanted = random.random_range(1..60);
            let answering = teams.drain(..).map(|team| {
                let path = format!("teams/{}/answers/{alternative}", team.id);
                let url =
                    format!("http://{}/api/competitions/{COMPETITION}/{path}", stage.address);
                team.answers(url, &progress)
            });
            let answering = futures_util::future::join_all(answering);
            // While they answer, as soon as that many were acknowledged.
            let killing = async {
                progress.reaches(wanted).await;
                stage.signal_kill();
            };
            (teams, ()) = tokio::join!(answering, killing);
            stage.kill();
            stage.restart();
            for team in &mut teams {
                let path =
                    format!("/api/competitions/{COMPETITION}/teams/{}/answers/{alternative}", team.id);
                let read = stage.server().get(&path).bearer(&team.token).send().await;
                // A team may not have come to be acknowledged at all before the first kill.
                let found = match read.status {
                    404 if team.acknowledged == 0 => 0,
                    _ => {
                        let answer = read.expect(200)["answer"].take();
                        answer.as_str().and_then(|text| text.parse().ok()).expect("a number")
                    }
                };
                // What was under way may have been stored, and nothing else.
                assert!(
                    found == team.acknowledged || found == team.sent,
                    "kill {kill}: team {} was told of {}, had sent {}, and {found} is there",
                    team.id, team.acknowledged, team.sent
                );
                team.acknowledged = found;
            }
        }
        eprintln!("answers sent: {:?}", teams.iter().map(|team| team.sent).collect::<Vec<_>>());
    }
}
