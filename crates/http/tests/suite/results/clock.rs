//! The clock is set while answers are under way.

use std::time::Duration;

use chrono::TimeDelta;
use estrad_domain::answer::{AnswerText, AnsweredBy};
use estrad_domain::clock::Clock as _;
use estrad_domain::{AlternativeId, TeamId};
use estrad_persistence::queries::recording::GivenAnswer;
use estrad_realtime::Giving;
use estrad_testkit::on_both_databases;

use super::*;

fn given(answer: &str) -> GivenAnswer {
    let (question_id, key) = (None, None);
    let answer = AnswerText::new(answer).expect("a text");
    GivenAnswer { alternative_id: AlternativeId(TEXT), question_id, answer, key }
}

on_both_databases! {
    async fn an_answer_counts_by_when_it_arrived_however_the_clock_was_set_since(app: TestApp) {
        begin(&app).await;
        for by in [TimeDelta::hours(-1), TimeDelta::minutes(10)] {
            let ends = app.clock.now().timestamp_millis() + 30_000;
            show(&app, json!({"timer": {"value": ends, "enabled": true}})).await;
            app.clock.advance(Duration::from_millis(30_500));
            let in_time = app.clock.moment();
            app.clock.advance(Duration::from_millis(1));
            let too_late = app.clock.moment();
            app.clock.set_wall(by);
            app.clock.caught_up().await;
            let give = async |arrived, answer: &str| {
                let (team_id, actor) = (TeamId(1), Actor::Server);
                let giving = Giving { competition_id: FINAL, team_id, actor, arrived };
                app.live.answer(giving, given(answer), AnsweredBy::Team).await
            };
            let taken = give(in_time, &format!("in time {by}")).await.expect("it was in time");
            give(too_late, "late").await.expect_err("it was late");
            // The log has it by the clock as it is.
            let entry = log(&app).await.into_iter().find(|entry| entry.seq == taken.seq);
            assert_eq!(entry.expect("is logged").at, app.clock.at(in_time));
        }
        assert_eq!(logged(&app, "clock_set").await, 2);
    }

    async fn a_late_answer_is_late_also_when_the_clock_was_set_back(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        let ends = app.clock.now().timestamp_millis() + 30_000;
        show(&app, json!({"timer": {"value": ends, "enabled": true}})).await;
        app.clock.set_wall(TimeDelta::hours(-1));
        app.clock.caught_up().await;
        app.clock.advance(Duration::from_secs(30));
        let body = json!({"answer": "in time"});
        put(&app, &team, "1/answers/1", body).await.expect(200);
        app.clock.advance(Duration::from_millis(501));
        expect_locked(put(&app, &team, "1/answers/1", json!({"answer": "late"})).await, "time_is_up");
    }
}
