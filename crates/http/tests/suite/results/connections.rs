//! How teams were connected, for whoever judges a complaint afterwards.

use std::time::Duration;

use estrad_domain::audit::Author;
use estrad_domain::clock::Clock as _;
use estrad_domain::types::View;
use estrad_exchange::Erasure;
use estrad_testkit::{TestApp, on_both_databases};

use super::sockets::{Screen, worker};
use super::*;
use crate::privacy::exchange;

const CONNECTIONS: &str = "/api/competitions/1/presentation/connections";

/// What is read once there is something to read of the first team.
async fn once(app: &TestApp, token: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    loop {
        let read = app.get(CONNECTIONS).bearer(token).send().await.expect(200);
        if is_so(&read["teams"][0]) {
            return read;
        }
        tokio::task::yield_now().await;
    }
}

on_both_databases! {
    async fn judges_read_how_a_team_was_connected(app: TestApp) {
        let admin = begin(&app).await;
        let worker = worker(&app);
        let (team, judge) =
            (app.open_team(FINAL, 0).await, app.open_screen(FINAL, View::Judge).await);
        let nobody = app.get(CONNECTIONS).bearer(&judge).send().await.expect(200);
        assert_eq!((&nobody["presentation_id"], &nobody["teams"]), (&json!(1), &json!([])));

        let tablet = Screen::join(&app, &worker, &team).await;
        let there = once(&app, &judge, |team| team["online"] == true).await;
        let fresh = json!({
            "team_id": 1, "online": true, "lost_at": null, "times_lost": 0, "offline_ms": 0,
            "round_trip": null,
        });
        assert_eq!(there["teams"], json!([fresh]), "the other team never was there");

        app.clock.advance(Duration::from_secs(60));
        let lost_at = app.clock.now().timestamp_millis();
        drop(tablet);
        app.clock.advance(Duration::from_secs(5));
        let lost = once(&app, &judge, |team| team["online"] == false).await;
        let expected = json!({
            "team_id": 1, "online": false, "lost_at": lost_at, "times_lost": 1, "offline_ms": 5_000,
            "round_trip": null,
        });
        assert_eq!(lost["teams"], json!([expected]));

        let wrong = format!("{CONNECTIONS}?presentation_id=9");
        let wrong = app.get(&wrong).bearer(&judge).send().await;
        wrong.expect_error(404, "presentation_not_found");
        app.get(CONNECTIONS).bearer(&team).send().await.expect_error(401, "not_allowed");
        // What is over counts until the end, and no longer.
        app.clock.advance(Duration::from_secs(5));
        app.live.end(FINAL, Actor::Server).await.expect("ends");
        app.clock.advance(Duration::from_secs(60));
        let past = app.get(CONNECTIONS).bearer(&admin).send().await.expect(200);
        assert_eq!(past["teams"][0]["offline_ms"], 10_000);

        let erased = exchange(&app).erase(Erasure::Team(1.into()), Author::Command).await;
        assert_eq!(erased.expect("is erased").teams, 1);
        let erased = app.get(CONNECTIONS).bearer(&admin).send().await.expect(200);
        assert_eq!(erased["teams"], json!([]));
    }
}
