//! Several servers on one database, and a broker that can't be relied on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use estrad_domain::types::View;
use estrad_realtime::{Broker, Later, LocalBroker, Notice, Settings, Subscription};
use estrad_testkit::on_both_databases;
use serde_json::json;

use crate::harness::{Hall, begin, competition};

/// Loses two of three notices of logs, and tells others twice.
#[derive(Debug, Default)]
struct Unreliable {
    inner: LocalBroker,
    told: AtomicU64,
}

impl Broker for Unreliable {
    fn tell(&self, notice: Notice) -> Later<'_, ()> {
        let number = self.told.fetch_add(1, Ordering::Relaxed);
        let times = match notice {
            Notice::Logged { .. } if !number.is_multiple_of(3) => 0,
            _ => 2,
        };
        Box::pin(async move {
            for _ in 0..times {
                self.inner.tell(notice.clone()).await;
            }
        })
    }

    fn subscribe(&self) -> Box<dyn Subscription> {
        self.inner.subscribe()
    }
}

on_both_databases! {
    async fn what_one_server_does_reaches_the_clients_of_another(app: TestApp) {
        let broker: Arc<dyn Broker> = LocalBroker::shared();
        let (one, other) = (
            app.another_live(broker.clone(), Settings::default()),
            app.another_live(broker, Settings::default()),
        );
        let (one, other) = (Hall::of(&one), Hall::of(&other));
        let (id, mut operator, token) = begin(&app, &one).await;
        let mut second = other.join(&token).await;
        second.expect("sync").await;
        let audience = other.join(&app.open_screen(id, View::Audience).await).await;
        audience.expect("sync").await;
        operator.sync(json!({"slide_order": 1})).await;
        second.sync(json!({"slide_order": 2})).await;
        for client in [&operator, &second, &audience] {
            assert_eq!(client.expect("sync").await["slide_order"], 1);
            assert_eq!(client.expect("sync").await["slide_order"], 2);
        }
        // Clients of both are counted together.
        loop {
            let (event, data) = operator.next().await;
            if event == "presence" && data["operators"] == 2 && data["audience"] == 1 {
                break;
            }
        }
    }

    async fn lost_and_repeated_notices_are_made_up_for(app: TestApp) {
        let broker: Arc<dyn Broker> = Arc::new(Unreliable::default());
        let live = app.another_live(broker, Settings::default());
        let hall = Hall::of(&live);
        let id = competition(&app).await;
        let mut operator = hall.join(&app.open_screen(id, View::Operator).await).await;
        let first = operator.expect("sync").await["seq"].as_i64().expect("a seq");
        let audience = hall.join(&app.open_screen(id, View::Audience).await).await;
        audience.expect("sync").await;
        for change in 0..30 {
            operator.sync(json!({"slide_order": change % 4})).await;
        }
        // Whatever was lost is there once a later notice arrives, in order and once.
        let mut expected = first + 1;
        while expected < 29 {
            let sync = audience.expect("sync").await;
            assert_eq!(sync["seq"], expected);
            assert_eq!(sync["slide_order"], (expected - 2) % 4);
            expected += 1;
        }
    }
}
