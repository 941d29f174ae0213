//! Nobody is told what they must not know: every secret of a competition carries a marker, and every
//! route, called as everybody at every stage, is searched for those that the caller must not see.
//!
//! A new route is walked as soon as it is in the OpenAPI document. One with a parameter that is not
//! known here fails until it is said what to put there.

mod events;
mod routes;
mod waiting;
mod world;

use estrad_domain::views::Views;
use estrad_testkit::{TestApp, on_both_databases};

use routes::{readable, writable};
use world::{Stage, World};

/// Calls everything as everybody, and gives how much was searched.
async fn walk(app: &TestApp, world: &World, stage: Stage) -> usize {
    let mut searched = 0;
    for caller in &world.callers {
        for path in readable(world) {
            let answer = app.get(&path).bearer(&caller.token).send().await;
            assert!(answer.status < 500, "{path} as {}: {}", caller.name, answer.status);
            world.search(&answer.text(), caller, stage, &path);
            searched += 1;
        }
        if !caller.is_trusted() {
            for (method, path) in writable(world) {
                let request = app.request(&method, &path).bearer(&caller.token);
                let answer = request.json(&serde_json::json!({})).send().await;
                assert!(answer.status < 500, "{method} {path} as {}", caller.name);
                world.search(&answer.text(), caller, stage, &format!("{method} {path}"));
                searched += 1;
            }
        }
    }
    searched
}

/// Walks all routes at all stages, and hears all events.
async fn walk_all(app: &TestApp, views: Views) {
    let world = World::create(app, views).await;
    assert!(walk(app, &world, Stage::During).await > 200);
    app.show_scoreboard(world.competition_id).await;
    walk(app, &world, Stage::ScoreboardShown).await;
    app.end_presentation(world.competition_id).await;
    walk(app, &world, Stage::After).await;
    events::follow(app, &world).await;
    waiting::walk(app, &world).await;
    // The markers are where they were put: an admin finds every one of them.
    world.expect_all_to_be_found();
}

on_both_databases! {
    async fn no_marker_reaches_who_must_not_see_it(app: TestApp) {
        walk_all(&app, Views::Legacy).await;
    }

    async fn no_marker_reaches_who_must_not_see_it_yet(app: TestApp) {
        walk_all(&app, Views::AsShown).await;
    }
}
