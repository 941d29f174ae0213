//! What the server does by itself when its time has come.

use std::time::Duration;

use estrad_domain::types::View;
use estrad_persistence::queries::competitions;
use estrad_realtime::{Close, LocalBroker, Settings};
use estrad_testkit::on_both_databases;
use serde_json::json;

use crate::harness::{Hall, begin};

on_both_databases! {
    async fn at_the_deadline_everybody_is_told(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let team = hall.join(&app.open_team(id, 0).await).await;
        team.expect("sync").await;
        operator.sync(json!({"slide_order": 1})).await;
        team.expect("sync").await;
        // Whatever the operator's clock says.
        operator.sync(json!({"timer": {"value": 12345, "enabled": true}})).await;
        let running = team.expect("sync").await;
        let deadline = running["server_time"].as_i64().expect("a time") + 30_000;
        assert_eq!(running["timer"], json!({"value": deadline, "enabled": true}));
        app.clock.advance(Duration::from_secs(30));
        let over = team.expect("sync").await;
        assert_eq!(over["timer"], json!({"value": deadline, "enabled": false}));
        assert_eq!(over["seq"], 4);
    }

    async fn a_stopped_timer_does_not_run_out(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (_, mut operator, _) = begin(&app, &hall).await;
        operator.sync(json!({"slide_order": 1, "timer": {"value": null, "enabled": true}})).await;
        operator.sync(json!({"timer": {"value": null, "enabled": false}})).await;
        app.clock.advance(Duration::from_secs(60));
        let after = operator.sync(json!({"slide_order": 2})).await;
        assert_eq!(after["seq"], 4);
        let seen = operator.up_to(4).await;
        assert_eq!(seen.len(), 3);
    }

    async fn a_timer_goes_on_where_another_server_left_it(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        operator.sync(json!({"slide_order": 1, "timer": {"value": null, "enabled": true}})).await;
        // Its time ran out while no server was there: the next one notices as it starts.
        app.sql("UPDATE presentations SET timer_value = timer_value - 60000".to_owned()).await;
        let next = app.another_live(LocalBroker::shared(), Settings::default());
        let hall = Hall::of(&next);
        let late = hall.join(&app.open_screen(id, View::Judge).await).await;
        loop {
            let (event, data) = late.next().await;
            if event == "sync" && data["timer"]["enabled"] == false {
                assert_eq!(data["seq"], 3);
                break;
            }
        }
    }

    async fn a_forgotten_presentation_ends(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, operator, _) = begin(&app, &hall).await;
        let results = async || {
            let head = app.database.read(move |c: &mut _| competitions::head(c, id)).await;
            head.expect("a competition").results_version
        };
        let before = results().await;
        app.clock.advance(Duration::from_secs(12 * 3600));
        assert_eq!(operator.expect("end_presentation").await["reason"], "expired");
        assert_eq!(operator.closed().await, Close::Ended);
        // Who was shown the scores is not any more.
        assert!(results().await > before);
    }
}
