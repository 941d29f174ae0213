//! Several servers on one database, and a broker that can't be relied on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use estrad_domain::PresentationId;
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{Actor, EndReason, Event, LogEntry};
use estrad_domain::types::View;
use estrad_realtime::{Broker, Close, Heard, Later, LocalBroker, Notice, Settings, Subscription};
use estrad_testkit::on_both_databases;
use serde_json::json;
use tokio::sync::Notify;

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

/// Loses what operators do.
#[derive(Debug, Default)]
struct Forgetful(LocalBroker);

impl Broker for Forgetful {
    fn tell(&self, notice: Notice) -> Later<'_, ()> {
        match &notice {
            Notice::Logged { entries }
                if entries.iter().any(|entry| matches!(entry.event, Event::Synced { .. })) =>
            {
                Box::pin(std::future::ready(()))
            }
            _ => self.0.tell(notice),
        }
    }

    fn subscribe(&self) -> Box<dyn Subscription> {
        self.0.subscribe()
    }
}

/// Says that notices were missed, as often as it is asked to.
#[derive(Debug, Default)]
struct Lossy {
    inner: LocalBroker,
    missed: Arc<Notify>,
}

struct LossySubscription {
    inner: Box<dyn Subscription>,
    missed: Arc<Notify>,
}

impl Broker for Lossy {
    fn tell(&self, notice: Notice) -> Later<'_, ()> {
        self.inner.tell(notice)
    }

    fn subscribe(&self) -> Box<dyn Subscription> {
        Box::new(LossySubscription {
            inner: self.inner.subscribe(),
            missed: Arc::clone(&self.missed),
        })
    }
}

impl Subscription for LossySubscription {
    fn next(&mut self) -> Later<'_, Option<Heard>> {
        Box::pin(async {
            tokio::select! {
                heard = self.inner.next() => heard,
                () = self.missed.notified() => Some(Heard::Missed),
            }
        })
    }
}

on_both_databases! {
    async fn who_follows_what_another_process_erased_is_let_go(app: TestApp) {
        let broker = Arc::new(Lossy::default());
        let live = app.another_live(broker.clone(), Settings::default());
        let (id, operator, _) = begin(&app, &Hall::of(&live)).await;
        app.sql(format!("DELETE FROM competitions WHERE id = {id}")).await;
        broker.missed.notify_one();
        assert!(operator.expect("end_presentation").await["seq"].is_number());
        assert_eq!(operator.closed().await, Close::Ended);
    }

    async fn the_end_is_told_of_a_log_that_is_gone(app: TestApp) {
        let live = app.another_live(Arc::new(Forgetful::default()), Settings::default());
        let (id, mut operator, _) = begin(&app, &Hall::of(&live)).await;
        operator.sync(json!({"slide_order": 1})).await;
        // As the competition is deleted: there is no log that the gap could be filled from.
        app.sql("DELETE FROM presentation_events".to_owned()).await;
        let last = LogEntry {
            presentation_id: PresentationId(1),
            seq: 3,
            at: Timestamp::UNIX_EPOCH,
            actor: Actor::Server,
            event: Event::Ended { reason: EndReason::Ended, resumable_until: None },
            erased: false,
        };
        live.deleted(id, Some(last)).await;
        assert_eq!(operator.expect("end_presentation").await["seq"], 3);
        assert_eq!(operator.closed().await, Close::Ended);
    }

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
