//! Teams that are lost and come back.

use std::time::Duration;

use chrono::TimeDelta;
use estrad_domain::presentation::{Actor, Event, LogEntry};
use estrad_domain::types::View;
use estrad_domain::{CompetitionId, PresentationId, TeamId};
use estrad_persistence::queries::competitions;
use estrad_realtime::{Close, Live, LocalBroker, Resume, Settings};
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::json;

use crate::harness::{Hall, begin};

const FIRST: PresentationId = PresentationId(1);
const TEAM: TeamId = TeamId(1);

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// The entries about connections, once there are so many of them.
async fn entries(live: &Live, many: usize) -> Vec<LogEntry> {
    loop {
        let log = live.log(FIRST, 0, 1_000).await.expect("a log");
        let about: Vec<_> = log.into_iter().filter(|entry| is_about_them(&entry.event)).collect();
        if about.len() >= many {
            assert_eq!(about.len(), many, "{about:?}");
            return about;
        }
        tokio::task::yield_now().await;
    }
}

/// Waits until it is noted that the team is there.
async fn there(live: &Live, team: i64) {
    loop {
        let known = live.connections(FIRST).await.expect("are read");
        if known.iter().any(|one| one.team_id == TeamId(team) && one.online) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

fn is_about_them(event: &Event) -> bool {
    ["team_connected", "team_disconnected", "round_trips"].contains(&event.kind())
}

async fn results_version(app: &TestApp, id: CompetitionId) -> i64 {
    let head = app.database.read(move |c: &mut _| competitions::head(c, id)).await;
    head.expect("a competition").results_version
}

on_both_databases! {
    async fn a_team_that_was_away_has_it_in_the_log(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, _operator, _) = begin(&app, &hall).await;
        let token = app.open_team(id, 0).await;
        let (one, two) = (hall.join(&token).await, hall.join(&app.open_team(id, 0).await).await);
        there(&app.live, 1).await;
        let before = results_version(&app, id).await;
        // One of two screens is no loss.
        drop(two);
        app.clock.advance(secs(60));
        let lost_at = estrad_domain::clock::Clock::now(&*app.clock);
        one.client.measure(Duration::from_millis(40));
        drop(one);
        app.clock.advance(secs(3));
        let lost = entries(&app.live, 1).await;
        assert_eq!(lost[0].actor, Actor::Server);
        let Event::TeamDisconnected { team_id: TEAM, round_trip: Some(trip) } = lost[0].event else {
            panic!("{:?}", lost[0])
        };
        assert_eq!((lost[0].at, trip.count, trip.median_ms), (lost_at, 1, 40));
        app.clock.advance(secs(27));
        let _back = hall.join(&token).await;
        let back = entries(&app.live, 2).await;
        let expected = Event::TeamConnected { team_id: TEAM, times_lost: 1, offline_ms: 30_000 };
        assert_eq!(back[1].event, expected);
        let sums = app.live.connections(FIRST).await.expect("are read");
        assert_eq!(sums.len(), 1, "the other team never was there");
        assert_eq!((sums[0].online, sums[0].times_lost, sums[0].offline_ms), (true, 1, 30_000));
        assert_eq!(sums[0].round_trip, Some(trip));
        assert_eq!(results_version(&app, id).await, before, "no result changed");
    }

    async fn a_page_that_is_loaded_anew_is_no_news(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, _operator, _) = begin(&app, &hall).await;
        let token = app.open_team(id, 0).await;
        drop(hall.join(&token).await);
        let again = hall.join(&token).await;
        there(&app.live, 1).await;
        app.clock.advance(secs(1));
        drop(again);
        app.clock.advance(secs(1));
        let _again = hall.join(&token).await;
        app.clock.advance(secs(60));
        // What is noted of another team comes after all that could have been.
        let _other = hall.join(&app.open_team(id, 1).await).await;
        there(&app.live, 2).await;
        entries(&app.live, 0).await;
    }

    async fn a_server_that_starts_again_knows_who_was_away(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, _operator, _) = begin(&app, &hall).await;
        let tokens = [app.open_team(id, 0).await, app.open_team(id, 1).await];
        let away = hall.join(&tokens[0]).await;
        let other = hall.join(&tokens[1]).await;
        there(&app.live, 1).await;
        there(&app.live, 2).await;
        app.clock.advance(secs(20));
        drop(away);
        app.clock.advance(secs(2));
        entries(&app.live, 1).await;
        // The first server is gone with the other team's connection, and could not say so.
        std::mem::forget(other);
        app.clock.advance(secs(10));
        let next = app.another_live(LocalBroker::shared(), Settings::default());
        let hall = Hall::of(&next);
        let _back = hall.join(&tokens[0]).await;
        let known = entries(&next, 2).await;
        let expected = Event::TeamConnected { team_id: TEAM, times_lost: 1, offline_ms: 12_000 };
        assert_eq!(known[1].event, expected);
        // Who does not come back was lost with the server.
        app.clock.advance(secs(15));
        let lost = entries(&next, 3).await;
        assert_eq!(lost[2].event, Event::TeamDisconnected { team_id: TeamId(2), round_trip: None });
    }

    async fn round_trips_of_all_teams_are_one_entry(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, operator, _) = begin(&app, &hall).await;
        let one = hall.join(&app.open_team(id, 0).await).await;
        let two = hall.join(&app.open_team(id, 1).await).await;
        there(&app.live, 1).await;
        there(&app.live, 2).await;
        for took in [10, 30, 20] {
            one.client.measure(Duration::from_millis(took));
            two.client.measure(Duration::from_millis(100 + took));
            operator.client.measure(Duration::from_millis(500));
        }
        app.clock.advance(secs(300));
        let noted = entries(&app.live, 1).await;
        let Event::RoundTrips { teams } = &noted[0].event else { panic!("{:?}", noted[0]) };
        let mut trips: Vec<_> = teams.iter().map(|t| (t.team_id.0, t.round_trip.median_ms)).collect();
        trips.sort_unstable();
        assert_eq!(trips, [(1, 20), (2, 120)]);
        let sums = app.live.connections(FIRST).await.expect("are read");
        let trip = sums[1].round_trip.expect("measured");
        assert_eq!((trip.count, trip.min_ms, trip.max_ms), (3, 110, 130));
    }

    async fn tablets_that_are_left_on_keep_no_presentation_alive(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, operator, _) = begin(&app, &hall).await;
        app.clock.advance(secs(6 * 3600));
        let team = hall.join(&app.open_team(id, 0).await).await;
        there(&app.live, 1).await;
        app.clock.advance(secs(3600));
        let other = hall.join(&app.open_team(id, 1).await).await;
        there(&app.live, 2).await;
        drop(other);
        app.clock.advance(secs(3600));
        entries(&app.live, 1).await;
        app.clock.advance(secs(4 * 3600));
        assert_eq!(operator.expect("end_presentation").await["reason"], "expired");
        assert_eq!(team.closed().await, Close::Resumable);
    }

    async fn what_is_noted_of_connections_is_told_to_nobody(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let judge = hall.join(&app.open_screen(id, View::Judge).await).await;
        judge.expect("sync").await;
        let team = hall.join(&app.open_team(id, 0).await).await;
        there(&app.live, 1).await;
        drop(team);
        app.clock.advance(secs(30));
        entries(&app.live, 1).await;
        app.clock.set_wall(TimeDelta::seconds(90));
        let seq = operator.sync(json!({"live_answers": true})).await["seq"].as_i64().expect("a seq");
        let seen = judge.up_to(seq).await;
        let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
        let told = names.iter().all(|name| ["sync", "clock_changed"].contains(name));
        assert!(told, "{names:?}");
    }

    async fn nobody_was_away_while_it_was_over(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, _operator, _) = begin(&app, &hall).await;
        let tokens = [app.open_team(id, 0).await, app.open_team(id, 1).await];
        let (one, _two) = (hall.join(&tokens[0]).await, hall.join(&tokens[1]).await);
        there(&app.live, 1).await;
        there(&app.live, 2).await;
        app.live.end(id, Actor::Server).await.expect("ends");
        assert_eq!(one.closed().await, Close::Resumable);
        drop(one);
        app.clock.advance(secs(60));
        let back = Some(Resume { presentation_id: FIRST, since: None });
        let _one = hall.resume(&tokens[0], back).await;
        app.clock.advance(secs(60));
        app.live.resume(id, Actor::Server, None).await.expect("goes on");
        // The second does not come back.
        drop(_two);
        app.clock.advance(secs(20));
        let log = entries(&app.live, 1).await;
        assert!(
            matches!(log[0].event, Event::TeamDisconnected { team_id: TeamId(2), .. }),
            "{log:?}",
        );
        let sums = app.live.connections(FIRST).await.expect("are read");
        let first = sums.iter().find(|team| team.team_id == TEAM).expect("was there");
        assert_eq!((first.online, first.times_lost, first.offline_ms), (true, 0, 0));
    }
}
