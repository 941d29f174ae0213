//! A team with several screens: what one of them sends, the others show.

use estrad_domain::clock::Clock as _;
use estrad_domain::types::View;
use estrad_realtime::{Reopen, Resume};
use estrad_testkit::{TestApp, on_both_databases};

use super::sockets::{Screen, worker};
use super::*;

fn answer(text: &str) -> Value {
    json!({"team_id": 1, "question_alternative_id": TEXT, "answer": text})
}

/// Points for the team, after which it is known what it heard before.
async fn mark(app: &TestApp, judge: &str) {
    put(app, judge, "1/scores/1", json!({"score": 1, "reason": "marks the place"}))
        .await
        .expect(200);
}

/// The answers that a screen hears until the next score.
async fn heard(screen: &mut Screen) -> Vec<String> {
    let mut heard = Vec::new();
    loop {
        let message = screen.hear().await;
        match message.event() {
            "score" => return heard,
            "answer" => {
                let data = message.data().expect("data");
                assert_eq!(data["team_id"], 1);
                assert!(data.get("reason").is_none(), "{data}");
                heard.push(data["answer"].as_str().expect("a text").to_owned());
            }
            _ => {}
        }
    }
}

on_both_databases! {
    async fn the_other_screens_of_a_team_hear_its_answers(app: TestApp) {
        begin(&app).await;
        let worker = worker(&app);
        let (one, two) = (app.open_team(FINAL, 0).await, app.open_team(FINAL, 0).await);
        let rival = app.open_team(FINAL, 1).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let mut tablet = Screen::join(&app, &worker, &one).await;
        let mut same_tab = Screen::join(&app, &worker, &one).await;
        let mut spare = Screen::join(&app, &worker, &two).await;
        let mut rival = Screen::join(&app, &worker, &rival).await;
        tablet.ask("answer", answer("by socket")).await.expect("taken");
        mark(&app, &judge).await;
        assert!(heard(&mut tablet).await.is_empty(), "it sent that");
        assert_eq!(heard(&mut same_tab).await, ["by socket"], "another tab with the same token");
        assert_eq!(heard(&mut spare).await, ["by socket"]);
        // Over REST nobody knows which tab it was.
        put(&app, &one, "1/answers/1", json!({"answer": "by REST"})).await.expect(200);
        mark(&app, &judge).await;
        assert!(heard(&mut tablet).await.is_empty());
        assert!(heard(&mut same_tab).await.is_empty());
        assert_eq!(heard(&mut spare).await, ["by REST"]);
        // What somebody else answers for them is news to all.
        give(&app, &judge, 1, TEXT, "by the judge").await.expect(200);
        mark(&app, &judge).await;
        for screen in [&mut tablet, &mut same_tab, &mut spare] {
            assert_eq!(heard(screen).await, ["by the judge"]);
        }
        put(&app, &judge, "2/scores/1", json!({"score": 1, "reason": "x"})).await.expect(200);
        let (_, before) = rival.next("score").await;
        assert!(!before.contains(&"answer"), "{before:?}");
    }

    async fn of_many_answers_the_other_screens_hear_the_last(app: TestApp) {
        begin(&app).await;
        let worker = worker(&app);
        let (one, two) = (app.open_team(FINAL, 0).await, app.open_team(FINAL, 0).await);
        let judge = app.open_screen(FINAL, View::Judge).await;
        let mut tablet = Screen::join(&app, &worker, &one).await;
        let mut spare = Screen::join(&app, &worker, &two).await;
        for n in 0..50 {
            tablet.ask("answer", answer(&n.to_string())).await.expect("taken");
        }
        mark(&app, &judge).await;
        let heard = heard(&mut spare).await;
        assert_eq!(heard.last().map(String::as_str), Some("49"));
        assert!(heard.len() < 50, "as few as judges are told");
    }

    async fn a_screen_that_comes_back_hears_what_others_sent_meanwhile(app: TestApp) {
        begin(&app).await;
        let worker = worker(&app);
        let (one, two) = (app.open_team(FINAL, 0).await, app.open_team(FINAL, 0).await);
        let judge = app.open_screen(FINAL, View::Judge).await;
        let mut tablet = Screen::join(&app, &worker, &one).await;
        let mut spare = Screen::join(&app, &worker, &two).await;
        spare.ask("answer", answer("mine")).await.expect("taken");
        tablet.ask("answer", answer("theirs")).await.expect("taken");
        put(&app, &two, "1/answers/1", json!({"answer": "mine again"})).await.expect(200);
        mark(&app, &judge).await;
        let resume = Resume { presentation_id: PresentationId(1), since: Some(1) };
        let mut back = Screen::resume(&app, &worker, &two, Some(resume)).await;
        assert_eq!(heard(&mut back).await, ["theirs"]);
        let mut rival = Screen::resume(&app, &worker, &app.open_team(FINAL, 1).await, Some(resume)).await;
        let (resumed, before) = rival.next("resumed").await;
        assert_eq!(resumed["recovered"], true);
        assert!(!before.contains(&"answer"), "{before:?}");
    }

    async fn all_screens_of_a_team_are_told_where_it_is_locked(app: TestApp) {
        begin(&app).await;
        let worker = worker(&app);
        let (one, two) = (app.open_team(FINAL, 0).await, app.open_team(FINAL, 0).await);
        let judge = app.open_screen(FINAL, View::Judge).await;
        let mut tablet = Screen::join(&app, &worker, &one).await;
        let mut spare = Screen::join(&app, &worker, &two).await;
        let mut rival = Screen::join(&app, &worker, &app.open_team(FINAL, 1).await).await;
        let ends = app.clock.now().timestamp_millis() + 30_000;
        show(&app, json!({"timer": {"value": ends, "enabled": true}})).await;
        app.clock.advance(std::time::Duration::from_millis(30_501));
        tablet.ask("answer", answer("late")).await.expect_err("refused");
        for screen in [&mut tablet, &mut spare] {
            let told = loop {
                let (told, _) = screen.next("locked").await;
                if told.get("question_alternative_id").is_some() {
                    break told;
                }
            };
            assert_eq!(told["question_alternative_id"], TEXT);
            assert_eq!((&told["team_id"], &told["question_id"]), (&json!(1), &json!(1)));
            assert_eq!(told["reason"], "time_is_up");
            assert!(!told.to_string().contains("late"), "{told}");
        }
        put(&app, &judge, "2/scores/1", json!({"score": 1, "reason": "x"})).await.expect(200);
        loop {
            let message = rival.hear().await;
            match message.event() {
                "score" => break,
                "locked" => assert!(message.data().expect("data").get("team_id").is_none()),
                _ => {}
            }
        }
    }

    async fn a_screen_that_is_opened_late_is_locked_as_the_others(app: TestApp) {
        begin(&app).await;
        let worker = worker(&app);
        let mut tablet = Screen::join(&app, &worker, &app.open_team(FINAL, 0).await).await;
        let ends = app.clock.now().timestamp_millis() + 30_000;
        show(&app, json!({"timer": {"value": ends, "enabled": true}})).await;
        app.clock.advance(std::time::Duration::from_millis(30_501));
        let (told, before) = tablet.next("locked").await;
        assert!(before.contains(&"sync"));
        assert_eq!(told["reason"], "time_is_up");
        let mut spare = Screen::join(&app, &worker, &app.open_team(FINAL, 0).await).await;
        let (told, before) = spare.next("locked").await;
        assert_eq!((before, &told["reason"]), (vec!["sync"], &json!("time_is_up")));
        // One that was given more time may answer.
        let more = Reopen { team_id: Some(1.into()), seconds: 60, reason: "it broke".to_owned() };
        app.live.reopen(FINAL, Actor::Server, more).await.expect("is given");
        let mut spare = Screen::join(&app, &worker, &app.open_team(FINAL, 0).await).await;
        spare.ask("answer", answer("in the extra time")).await.expect("taken");
        let judge = app.open_screen(FINAL, View::Judge).await;
        mark(&app, &judge).await;
        let (_, before) = spare.next("score").await;
        assert!(!before.contains(&"locked"), "{before:?}");
    }
}
