//! A client of the live part, without a protocol in between.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use estrad_realtime::{Client, Close, Message, Subscriber};
use estrad_testkit::TestApp;
use serde_json::Value;
use tokio::sync::mpsc;

/// How long something may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a client hears.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Heard {
    Event(&'static str, Value),
    Closed(Close),
    Revoked,
}

struct Inbox(mpsc::UnboundedSender<Heard>);

impl Inbox {
    fn put(&self, heard: Heard) {
        let _ = self.0.send(heard);
    }
}

impl Subscriber for Inbox {
    fn deliver(&self, message: &Arc<Message>) {
        self.put(Heard::Event(message.event(), message.data().cloned().unwrap_or_default()));
    }

    fn flush(&self) {}

    fn close(&self, close: Close) {
        self.put(Heard::Closed(close));
    }

    fn revoked(&self) {
        self.put(Heard::Revoked);
    }
}

/// A client that has joined.
pub(super) struct Listener {
    heard: mpsc::UnboundedReceiver<Heard>,
    client: Client,
}

impl Listener {
    /// Joins the presentation of the screen's competition.
    pub(super) async fn screen(app: &TestApp, token: &str) -> Self {
        let mut listener = Self::connect(app, token).await;
        listener.client.join(None).await.expect("joins");
        listener.await_event("sync").await;
        listener
    }

    /// Joins the presentation of the final, as a user of the administration.
    pub(super) async fn user(app: &TestApp, token: &str) -> Self {
        let mut listener = Self::connect(app, token).await;
        let join = serde_json::json!({"competition_id": 1});
        listener.client.event("join", Some(join)).await.expect("joins");
        listener.await_event("sync").await;
        listener
    }

    async fn connect(app: &TestApp, token: &str) -> Self {
        let (sender, heard) = mpsc::unbounded_channel();
        let worker = app.live.hub().worker();
        actix_web::rt::spawn(worker.clone().run());
        let address = app.address.ip();
        let mut client = Client::new(app.live.clone(), worker, Rc::new(Inbox(sender)), address);
        client.authenticate(token).await.expect("a good token");
        Self { heard, client }
    }

    /// The next thing that is heard, but for how many take part.
    pub(super) async fn next(&mut self) -> Heard {
        loop {
            let heard = tokio::time::timeout(PATIENCE, self.heard.recv()).await;
            match heard.expect("something in time").expect("a client that lives") {
                Heard::Event("presence", _) => {}
                heard => return heard,
            }
        }
    }

    /// Waits to be told how many take part.
    pub(super) async fn await_presence(&mut self) -> Value {
        loop {
            let heard = tokio::time::timeout(PATIENCE, self.heard.recv()).await;
            if let Heard::Event("presence", data) = heard.expect("in time").expect("lives") {
                return data;
            }
        }
    }

    /// Waits for the event and gives its data.
    pub(super) async fn await_event(&mut self, event: &str) -> Value {
        loop {
            match self.next().await {
                Heard::Event(name, data) if name == event => return data,
                Heard::Event(..) => {}
                other => panic!("{other:?} before {event}"),
            }
        }
    }
}
