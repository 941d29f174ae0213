//! Everything that a connected client is told, of a whole presentation.

use std::collections::BTreeSet;

use estrad_domain::presentation::ServerEvent;
use estrad_testkit::TestApp;
use serde_json::{Value, json};

use super::world::{Caller, Kind, Stage, World};
use crate::live::support::Socket;

/// Events that answer somebody's own doing, or say nothing of a competition: they are not brought about
/// here. Whoever adds an event has to say so here, or to have it told below.
const LEFT_OUT: [ServerEvent; 4] =
    [ServerEvent::Error, ServerEvent::Resumed, ServerEvent::SetSlide, ServerEvent::SetTimer];

struct Follower<'a> {
    caller: &'a Caller,
    socket: Socket,
    stage: Stage,
}

impl Follower<'_> {
    /// Reads up to an event of that name, and searches all that came.
    async fn up_to(&mut self, last: ServerEvent, world: &World, heard: &mut BTreeSet<String>) {
        loop {
            let text = self.socket.text().await;
            let message: Value = serde_json::from_str(&text).expect("JSON");
            let event = message["event"].as_str().expect("a name").to_owned();
            // From here on the scores are everybody's.
            if message["data"]["show_scoreboard"] == true {
                self.stage = Stage::ScoreboardShown;
            }
            world.search(&text, self.caller, self.stage, &event);
            heard.insert(event.clone());
            if event == last.word() {
                return;
            }
        }
    }
}

/// Has a presentation run with all that can happen in one, and everybody listening.
pub(super) async fn follow(app: &TestApp, world: &World) {
    app.start_presentation(world.competition_id).await;
    let mut followers = Vec::new();
    let mut heard = BTreeSet::new();
    for caller in &world.callers {
        let bearer = format!("Bearer {}", caller.token);
        let opened = Socket::try_open(app, "/ws", &[("authorization", &bearer)]).await;
        let mut socket = opened.expect("a websocket").0;
        if matches!(caller.kind, Kind::Admin | Kind::Editor) {
            let join = json!({"event": "join", "data": {"competition_id": world.competition_id}});
            socket.send_json(join).await;
        }
        let mut follower = Follower { caller, socket, stage: Stage::During };
        follower.up_to(ServerEvent::Sync, world, &mut heard).await;
        followers.push(follower);
    }
    world.answer_and_score(app, 2).await;
    let reopen = json!({"team_id": 1, "seconds": 5, "reason": world.reason()});
    world.as_operator(app, "reopen", &reopen).await;
    world.as_operator(app, "step", &json!({"step": 1})).await;
    world.as_operator(app, "sync", &json!({"live_answers": true})).await;
    world.as_operator(app, "sync", &json!({"show_scoreboard": true})).await;
    for follower in &mut followers {
        while follower.stage != Stage::ScoreboardShown {
            follower.up_to(ServerEvent::Sync, world, &mut heard).await;
        }
    }
    world.answer_and_score(app, 3).await;
    app.clock.set_wall(chrono::TimeDelta::hours(-1));
    app.clock.caught_up().await;
    world.edit(app, &json!({"year": 2027})).await;
    for follower in &mut followers {
        follower.up_to(ServerEvent::CompetitionChanged, world, &mut heard).await;
    }
    world.as_operator(app, "end", &json!({})).await;
    for follower in &mut followers {
        follower.up_to(ServerEvent::EndPresentation, world, &mut heard).await;
    }
    let expected: BTreeSet<String> = ServerEvent::ALL
        .iter()
        .filter(|event| !LEFT_OUT.contains(event))
        .map(|event| event.word().to_owned())
        .collect();
    assert_eq!(heard, expected, "every event was told to somebody");
}
