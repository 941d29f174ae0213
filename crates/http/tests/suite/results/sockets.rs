//! Answers and scores of connected clients, and what others are told of them.

use std::rc::Rc;
use std::sync::Arc;

use estrad_domain::types::View;
use estrad_realtime::{Client, Close, Message, Subscriber, Worker};
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;

/// A client without a transport.
struct Screen {
    client: Client,
    heard: UnboundedReceiver<Arc<Message>>,
}

struct Ear(UnboundedSender<Arc<Message>>);

impl Subscriber for Ear {
    fn deliver(&self, message: &Arc<Message>) {
        let _ = self.0.send(message.clone());
    }
    fn flush(&self) {}
    fn close(&self, _: Close) {}
    fn revoked(&self) {}
}

impl Screen {
    async fn join(app: &TestApp, worker: &Rc<Worker>, token: &str) -> Self {
        let (ear, heard) = unbounded_channel();
        let (live, worker) = (app.live.clone(), worker.clone());
        let mut client = Client::new(live, worker, Rc::new(Ear(ear)), [127, 0, 0, 1].into());
        client.authenticate(token).await.expect("a good token");
        client.join(None).await.expect("joins");
        Self { client, heard }
    }

    async fn ask(&mut self, name: &str, data: Value) -> Result<Value, Value> {
        let asked = self.client.event(name, Some(data)).await;
        asked.map_err(|error| serde_json::to_value(error).expect("JSON"))
    }

    /// The data of the next event of that name, and the names of those before it.
    async fn next(&mut self, name: &str) -> (Value, Vec<&'static str>) {
        let mut before = Vec::new();
        loop {
            let message = self.heard.recv().await.expect("a message");
            if message.event() == name {
                return (message.data().expect("data").clone(), before);
            }
            before.push(message.event());
        }
    }
}

fn worker(app: &TestApp) -> Rc<Worker> {
    let worker = app.live.hub().worker();
    actix_web::rt::spawn(worker.clone().run());
    worker
}

on_both_databases! {
    async fn a_team_answers_and_the_judges_see_it(app: TestApp) {
        begin(&app).await;
        let worker = worker(&app);
        let team = app.open_team(FINAL, 0).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let mut team = Screen::join(&app, &worker, &team).await;
        let mut judge = Screen::join(&app, &worker, &judge).await;
        let body = json!({"team_id": 1, "question_alternative_id": TEXT, "answer": "a", "key": "k"});
        let taken = team.ask("answer", body.clone()).await.expect("taken");
        assert_eq!((&taken["ok"], &taken["seq"], &taken["id"]), (&json!(true), &json!(2), &json!(1)));
        assert_eq!(team.ask("answer", body).await.expect("taken"), taken);
        let (told, _) = judge.next("answer").await;
        assert_eq!((&told["answer"], &told["seq"]), (&json!("a"), &json!(2)));
        assert_eq!(told["question_id"], 1);
        // Of many, the newest of each place, in the order of the log.
        for n in 0..20 {
            let one = json!({"team_id": 1, "question_alternative_id": TEXT, "answer": n.to_string()});
            team.ask("answer", one).await.expect("taken");
        }
        let mut last = (json!(2), json!("a"));
        let mut messages = 0;
        while last.1 != "19" {
            let (told, _) = judge.next("answer").await;
            assert!(told["seq"].as_i64() > last.0.as_i64(), "{told}");
            last = (told["seq"].clone(), told["answer"].clone());
            messages += 1;
        }
        assert!(messages <= 20);
        assert_eq!(last.0, 22);
        // A score comes after them, and the team that it is for has heard of no answer.
        let score = json!({"team_id": 1, "question_id": 1, "score": 2, "reason": "good"});
        let scored = judge.ask("score", score).await.expect("given");
        assert_eq!((&scored["total"], &scored["seq"]), (&json!(2), &json!(23)));
        let (told, before) = team.next("score").await;
        assert_eq!((&told["score"], &told["total"], &told["seq"]), (&json!(2), &json!(2), &json!(23)));
        assert!(!before.contains(&"answer"), "{before:?}");
    }

    async fn what_is_withdrawn_is_told_as_null(app: TestApp) {
        begin(&app).await;
        let worker = worker(&app);
        let (team, judge) =
            (app.open_team(FINAL, 0).await, app.open_screen(FINAL, View::Judge).await);
        let mut team = Screen::join(&app, &worker, &team).await;
        let mut judge = Screen::join(&app, &worker, &judge).await;
        let answer = |alternative: i64, answer: Value| {
            json!({"team_id": 1, "question_alternative_id": alternative, "answer": answer})
        };
        let score = |question: i64, score: Value| {
            json!({"team_id": 1, "question_id": question, "score": score, "reason": "x"})
        };
        for (question, points) in [(1, 2), (2, 5)] {
            judge.ask("score", score(question, json!(points))).await.expect("given");
        }
        let done = judge.ask("score", score(1, json!(null))).await.expect("withdrawn");
        assert_eq!(done, json!({"ok": true, "seq": 4, "total": 5}));
        for screen in [&mut team, &mut judge] {
            let mut told = Value::Null;
            while told["seq"] != 4 {
                told = screen.next("score").await.0;
            }
            assert_eq!((&told["score"], &told["total"]), (&Value::Null, &json!(5)));
            assert!(told.as_object().is_some_and(|told| told.contains_key("score")));
        }
        team.ask("answer", answer(TEXT, json!("a"))).await.expect("taken");
        let done = team.ask("answer", answer(TEXT, json!(null))).await.expect("withdrawn");
        assert_eq!(done, json!({"ok": true, "seq": 6}));
        let mut told = Value::Null;
        while told["seq"] != 6 {
            told = judge.next("answer").await.0;
        }
        assert_eq!(told["answer"], Value::Null);
        let mut keyed = answer(TEXT, json!(null));
        keyed["key"] = json!("k");
        for (event, data, code, field) in [
            ("answer", answer(TEXT, json!(null)), "answer_not_found", Value::Null),
            ("answer", keyed, "validation_failed", json!("key")),
            ("answer", json!({"team_id": 1, "question_alternative_id": 1}), "validation_failed", json!("data")),
            ("score", score(1, json!(null)), "not_allowed", Value::Null),
        ] {
            let error = team.ask(event, data).await.expect_err("refused");
            assert_eq!((&error["code"], &error["field"]), (&json!(code), &field), "{error}");
        }
        let gone = judge.ask("score", score(1, json!(null))).await.expect_err("refused");
        assert_eq!(gone["code"], "score_not_found");
        assert_eq!((app.count("answers").await, app.count("scores").await), (0, 1));
    }

    async fn a_choice_that_gives_way_is_told_with_the_next(app: TestApp) {
        begin(&app).await;
        let worker = worker(&app);
        let (team, judge) =
            (app.open_team(FINAL, 0).await, app.open_screen(FINAL, View::Judge).await);
        let mut team = Screen::join(&app, &worker, &team).await;
        let mut judge = Screen::join(&app, &worker, &judge).await;
        for alternative in [SINGLE, SINGLE + 1] {
            let one = json!({"team_id": 1, "question_alternative_id": alternative, "answer": "1"});
            team.ask("answer", one).await.expect("taken");
        }
        let (first, _) = judge.next("answer").await;
        assert_eq!((&first["seq"], first.get("cleared")), (&json!(2), None));
        let (second, _) = judge.next("answer").await;
        assert_eq!(second["question_alternative_id"], SINGLE + 1);
        assert_eq!((&second["seq"], &second["cleared"]), (&json!(3), &json!([SINGLE])));
    }

    async fn what_is_refused_says_why(app: TestApp) {
        begin(&app).await;
        let worker = worker(&app);
        let mut screens = Vec::new();
        for token in [
            app.open_team(FINAL, 0).await,
            app.open_screen(FINAL, View::Judge).await,
            app.open_screen(FINAL, View::Audience).await,
        ] {
            screens.push(Screen::join(&app, &worker, &token).await);
        }
        let answer = |team: i64| {
            json!({"team_id": team, "question_alternative_id": TEXT, "answer": "a", "reason": "x"})
        };
        let score = |score: Value| json!({"team_id": 1, "question_id": 1, "score": score});
        let with = |mut data: Value, member: &str, value: Value| {
            data[member] = value;
            data
        };
        app.live.end(FINAL, Actor::Server).await.expect("ends");
        for (screen, event, data, code, field) in [
            (0, "answer", answer(1), "answers_locked", None),
            (0, "answer", answer(2), "not_allowed", None),
            (0, "answer", answer(3), "not_allowed", None),
            (0, "score", score(json!(1)), "not_allowed", None),
            (2, "answer", answer(1), "not_allowed", None),
            (1, "answer", answer(3), "team_not_found", None),
            (1, "answer", with(answer(1), "reason", json!(null)), "validation_failed", Some("reason")),
            (1, "answer", with(answer(1), "answer", json!("a\0")), "validation_failed", Some("answer")),
            (1, "answer", with(answer(1), "key", json!("")), "validation_failed", Some("key")),
            (1, "answer", with(answer(1), "question_id", json!(2)), "alternative_not_found", None),
            (1, "answer", with(answer(1), "more", json!(2)), "validation_failed", Some("data")),
            (1, "answer", json!(null), "validation_failed", Some("data")),
            (1, "score", score(json!(1.5)), "validation_failed", Some("score")),
            (1, "score", score(json!(10_001)), "validation_failed", Some("score")),
            (1, "score", score(json!(1e300)), "validation_failed", Some("score")),
            (1, "score", score(json!("1")), "validation_failed", Some("data")),
        ] {
            let error = screens[screen].ask(event, data.clone()).await.expect_err("refused");
            assert_eq!(error["code"], code, "{event} {data} {error}");
            assert_eq!(error["field"], field.map_or(Value::Null, Value::from), "{data} {error}");
            if code == "answers_locked" {
                assert_eq!(error["reason"], "not_presented");
            }
        }
        assert_eq!(app.count("answers").await + app.count("scores").await, 0);
    }

    async fn scores_are_everybodys_while_the_scoreboard_is_shown(app: TestApp) {
        begin(&app).await;
        let worker = worker(&app);
        let (audience, rival) =
            (app.open_screen(FINAL, View::Audience).await, app.open_team(FINAL, 1).await);
        let judge = app.open_screen(FINAL, View::Judge).await;
        let mut audience = Screen::join(&app, &worker, &audience).await;
        let mut rival = Screen::join(&app, &worker, &rival).await;
        let mut judge = Screen::join(&app, &worker, &judge).await;
        let give = |score: i64| json!({"team_id": 1, "question_id": 1, "score": score});
        judge.ask("score", give(1)).await.expect("given");
        show(&app, json!({"show_scoreboard": true})).await;
        judge.ask("score", give(2)).await.expect("given");
        for screen in [&mut audience, &mut rival] {
            let (told, _) = screen.next("score").await;
            assert_eq!(told["score"], 2, "not the one before");
        }
    }
}
