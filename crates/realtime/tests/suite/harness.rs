//! Clients without a transport, and the competition that they follow.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use estrad_domain::CompetitionId;
use estrad_domain::draft::{CompetitionDraft, SlideDraft, TeamDraft};
use estrad_domain::types::View;
use estrad_realtime::{Client, Close, EventError, Live, Message, Resume, Subscriber, Worker};
use estrad_testkit::TestApp;
use serde_json::Value;
use tokio::sync::Notify;

/// What fits into a client's outbox, as with the settings that a server has by itself.
const OUTBOX: usize = 256 * 1_024;
/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a client was handed.
#[derive(Default)]
pub(crate) struct Inbox {
    messages: RefCell<Vec<Arc<Message>>>,
    closed: RefCell<Option<Close>>,
    begun: Cell<bool>,
    arrived: Notify,
}

impl Subscriber for Inbox {
    fn outbox_bytes(&self) -> usize {
        OUTBOX
    }

    fn deliver(&self, message: &Arc<Message>) {
        // Each form has to be encoded; what a client is sent is one of them.
        assert!(message.socketio().is_some() && !message.plain().is_empty());
        self.messages.borrow_mut().push(message.clone());
    }

    fn flush(&self) {
        self.arrived.notify_one();
    }

    fn close(&self, close: Close) {
        self.closed.borrow_mut().get_or_insert(close);
        self.arrived.notify_one();
    }

    fn revoked(&self) {
        self.close(Close::TokenRevoked);
    }

    fn begun(&self) {
        self.begun.set(true);
        self.arrived.notify_one();
    }
}

/// A client on a thread of its own making.
pub(crate) struct TestClient {
    pub(crate) client: Client,
    inbox: Rc<Inbox>,
}

/// The clients of one server on the test's thread.
pub(crate) struct Hall {
    live: Live,
    worker: Rc<Worker>,
}

impl Hall {
    pub(crate) fn of(live: &Live) -> Self {
        let worker = live.hub().worker();
        tokio::task::spawn_local(worker.clone().run());
        Self { live: live.clone(), worker }
    }

    /// Somebody with that token, who has not joined.
    pub(crate) async fn client(&self, token: &str) -> TestClient {
        let inbox = Rc::new(Inbox::default());
        let address = [127, 0, 0, 1].into();
        let mut client =
            Client::new(self.live.clone(), self.worker.clone(), inbox.clone(), address);
        client.authenticate(token).await.expect("a good token");
        TestClient { client, inbox }
    }

    /// Somebody with that token, who has joined if there is something to join.
    pub(crate) async fn join(&self, token: &str) -> TestClient {
        self.resume(token, None).await
    }

    pub(crate) async fn resume(&self, token: &str, resume: Option<Resume>) -> TestClient {
        let mut client = self.client(token).await;
        client.client.join(resume).await.expect("joins");
        client
    }
}

impl TestClient {
    pub(crate) async fn send(&mut self, event: &str, data: Value) -> Result<Value, EventError> {
        self.client.event(event, Some(data)).await
    }

    pub(crate) async fn sync(&mut self, data: Value) -> Value {
        self.send("sync", data).await.expect("is done")
    }

    /// The next message, once it is there.
    pub(crate) async fn next(&self) -> (String, Value) {
        let next = self.until(|messages| (!messages.is_empty()).then(|| messages.remove(0))).await;
        (next.event().to_owned(), next.data().cloned().unwrap_or_default())
    }

    /// The data of the next message that is not about who is there.
    pub(crate) async fn expect(&self, event: &str) -> Value {
        loop {
            let (name, data) = self.next().await;
            if name == event {
                return data;
            }
            assert_eq!(name, "presence", "{data}");
        }
    }

    /// All that came up to the message with that place in the log, that one included.
    pub(crate) async fn up_to(&self, seq: i64) -> Vec<(String, Value)> {
        let mut all = Vec::new();
        loop {
            let (name, data) = self.next().await;
            let last = data["seq"] == seq;
            if name != "presence" {
                all.push((name, data));
            }
            if last {
                return all;
            }
        }
    }

    /// Waits until what it waits for is said to have begun, and does as its transport then does.
    pub(crate) async fn begin(&mut self) {
        self.wait(|| self.inbox.begun.take().then_some(())).await;
        self.client.begun().await.expect("joins");
    }

    pub(crate) async fn closed(&self) -> Close {
        self.wait(|| *self.inbox.closed.borrow()).await
    }

    pub(crate) fn waiting(&self) -> usize {
        self.inbox.messages.borrow().len()
    }

    async fn until<T>(&self, mut take: impl FnMut(&mut Vec<Arc<Message>>) -> Option<T>) -> T {
        self.wait(|| take(&mut self.inbox.messages.borrow_mut())).await
    }

    async fn wait<T>(&self, mut look: impl FnMut() -> Option<T>) -> T {
        let waiting = async {
            loop {
                if let Some(found) = look() {
                    return found;
                }
                self.inbox.arrived.notified().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("comes in time")
    }
}

/// A competition with four slides, the second with a think time of 30 s, and two teams.
pub(crate) async fn competition(app: &TestApp) -> CompetitionId {
    let slide = |timer| SlideDraft { timer, ..SlideDraft::default() };
    let team = |name: &str| TeamDraft { name: name.to_owned(), ..TeamDraft::default() };
    let draft = CompetitionDraft {
        name: "Final".to_owned(),
        year: 2026,
        slides: vec![slide(None), slide(Some(30)), slide(None), slide(None)],
        teams: vec![team("A"), team("B")],
        ..CompetitionDraft::default()
    };
    let city = app.city("Linköping").await;
    app.competition(draft, city).await
}

/// The competition with its operator, who has joined, and the operator's token.
pub(crate) async fn begin(app: &TestApp, hall: &Hall) -> (CompetitionId, TestClient, String) {
    let id = competition(app).await;
    let token = app.open_screen(id, View::Operator).await;
    let operator = hall.join(&token).await;
    let first = operator.expect("sync").await;
    assert_eq!(first["seq"], 1);
    (id, operator, token)
}
