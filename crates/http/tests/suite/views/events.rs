//! What is told of slides and clues, and of what was not shown yet.

use estrad_testkit::on_both_databases;

use super::*;
use crate::live::support::Socket;

async fn connect(app: &TestApp, token: &str) -> (Socket, Value) {
    let mut socket = Socket::open(app, &format!("/ws?token={token}")).await;
    let sync = socket.event("sync").await;
    (socket, sync)
}

async fn ask(socket: &mut Socket, event: &str, data: Value) -> Value {
    socket.send_json(json!({"event": event, "data": data, "id": 1})).await;
    socket.event("ack").await
}

on_both_databases! {
    async fn an_event_says_what_to_read_now(app: TestApp) {
        store(&app, Views::AsShown).await;
        let operator = app.open_screen(FINAL, View::Operator).await;
        let (mut operator, joined) = connect(&app, &operator).await;
        assert_eq!((&joined["slide_id"], &joined["step"]), (&json!(1), &json!(0)));
        let team = app.open_team(FINAL, 0).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let mut screens = Vec::new();
        for token in [team, audience] {
            screens.push((connect(&app, &token).await.0, token));
        }
        ask(&mut operator, "sync", json!({"slide_order": 1})).await;
        for (screen, token) in &mut screens {
            let sync = screen.event("sync").await;
            assert_eq!(
                (&sync["slide_order"], &sync["slide_id"], &sync["step"]),
                (&json!(1), &json!(2), &json!(0))
            );
            // It is there when it is told.
            assert_eq!(orders(&get(&app, token, "").await.expect(200)), [0, 1]);
        }
        let done = ask(&mut operator, "step", json!({"step": 2})).await;
        assert_eq!(done["ok"], true, "{done}");
        for (screen, token) in &mut screens {
            let sync = screen.event("sync").await;
            assert_eq!((&sync["slide_id"], &sync["step"]), (&json!(2), &json!(2)));
            assert_eq!(sync["seq"], done["seq"]);
            assert_eq!(sync.get("slide_order"), None, "the slide has not changed");
            let clues = get(&app, token, "/slides/2/questions/2/alternatives").await;
            assert_eq!(markers(&clues.text()), ["clue-1", "clue-2"]);
        }
        // Whoever comes back to the slide is told how far it is.
        ask(&mut operator, "sync", json!({"slide_order": 0})).await;
        ask(&mut operator, "sync", json!({"slide_order": 1})).await;
        for (screen, token) in &mut screens {
            let (there, back) = (screen.event("sync").await, screen.event("sync").await);
            assert_eq!((&there["step"], &back["step"]), (&json!(0), &json!(2)));
            let (_, joined) = connect(&app, token).await;
            assert_eq!((&joined["slide_id"], &joined["step"]), (&json!(2), &json!(2)));
        }
    }

    async fn only_operators_step(app: TestApp) {
        store(&app, Views::Legacy).await;
        app.start_presentation(FINAL).await;
        show(&app, 1).await;
        for view in [View::Team, View::Audience, View::Judge] {
            let token = app.open_screen(FINAL, view).await;
            let (mut screen, _) = connect(&app, &token).await;
            let refused = ask(&mut screen, "step", json!({"step": 1})).await;
            assert_eq!(refused["error"]["code"], "not_allowed", "{view:?}");
        }
        let token = app.open_screen(FINAL, View::Operator).await;
        let (mut operator, joined) = connect(&app, &token).await;
        assert_eq!(joined["step"], 0);
        let refused = ask(&mut operator, "step", json!({"step": 9})).await;
        assert_eq!(refused["error"]["code"], "validation_failed");
        assert_eq!(refused["error"]["field"], "step");
    }

    async fn nothing_is_told_of_what_was_not_shown(app: TestApp) {
        store(&app, Views::AsShown).await;
        app.start_presentation(FINAL).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let team = app.open_team(FINAL, 0).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let mut screens = Vec::new();
        for token in [&team, &audience] {
            screens.push(connect(&app, token).await.0);
        }
        let (mut judges, _) = connect(&app, &judge).await;
        app.show_scoreboard(FINAL).await;
        let score = |question: i64| {
            let put = app.put(&format!("{PATH}/teams/1/scores/{question}")).bearer(&judge);
            put.json(&json!({"score": 1})).send()
        };
        answer(&app, &judge, 5, "MARK-left-3 - MARK-right-3").await.expect(200);
        score(3).await.expect(200);
        score(1).await.expect(200);
        for screen in &mut screens {
            // What comes first is about what they know.
            assert_eq!(screen.event("score").await["question_id"], 1);
        }
        assert_eq!(judges.event("answer").await["question_alternative_id"], 5);
        assert_eq!(judges.event("score").await["question_id"], 3);
        // A tablet that was away is told no more than the others.
        let (_, joined) = connect(&app, &team).await;
        let (id, seq) = (&joined["presentation_id"], joined["seq"].as_i64().expect("a number"));
        let path = format!("/ws?token={team}&presentation_id={id}&since={}", seq - 3);
        let mut resumed = Socket::open(&app, &path).await;
        assert_eq!(resumed.event("score").await["question_id"], 1);
    }
}
