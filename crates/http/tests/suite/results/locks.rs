//! When answers of teams are taken.

use std::time::Duration;

use estrad_domain::TeamId;
use estrad_domain::presentation::Event;
use estrad_domain::types::View;
use estrad_realtime::Reopen;
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::json;

use super::*;

/// The alternatives of [`play`]: on a slide with a think time of half a minute, and on one without.
const TIMED: i64 = 1;
const FREE: i64 = 2;

/// A competition of two slides, with the tokens of its two teams.
async fn play(app: &TestApp) -> [String; 2] {
    let slide = |timer| SlideDraft {
        timer,
        questions: vec![QuestionDraft::new("?", QuestionType::Text, 1).with_alternative("", "")],
        ..SlideDraft::default()
    };
    let team = |name: &str| TeamDraft { name: name.to_owned(), ..TeamDraft::default() };
    let draft = CompetitionDraft {
        name: "Final".to_owned(),
        year: 2026,
        slides: vec![slide(Some(30)), slide(None)],
        teams: vec![team("A"), team("B")],
        ..CompetitionDraft::default()
    };
    let city = app.city("Linköping").await;
    assert_eq!(app.competition(draft, city).await, FINAL);
    app.start_presentation(FINAL).await;
    [app.open_team(FINAL, 0).await, app.open_team(FINAL, 1).await]
}

async fn start(app: &TestApp) {
    show(app, json!({"timer": {"value": null, "enabled": true}})).await;
}

async fn stop(app: &TestApp) {
    show(app, json!({"timer": {"value": null, "enabled": false}})).await;
}

fn pass(app: &TestApp, milliseconds: u64) {
    app.clock.advance(Duration::from_millis(milliseconds));
}

on_both_databases! {
    async fn a_think_time_locks_to_the_millisecond(app: TestApp) {
        let [team, rival] = play(&app).await;
        // The shown arrangement of a match comes before the start.
        give(&app, &team, 1, TIMED, "before").await.expect(200);
        start(&app).await;
        give(&app, &team, 1, TIMED, "while").await.expect(200);
        pass(&app, 30_500);
        give(&app, &team, 1, TIMED, "just in time").await.expect(200);
        pass(&app, 1);
        for (number, token) in [(1, &team), (2, &rival)] {
            expect_locked(give(&app, token, number, TIMED, "late").await, "time_is_up");
        }
        let kept = get(&app, &team, "1/answers/1").send().await.expect(200);
        assert_eq!(kept["answer"], "just in time");
        // Started again, it takes answers again.
        start(&app).await;
        give(&app, &team, 1, TIMED, "again").await.expect(200);
    }

    async fn a_timer_that_is_stopped_locks_after_the_grace(app: TestApp) {
        let [team, _] = play(&app).await;
        start(&app).await;
        pass(&app, 10_000);
        stop(&app).await;
        pass(&app, 500);
        give(&app, &team, 1, TIMED, "was under way").await.expect(200);
        pass(&app, 1);
        expect_locked(give(&app, &team, 1, TIMED, "late").await, "time_is_up");
        start(&app).await;
        give(&app, &team, 1, TIMED, "again").await.expect(200);
    }

    async fn only_the_current_slide_takes_answers(app: TestApp) {
        let [team, _] = play(&app).await;
        expect_locked(give(&app, &team, 1, FREE, "early").await, "other_slide");
        show(&app, json!({"slide_order": 1})).await;
        give(&app, &team, 1, FREE, "now").await.expect(200);
        pass(&app, 3_600_000);
        give(&app, &team, 1, FREE, "still").await.expect(200);
        expect_locked(give(&app, &team, 1, TIMED, "late").await, "other_slide");
        app.live.end(FINAL, Actor::Server).await.expect("ends");
        expect_locked(give(&app, &team, 1, FREE, "over").await, "not_presented");
    }

    async fn a_team_is_given_more_time_and_no_other(app: TestApp) {
        let [team, rival] = play(&app).await;
        start(&app).await;
        pass(&app, 31_000);
        let reopen = Reopen { team_id: Some(TeamId(1)), seconds: 20, reason: "cable".to_owned() };
        app.live.reopen(FINAL, Actor::Server, reopen).await.expect("reopened");
        pass(&app, 20_500);
        give(&app, &team, 1, TIMED, "with more time").await.expect(200);
        expect_locked(give(&app, &rival, 2, TIMED, "without").await, "time_is_up");
        pass(&app, 1);
        expect_locked(give(&app, &team, 1, TIMED, "late").await, "time_is_up");
    }

    async fn those_who_correct_do_so_at_any_time(app: TestApp) {
        let [_, _] = play(&app).await;
        let admin = app.admin().await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        start(&app).await;
        pass(&app, 31_000);
        for (token, alternative) in [(&judge, TIMED), (&admin, TIMED), (&judge, FREE)] {
            give(&app, token, 1, alternative, "from paper").await.expect(200);
        }
        app.live.end(FINAL, Actor::Server).await.expect("ends");
        give(&app, &judge, 1, FREE, "after").await.expect(200);
        // The last of them came after the end, and is in the log of what is over.
        let log = log(&app).await;
        let last = log.last().expect("an entry");
        assert!(matches!(&last.event, Event::Answered(a) if a.reason.as_deref() == Some("said so")));
        assert_eq!(log.iter().map(|e| e.seq).collect::<Vec<_>>(), (1..=log.len() as i64).collect::<Vec<_>>());
    }

    async fn a_screen_whose_code_was_renewed_answers_no_more(app: TestApp) {
        let [team, _] = play(&app).await;
        let admin = app.admin().await;
        give(&app, &team, 1, TIMED, "with the old code").await.expect(200);
        let codes = app.codes(FINAL).await;
        let code = codes.iter().find(|code| code.team_id == Some(TeamId(1))).expect("a code");
        let renew = format!("/api/competitions/1/codes/{}", code.id);
        app.put(&renew).bearer(&admin).send().await.expect(200);
        let late = give(&app, &team, 1, TIMED, "with it again").await;
        assert_eq!(late.status, 401, "{}", late.text());
        assert_eq!(logged(&app, "answered").await, 1);
    }
}
