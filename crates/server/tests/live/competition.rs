//! A whole competition, played by clients of all kinds: one of the imported export, by four new teams.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::driver::{Client, Driver, Kind, Transport};
use crate::harness::{Demo, Home, ServerProcess, on_both_databases};
use crate::stage::{Stage, now};

const TEAMS: [&str; 4] = ["Brostads skola 8A", "Ångby 8B", "Vilse 8C", "Nordan 8D"];

/// What each team answers, alternative by alternative in the order of the slides.
const ANSWERS: [(&str, [&str; 4]); 16] = [
    ("Ström A", ["Volta", "Ett svar för mycket", "Watt", "Volta"]),
    ("Ström B", ["0,75", "12", "0,75", "7.5"]),
    ("Ström C: koppar", ["1", "0", "1", "1"]),
    ("Ström C: silver", ["1", "0", "1", "0"]),
    ("Ström C: trä", ["0", "1", "0", "0"]),
    ("Ledtråd 1", ["Motor", "", "Magnet", "Magnet"]),
    ("Ledtråd 2", ["Magnet", "Guld", "Magnet", "Magnet"]),
    ("Sant: bron", ["1", "0", "1", "1"]),
    ("Sant: betong", ["1", "1", "0", "1"]),
    ("Quiz 1 A", ["1", "0", "1", "1"]),
    ("Quiz 1 B", ["0", "0", "0", "0"]),
    ("Quiz 1 C", ["0", "1", "0", "0"]),
    ("Quiz 1 D", ["0", "0", "0", "0"]),
    ("Quiz 2 1", ["0", "0", "1", "0"]),
    ("Quiz 2 X", ["1", "0", "0", "1"]),
    ("Quiz 2 2", ["0", "1", "0", "0"]),
];

/// What the first judge gives, as the slides come.
const SCORES: [(&str, [i64; 4]); 5] = [
    ("Pappersbron", [3, 0, 5, 4]),
    ("Ström", [2, 0, 6, 3]),
    ("Ledtråden", [1, 0, 2, 2]),
    ("Sant eller falskt?", [0, 1, 2, 1]),
    ("Snabbquiz", [4, 0, 2, 3]),
];
/// The bridge of the last team did not hold after all: the second judge makes it 1.
const REVISED: (&str, usize, i64) = ("Pappersbron", 3, 1);

/// By hand: 5+6+2+2+2; 3+2+1+0+4; 1+3+2+1+3 (13 before the revision); 0+0+0+1+0. Two share a place.
const STANDINGS: [(&str, i64, i64); 4] =
    [("Vilse 8C", 1, 17), ("Brostads skola 8A", 2, 10), ("Nordan 8D", 2, 10), ("Ångby 8B", 4, 1)];

/// The competition on stage: a copy, as the one that was imported has been played.
struct Show {
    stage: Stage,
    admin: String,
    path: String,
    team_ids: Vec<i64>,
    rich: Value,
}

impl Show {
    async fn prepare(home: Home) -> Self {
        let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("../import/tests/data");
        let (email, password) = home.create_ada();
        home.run(&format!("import t8 {}", export.display())).printed();
        let server = ServerProcess::start(&home, "");
        let admin = server.log_in(email, password).await;
        let post = |path: String, body: Value| server.post(&path).bearer(&admin).json(&body).send();
        let get = |path: String| server.get(&path).bearer(&admin).send();
        let found = get("/api/competitions/search".to_owned()).await.expect(200);
        let original =
            found.as_array().expect("a list").iter().find(|found| found["name"] == "Provtävling");
        let original = &original.expect("the competition")["id"];
        let copy = post(format!("/api/competitions/{original}/copy"), json!({})).await.json();
        let path = format!("/api/competitions/{}", copy["id"]);
        let mut team_ids = Vec::new();
        for name in TEAMS {
            let team = post(format!("{path}/teams"), json!({"name": name})).await.json();
            team_ids.push(team["id"].as_i64().expect("an id"));
        }
        let codes = get(format!("{path}/codes")).await.expect(200);
        let codes = codes.as_array().expect("a list").iter().map(|row| {
            let opens = match row["view_type_id"].as_i64() {
                Some(1) => "Team",
                Some(2) => "Judge",
                Some(3) => "Audience",
                _ => "Operator",
            };
            [row["code"].as_str().expect("a code"), opens, &row["team_id"].to_string()]
                .map(str::to_owned)
        });
        let demo = Demo {
            users: vec![[email, password, "Admin"].map(str::to_owned)],
            codes: codes.collect(),
        };
        let rich = get(path.clone()).await.expect(200);
        Self { stage: Stage::of(home, server, demo), admin, path, team_ids, rich }
    }

    async fn team(&self, index: usize) -> String {
        let id = self.team_ids[index].to_string();
        let code = self.stage.demo.codes.iter().find(|[_, _, team]| *team == id);
        let body = json!({"code": code.expect("a code")[0]});
        let opened =
            self.stage.server().post("/api/auth/code").json(&body).send().await.expect(200);
        opened["access_token"].as_str().expect("a token").to_owned()
    }

    fn slides(&self) -> &[Value] {
        self.rich["slides"].as_array().expect("slides")
    }

    fn question(&self, name: &str) -> i64 {
        let mut questions = self.slides().iter().flat_map(questions);
        let question = questions.find(|question| question["name"] == name);
        question.expect("the question")["id"].as_i64().expect("an id")
    }
}

fn questions(slide: &Value) -> &[Value] {
    slide["questions"].as_array().expect("questions")
}

/// The ids of a slide's alternatives, in order.
fn alternatives(slide: &Value) -> Vec<i64> {
    let lists = questions(slide).iter().map(|question| question["alternatives"].as_array());
    lists
        .flat_map(|list| list.expect("alternatives"))
        .map(|a| a["id"].as_i64().expect("an id"))
        .collect()
}

/// Everybody who is there.
struct Cast {
    operator: Client,
    judges: [Client; 2],
    teams: Vec<(Client, String)>,
    audience: Vec<Client>,
}

impl Cast {
    async fn assemble(show: &Show) -> Self {
        let (stage, front_end) = (&show.stage, Driver::start(Kind::SocketIo40));
        let (newest, plain) = (Driver::start(Kind::SocketIo4), Driver::start(Kind::Plain));
        let operator = stage.screen(&front_end, Transport::Upgrade, "Operator").await;
        let judges = [
            stage.screen(&newest, Transport::Polling, "Judge").await,
            stage.screen(&plain, Transport::Websocket, "Judge").await,
        ];
        let mut teams = Vec::new();
        for (index, (driver, transport)) in [
            (front_end, Transport::Upgrade),
            (Driver::start(Kind::SocketIo2), Transport::Upgrade),
            (Driver::start(Kind::Python), Transport::Polling),
            (plain.clone(), Transport::Websocket),
        ]
        .into_iter()
        .enumerate()
        {
            let token = show.team(index).await;
            let client = stage.screen_with(&driver, transport, &token, json!({})).await;
            teams.push((client, token));
        }
        let mut audience = Vec::new();
        for seat in 0..50 {
            let (driver, transport) = match seat % 4 {
                0 => (&newest, Transport::Upgrade),
                2 => (&newest, Transport::Websocket),
                _ => (&plain, Transport::Websocket),
            };
            audience.push(stage.screen(driver, transport, "Audience").await);
        }
        Self { operator, judges, teams, audience }
    }

    fn everybody(&mut self) -> impl Iterator<Item = &mut Client> {
        let teams = self.teams.iter_mut().map(|(client, _)| client);
        std::iter::once(&mut self.operator)
            .chain(&mut self.judges)
            .chain(teams)
            .chain(&mut self.audience)
    }

    /// The first team as the front-end in use does, the others over their sockets.
    async fn answer(&mut self, show: &Show, team: usize, alternative: i64, answer: &str) {
        let id = show.team_ids[team];
        let (client, token) = &mut self.teams[team];
        if team == 0 {
            let path = format!("{}/teams/{id}/answers/{alternative}", show.path);
            let put = show.stage.server().request("PUT", &path).bearer(token);
            put.json(&json!({"answer": answer})).send().await.expect(200);
        } else {
            let data =
                json!({"team_id": id, "question_alternative_id": alternative, "answer": answer});
            client.done("answer", data).await;
        }
    }

    async fn score(&mut self, show: &Show, judge: usize, name: &str, team: usize, score: i64) {
        let data = json!({
            "team_id": show.team_ids[team], "question_id": show.question(name), "score": score,
            "reason": "As seen.",
        });
        self.judges[judge].done("score", data).await;
    }
}

/// All slides, one after another; gives the place in the log of the last change of the operator's.
async fn play(show: &Show, cast: &mut Cast) {
    let mut answered = 0;
    let mut earlier = None;
    for slide in show.slides() {
        cast.operator.done("sync", json!({"slide_order": slide["order"]})).await;
        let timer = |enabled: bool| json!({"timer": {"value": now() + 60_000, "enabled": enabled}});
        if !slide["timer"].is_null() {
            cast.operator.done("sync", timer(true)).await;
        }
        if let Some(alternative) = earlier {
            let data = json!({
                "team_id": show.team_ids[1], "question_alternative_id": alternative, "answer": "1",
            });
            let refused = cast.teams[1].0.ask("answer", data).await;
            assert_eq!(refused["error"]["code"], "answers_locked", "{refused}");
        }
        for alternative in alternatives(slide) {
            for (team, answer) in ANSWERS[answered].1.into_iter().enumerate() {
                // First something else: what counts is what was said last.
                cast.answer(show, team, alternative, if answer == "1" { "0" } else { answer })
                    .await;
                cast.answer(show, team, alternative, answer).await;
            }
            answered += 1;
            earlier = Some(alternative);
        }
        if !slide["timer"].is_null() {
            cast.operator.done("sync", timer(false)).await;
        }
        let here = questions(slide).iter().map(|question| &question["name"]);
        let here: BTreeSet<_> = here.filter_map(Value::as_str).collect();
        for (name, scores) in SCORES.into_iter().filter(|(name, _)| here.contains(name)) {
            for (team, score) in scores.into_iter().enumerate() {
                cast.score(show, 0, name, team, score).await;
            }
        }
    }
    assert_eq!(answered, ANSWERS.len());
    let (name, team, score) = REVISED;
    cast.score(show, 1, name, team, score).await;
}

on_both_databases! {
    async fn is_played_to_its_end(home: Home) {
        let show = Show::prepare(home).await;
        let mut cast = Cast::assemble(&show).await;
        play(&show, &mut cast).await;

        // The scoreboard opens for everybody, and is as it was computed by hand.
        let shown = cast.operator.done("sync", json!({"show_scoreboard": true})).await;
        let seq = shown["seq"].as_i64().expect("a place");
        for client in cast.everybody() {
            let seen = client.through(seq).await;
            assert!(seen.is_sorted(), "{seen:?}");
            // Each slide and its timer were seen, whatever else this one may see.
            assert!(seen.len() > 15, "{seen:?}");
        }
        let token = show.stage.token("Audience").await;
        let path = format!("{}/scoreboard", show.path);
        let board = show.stage.server().get(&path).bearer(&token).send().await.expect(200);
        let standings = board["teams"].as_array().expect("teams").iter().map(|team| {
            (team["name"].as_str().unwrap_or_default(), team["rank"].as_i64(), team["total"].as_i64())
        });
        let expected = STANDINGS.map(|(name, rank, total)| (name, Some(rank), Some(total)));
        assert_eq!(standings.collect::<Vec<_>>(), expected);

        // Every answer is what was said last.
        let rich = show.stage.server().get(&show.path).bearer(&show.admin).send().await.expect(200);
        let all: Vec<i64> = show.slides().iter().flat_map(alternatives).collect();
        for (index, team) in rich["teams"].as_array().expect("teams").iter().enumerate() {
            let given = team["question_alternative_answers"].as_array().expect("answers");
            for (alternative, (told, answers)) in all.iter().zip(ANSWERS) {
                let of = given.iter().find(|answer| answer["question_alternative_id"] == *alternative);
                assert_eq!(of.expect("an answer")["answer"], answers[index], "{told}");
            }
        }

        cast.operator.emit("end_presentation", Value::Null);
        for client in cast.everybody() {
            // Results that were shown meanwhile may come first.
            while client.event().await.0 != "end_presentation" {}
            client.report("closed").await;
        }
    }
}
